"""The first question of a request: to whom, why, and about whom; and what may be done when nothing could be shared."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request

from gateway.model.people import StaffRole
from gateway.web.desk import TeamDesk
from gateway.web.follow.places import partner_name
from gateway.web.request.combination import FIRST_ROLES, ROLES, Combination
from gateway.web.request.desk import DraftDesk
from gateway.web.request.draft import asked_of, ways_of
from gateway.web.signin import Answer, signed_in, staff

CHOICE = "/verstrekkingen/nieuw"
NOTHING = "/verstrekkingen/nieuw/gegevens"


def add_choose(blueprint: Blueprint, desk: TeamDesk, drafts: DraftDesk) -> None:
    """Add the choice to the blueprint."""

    @blueprint.get(CHOICE)
    @staff(StaffRole.SUPERVISOR)
    def choose() -> Answer:
        # Of an address only the choices count: what else stood in it would be shown, and addresses end up in logs.
        return choices(desk, dict(Combination.from_typed(request.args).pairs()), {}, to=CHOICE)

    @blueprint.post(CHOICE)
    @staff(StaffRole.SUPERVISOR)
    def begin() -> Answer:
        if "more" in request.form:
            return choices(desk, request.form, {}, to=CHOICE)
        chosen = Combination.from_typed(request.form)
        if chosen.faults(desk):
            return choices(desk, request.form, chosen.faults(desk), to=CHOICE)
        if not any(asked.fields for asked in asked_of(desk, chosen)):
            return redirect(nothing_place(chosen), 303)
        draft_id = drafts.begin(chosen.recipient, chosen.ground, chosen.purpose, chosen.roles, signed_in())
        return redirect(f"/concepten/{draft_id}", 303)

    @blueprint.get(NOTHING)
    @staff(StaffRole.SUPERVISOR)
    def details() -> Answer:
        chosen = Combination.from_typed(request.args)
        if chosen.faults(desk):
            return choices(desk, dict(chosen.pairs()), chosen.faults(desk), to=CHOICE)
        asked = asked_of(desk, chosen)
        return render_template(
            "request/nothing.html",
            chosen=chosen,
            ways=ways_of(asked),
            asks=any(one.fields for one in asked),
            partner=partner_name(desk, chosen.recipient),
            vocabulary=desk.bundle.vocabulary,
            begin=CHOICE,
        )


def nothing_place(chosen: Combination) -> str:
    """Return the page that says what may be done when nothing could be shared."""
    return f"{NOTHING}?{chosen.query()}"


def choices(desk: TeamDesk, typed: Mapping[str, str], faults: dict[str, str], *, to: str) -> Answer:
    """Return the page with the choices as typed so far; its form is sent `to` an address."""
    filled = max((number for number, name in enumerate(ROLES, start=1) if typed.get(name)), default=0)
    shown = max(FIRST_ROLES, filled) + ("more" in typed)
    page = render_template(
        "request/choose.html",
        vocabulary=desk.bundle.vocabulary,
        partners=[partner for partner in desk.partners() if partner.active],
        typed=typed,
        faults=faults,
        roles=ROLES[:shown],
        more=shown < len(ROLES),
        to=to,
    )
    return (page, 400) if faults else page
