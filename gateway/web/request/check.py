"""Checking the answers before anything is submitted, and submitting: after that there is no draft any more."""

from flask import Blueprint, redirect, render_template

from gateway.errors import InvalidRequestError, NotFoundError
from gateway.model.draft import KeptDraft
from gateway.model.people import StaffRole
from gateway.web.desk import TeamDesk
from gateway.web.follow.places import partner_name
from gateway.web.request.answers import lines_of
from gateway.web.request.desk import DraftDesk
from gateway.web.request.draft import Draft
from gateway.web.request.questions import faults_in, faults_of, pages_of
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
        return render_template(
            "check.html",
            view=view,
            draft=draft,
            kept=kept,
            pages=[(page, lines_of(page)) for page in pages_of(draft, desk.bundle.vocabulary, {})],
            owned=None if draft.dwelling() is None else drafts.owned(kept.content, draft.dwelling()),
            partner=partner_name(desk, view.recipient),
            partners={partner.id: partner.name for partner in desk.partners()},
            vocabulary=desk.bundle.vocabulary,
        )

    @blueprint.post("/concepten/<draft_id>/indienen")
    @staff(StaffRole.SUPERVISOR)
    def submit(draft_id: str) -> Answer:
        try:
            kept = drafts.find(draft_id, signed_in())
        except NotFoundError:
            return redirect("/", 303)  # a second click on the same button: the overview has what came of the first
        try:
            view = desk.submit(Draft.of(kept, desk).body(), signed_in(), seed=kept.content.seed)
        except InvalidRequestError as error:
            return _not_ready(desk, drafts, kept, error)
        drafts.submitted(draft_id, signed_in())
        return redirect(f"/verstrekkingen/{view.id}", 303)


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
