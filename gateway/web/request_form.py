"""Asking for a disclosure in three steps: who and why, the data, and a check before anything is stored."""

from flask import Blueprint, redirect, render_template, request

from gateway.errors import InvalidRequestError
from gateway.model.people import StaffRole
from gateway.web.controls import faults_of, sections
from gateway.web.desk import TeamDesk
from gateway.web.draft import MAX_SUBJECTS, Combination, Draft, Typed, make_draft
from gateway.web.follow.places import partner_name
from gateway.web.signin import Answer, signed_in, staff


def add_request_form(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the three steps to the blueprint."""

    @blueprint.get("/verstrekkingen/nieuw")
    @staff(StaffRole.SUPERVISOR)
    def choose() -> Answer:
        return _choices(desk, request.args, {})

    @blueprint.get("/verstrekkingen/nieuw/gegevens")
    @staff(StaffRole.SUPERVISOR)
    def details() -> Answer:
        # Of an address only the choices count: what else stood in it would be shown, and addresses end up in logs.
        return _details(desk, Typed(Combination.from_typed(request.args).hidden()), {})

    @blueprint.post("/verstrekkingen/nieuw/gegevens")
    @staff(StaffRole.SUPERVISOR)
    def change_details() -> Answer:
        return _details(desk, request.form, {})

    @blueprint.post("/verstrekkingen/nieuw/controle")
    @staff(StaffRole.SUPERVISOR)
    def check() -> Answer:
        chosen = Combination.from_typed(request.form)
        if chosen.faults(desk):
            return _choices(desk, request.form, chosen.faults(desk))
        draft = make_draft(desk, chosen, _with_key(request.form))
        body = draft.body()
        try:
            view = desk.preview(body, signed_in())
        except InvalidRequestError as error:
            return _details(desk, request.form, faults_of(draft, error.fields or {"": ""}))
        return render_template(
            "check.html",
            view=view,
            draft=draft,
            body=body.decode(),
            partner=partner_name(desk, view.recipient),
            partners={partner.id: partner.name for partner in desk.partners()},
            vocabulary=desk.bundle.vocabulary,
        )

    @blueprint.post("/verstrekkingen")
    @staff(StaffRole.SUPERVISOR)
    def submit() -> Answer:
        view = desk.submit(request.form.get("body", "").encode(), signed_in())
        return redirect(f"/verstrekkingen/{view.id}", 303)


def _choices(desk: TeamDesk, typed: Typed, faults: dict[str, str]) -> Answer:
    page = render_template(
        "choose.html",
        vocabulary=desk.bundle.vocabulary,
        partners=[partner for partner in desk.partners() if partner.active],
        typed=typed,
        faults=faults,
        numbers=range(1, MAX_SUBJECTS + 1),
    )
    return (page, 400) if faults else page


def _details(desk: TeamDesk, typed: Typed, faults: dict[str, str]) -> Answer:
    chosen = Combination.from_typed(typed)
    if chosen.faults(desk):
        return _choices(desk, typed, chosen.faults(desk))
    draft: Draft = make_draft(desk, chosen, _with_key(typed))
    parts = sections(draft, desk.bundle.vocabulary, faults)
    places = [control for part in parts for control in (*part.facts, part.provenance, *part.data) if control]
    page = render_template(
        "details.html",
        draft=draft,
        sections=parts,
        problems=[(control.first, control.label, control.error) for control in places if control.error],
        elsewhere=faults.get("", ""),
        nothing=all(part.empty for part in parts if part.ref),
        partner=partner_name(desk, chosen.recipient),
        vocabulary=desk.bundle.vocabulary,
    )
    return (page, 400) if faults else page


def _with_key(typed: Typed) -> Typed:
    """Return the typed fields with one idempotency key, so that a double click submits once."""
    kept = Typed(typed)
    kept["idempotency_key"] = Draft(Combination("", "", "", ()), (), kept).key
    return kept
