"""The page of deputies: one's own identity to give to a colleague, whom one named, and for whom one was asked."""

import datetime as dt
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _

from gateway.approve.deputies import GIVERS
from gateway.errors import InvalidRequestError
from gateway.model.people import StaffRole
from gateway.web import messages
from gateway.web.approvals import words
from gateway.web.approvals.desk import ApprovalsDesk
from gateway.web.controls import Control
from gateway.web.signin import EVERYONE, Answer, signed_in, staff


def add_deputies(blueprint: Blueprint, desk: ApprovalsDesk, place: str) -> None:
    """Add the page and its forms to the blueprint, at this place."""

    def page(faults: Mapping[str, str]) -> Answer:
        person = signed_in()
        roles = [role for role in GIVERS if person.has(role)]
        controls = _controls(roles, faults) if roles else ()
        answer = render_template(
            "approvals/deputies.html",
            place=place,
            controls=controls,
            problems=[(one.first, one.label, one.error) for one in controls if one.error],
            elsewhere="",
            lines=desk.deputies(person),
        )
        return answer, 400 if faults else 200

    @blueprint.get(place)
    @staff(*EVERYONE)
    def deputies() -> Answer:
        return page({})

    @blueprint.post(place)
    @staff(*GIVERS)
    def name_deputy() -> Answer:
        form = request.form
        try:
            desk.name_deputy(
                form.get("role", ""), form.get("deputy", "").strip(), _day("begins"), _day("ends"), signed_in()
            )
        except InvalidRequestError as exc:
            return page(exc.fields)
        return redirect(place, 303)

    @blueprint.post(f"{place}/<deputy_id>/aannemen")
    @staff(*EVERYONE)
    def agree(deputy_id: str) -> Answer:
        desk.agree(deputy_id, signed_in())
        return redirect(place, 303)

    @blueprint.post(f"{place}/<deputy_id>/stoppen")
    @staff(*EVERYONE)
    def end(deputy_id: str) -> Answer:
        desk.end(deputy_id, signed_in())
        return redirect(place, 303)


def _controls(roles: list[StaffRole], faults: Mapping[str, str]) -> tuple[Control, ...]:
    def fault(name: str) -> str:
        return str(words.FAULTS[name]) if name in faults else ""

    choices = tuple((role.value, messages.STAFF_ROLES[role.value]) for role in roles)
    typed = request.form
    return (
        Control("role", "select", _("Welke rol vervangt uw collega?"), "", fault("role"), choices, typed=typed),
        Control(
            "deputy",
            "text",
            _("Kenmerk van uw vervanger"),
            _("Uw collega vindt het op deze pagina, na het aanmelden."),
            fault("deputy"),
            typed=typed,
        ),
        Control("begins", "date", _("Eerste dag"), "", fault("begins"), typed=typed),
        Control("ends", "date", _("Laatste dag"), _("Ten hoogste 60 dagen."), fault("ends"), typed=typed),
    )


def _day(name: str) -> dt.date | None:
    typed = [request.form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in typed):
        return None
    try:
        return dt.date(*(int(part) for part in typed))
    except ValueError:
        return None
