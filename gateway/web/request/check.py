"""Seeing what the recipient will read before anything is submitted, and submitting exactly that.

What is submitted is what was shown, by its digests; else nothing is stored and it is shown again. After that there is
no draft any more.
"""

from flask import Blueprint, redirect, render_template, request

from gateway.errors import InvalidRequestError, NotFoundError, PreviewChangedError
from gateway.model.draft import KeptDraft
from gateway.model.mirror import Preview
from gateway.model.people import StaffRole
from gateway.model.views import DisclosureView
from gateway.web.desk import TeamDesk
from gateway.web.follow.places import partner_name
from gateway.web.mirror import reflect
from gateway.web.request.answers import lines_of
from gateway.web.request.desk import DraftDesk
from gateway.web.request.draft import Draft
from gateway.web.request.questions import faults_in, faults_of, pages_of
from gateway.web.request.shown import Mark, differences, marks_of, read_marks
from gateway.web.signin import Answer, signed_in, staff

CHECK = "/concepten/<draft_id>/controle"


def add_check(blueprint: Blueprint, desk: TeamDesk, drafts: DraftDesk) -> None:
    """Add the check and the submission to the blueprint."""

    @blueprint.get(CHECK)
    @staff(StaffRole.SUPERVISOR)
    def check(draft_id: str) -> Answer:
        kept = drafts.find(draft_id, signed_in())
        draft = Draft.of(kept, desk)
        try:
            view = desk.preview(draft.body(), signed_in(), seed=kept.content.seed)
        except InvalidRequestError as error:
            return _not_ready(desk, drafts, kept, error)
        return _show(desk, drafts, kept, view, before=None)

    @blueprint.post("/concepten/<draft_id>/indienen")
    @staff(StaffRole.SUPERVISOR)
    def submit(draft_id: str) -> Answer:
        try:
            kept = drafts.find(draft_id, signed_in())
        except NotFoundError:
            return redirect("/", 303)  # a second click on the same button: the overview has what came of the first
        body, seed = Draft.of(kept, desk).body(), kept.content.seed
        # A page that does not say what it showed is one that showed nothing.
        before = read_marks(request.form.get("shown", ""))
        expected = {mark.digest for mark in before}
        try:
            view = desk.submit(body, signed_in(), seed=seed, expected=expected)
        except PreviewChangedError:
            return _show(desk, drafts, kept, desk.preview(body, signed_in(), seed=seed), before=before), 409
        except InvalidRequestError as error:
            return _not_ready(desk, drafts, kept, error)
        drafts.submitted(draft_id, signed_in())
        # Only what is urgent is submitted although it is otherwise than was shown; then the next page says so.
        otherwise = "?anders=1" if {part.digest for part in view.parts} != expected else ""
        return redirect(f"/verstrekkingen/{view.id}{otherwise}", 303)


def _show(
    desk: TeamDesk, drafts: DraftDesk, kept: KeptDraft, view: DisclosureView, *, before: tuple[Mark, ...] | None
) -> str:
    """Return the mirror, with what is otherwise than was shown `before`."""
    draft, words = Draft.of(kept, desk), desk.bundle.vocabulary
    preview = view.preview or Preview(kept.content.seed, ())
    return render_template(
        "check.html",
        view=view,
        draft=draft,
        kept=kept,
        messages=preview.messages,
        ownership=preview.ownership,
        reflect=reflect,
        shown=marks_of(preview),
        differences=None if before is None else differences(before, preview, words),
        pages=[(page, lines_of(page)) for page in pages_of(draft, words, {})],
        owned=None if draft.dwelling() is None else drafts.owned(kept.content, draft.dwelling()),
        partner=partner_name(desk, view.recipient),
        partners={partner.id: partner.name for partner in desk.partners()},
        vocabulary=words,
    )


def _not_ready(desk: TeamDesk, drafts: DraftDesk, kept: KeptDraft, error: InvalidRequestError) -> Answer:
    """Return what is still wrong, with a link to each question; what was typed stays in the draft."""
    draft, words = Draft.of(kept, desk), desk.bundle.vocabulary
    faults = faults_of(draft, error.fields or {"": ""})
    for page in pages_of(draft, words, {}):
        faults = faults_in(draft, page, drafts) | faults
    pages = pages_of(draft, words, faults)
    problems = [(page, *problem) for page in pages for problem in page.problems()]
    return render_template(
        "request/not_ready.html", draft=draft, kept=kept, problems=problems, elsewhere=faults.get("", ""), pages=pages
    ), 400
