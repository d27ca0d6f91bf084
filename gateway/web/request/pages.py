"""A request page by page: each page is kept as it is sent, whatever is wrong with it, and says what is."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request

from gateway.errors import NotFoundError
from gateway.model.draft import DraftContent, KeptDraft
from gateway.model.people import StaffRole
from gateway.model.terms import Truth
from gateway.web.controls import Typed
from gateway.web.desk import TeamDesk
from gateway.web.follow.places import partner_name
from gateway.web.request.change import add_change
from gateway.web.request.check import add_check
from gateway.web.request.choose import add_choose
from gateway.web.request.desk import DraftDesk
from gateway.web.request.draft import Draft
from gateway.web.request.questions import CASE_PAGE, Faults, Page, faults_in, next_place, pages_of
from gateway.web.signin import Answer, signed_in, staff

NAME = "request"
PAGE = "/concepten/<draft_id>/vragen/<key>"
DOUBTFUL = (Truth.NO, Truth.UNKNOWN)


def create_request_blueprint(desk: TeamDesk, drafts: DraftDesk) -> Blueprint:
    """Return the pages on which a request is made; they stand on those of the entrance."""
    blueprint = Blueprint(NAME, __name__)

    @blueprint.app_context_processor
    def _shared() -> dict[str, object]:
        return {"open_drafts": lambda: drafts.mine(signed_in())}

    add_choose(blueprint, desk, drafts)
    add_draft(blueprint, desk, drafts)
    add_change(blueprint, desk, drafts)
    add_check(blueprint, desk, drafts)
    return blueprint


def add_draft(blueprint: Blueprint, desk: TeamDesk, drafts: DraftDesk) -> None:
    """Add the pages with questions."""

    @blueprint.get("/concepten/<draft_id>")
    @staff(StaffRole.SUPERVISOR)
    def resume(draft_id: str) -> Answer:
        draft = Draft.of(drafts.find(draft_id, signed_in()), desk)
        return redirect(next_place(draft, pages_of(draft, desk.bundle.vocabulary, {})), 303)

    @blueprint.get(PAGE)
    @staff(StaffRole.SUPERVISOR)
    def ask(draft_id: str, key: str) -> Answer:
        kept = drafts.find(draft_id, signed_in())
        names = _page(desk, kept, key, {}).names
        begun = any(name in names for name, _ in kept.content.typed)
        return _show(desk, drafts, kept, key, faults=_faults(desk, drafts, kept, key) if begun else {})

    @blueprint.post(PAGE)
    @staff(StaffRole.SUPERVISOR)
    def answer(draft_id: str, key: str) -> Answer:
        before = drafts.find(draft_id, signed_in())
        names = _page(desk, before, key, {}).names
        posted = [(name, value) for name, value in request.form.items(multi=True) if name in names and value.strip()]

        def change(content: DraftContent) -> DraftContent:
            others = tuple(pair for pair in content.typed if pair[0] not in names)
            done = tuple(page for page in content.done if page != key)
            return replace(content, typed=(*others, *posted), done=done if faults else (*done, key))

        faults: Faults = {}
        faults = _faults(desk, drafts, replace(before, content=change(before.content)), key)
        kept = drafts.save(draft_id, change, signed_in())
        if faults:
            return _show(desk, drafts, kept, key, faults=faults), 400
        draft = Draft.of(kept, desk)
        if key == CASE_PAGE and _owned(drafts, kept, draft) in DOUBTFUL and not _seen(before, draft):
            return redirect(f"/concepten/{draft_id}/vragen/{key}", 303)  # which says so; sending it again goes on
        return redirect(next_place(draft, pages_of(draft, desk.bundle.vocabulary, {})), 303)


def _page(desk: TeamDesk, kept: KeptDraft, key: str, faults: Faults) -> Page:
    for page in pages_of(Draft.of(kept, desk), desk.bundle.vocabulary, faults):
        if page.key == key:
            return page
    raise NotFoundError("this draft has no such page", hint="go back to your overview")


def _faults(desk: TeamDesk, drafts: DraftDesk, kept: KeptDraft, key: str) -> dict[str, str]:
    return faults_in(Draft.of(kept, desk), _page(desk, kept, key, {}), drafts)


def _owned(drafts: DraftDesk, kept: KeptDraft, draft: Draft) -> Truth | None:
    dwelling = draft.dwelling()
    return None if dwelling is None else drafts.owned(kept.content, dwelling)


def _seen(before: KeptDraft, now: Draft) -> bool:
    """Say whether the page told about this dwelling before it was sent in."""
    typed = Typed(list(before.content.typed))
    earlier = replace(now, typed=typed)
    return CASE_PAGE in before.content.done and earlier.dwelling() == now.dwelling()


def _show(desk: TeamDesk, drafts: DraftDesk, kept: KeptDraft, key: str, *, faults: Faults) -> str:
    draft, page = Draft.of(kept, desk), _page(desk, kept, key, faults)
    keys = [one.key for one in pages_of(draft, desk.bundle.vocabulary, {})]
    place = keys.index(key)
    return render_template(
        "request/questions.html",
        draft=draft,
        page=page,
        number=place + 1,
        count=len(keys),
        previous=keys[place - 1] if place else None,
        kept=kept,
        elsewhere=faults.get("", ""),
        left_out=[asked for asked in draft.asked if not asked.fields],
        owned=_owned(drafts, kept, draft) if key == CASE_PAGE and not faults else None,
        partner=partner_name(desk, draft.chosen.recipient),
        vocabulary=desk.bundle.vocabulary,
    )
