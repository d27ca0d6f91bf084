"""Correcting what left: a page that asks only the fields of one message, and sends what is filled in to who has it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _

from gateway.errors import InvalidRequestError, NotFoundError
from gateway.model.bundle import FieldDefinition
from gateway.model.timeline import Correctable
from gateway.web.controls import Control, Typed
from gateway.web.desk import TeamDesk
from gateway.web.follow.desk import FollowDesk
from gateway.web.follow.judging import DECIDERS
from gateway.web.follow.places import PART, contact_of, partner_name
from gateway.web.request.combination import Combination
from gateway.web.request.draft import CASE_REF, NEVER_ASKED, Asked, Draft
from gateway.web.request.questions import PATH_STEP, datum, locate_in
from gateway.web.signin import Answer, signed_in, staff

DECISION = "decision"
PAGE = f"{PART}/verbeteren/<number>"


def add_correcting(blueprint: Blueprint, desk: TeamDesk, followed: FollowDesk) -> None:
    """Add the page and its form to the blueprint."""

    def page(disclosure_id: str, part_id: str, number: str, faults: Mapping[str, str]) -> Answer:
        found = followed.correctable(disclosure_id, part_id, signed_in())
        asked = _asked(desk, found, number)
        words = desk.bundle.vocabulary
        typed = Typed(request.form)
        hint = _("Bijvoorbeeld AVG-2026-7. Schrijf geen naam op.")
        filed = _("Onder welk nummer is dit vastgelegd?")
        controls = [datum(asked.ref, field, typed, words, faults) for field in asked.fields]
        controls.append(Control(DECISION, "text", filed, hint, faults.get(DECISION, ""), typed=typed))
        shown = render_template(
            "follow/correct.html",
            controls=controls,
            problems=[(one.first, one.label, one.error) for one in controls if one.error],
            elsewhere=faults.get("", ""),
            role=words.roles[asked.role],
            number=number,
            others=[
                (place, words.roles[role])
                for place, (_ref, role, _names) in enumerate(found.subjects, start=1)
                if str(place) != number
            ],
            partner=partner_name(desk, found.recipient),
            request_page=f"/verstrekkingen/{disclosure_id}",
            base=f"/verstrekkingen/{disclosure_id}/onderdelen/{part_id}/verbeteren",
        )
        return (shown, 400) if faults else shown

    @blueprint.get(PAGE)
    @staff(*DECIDERS)
    def ask_correction(disclosure_id: str, part_id: str, number: str) -> Answer:
        return page(disclosure_id, part_id, number, {})

    @blueprint.post(PAGE)
    @staff(*DECIDERS)
    def correct(disclosure_id: str, part_id: str, number: str) -> Answer:
        person = signed_in()
        asked = _asked(desk, followed.correctable(disclosure_id, part_id, person), number)
        typed = Typed(request.form)
        data = Draft("", Combination("", "", "", ()), (asked,), typed, "").data(asked.ref, asked.fields)
        decision = typed.get(DECISION, "").strip()
        try:
            phone = followed.correct(disclosure_id, part_id, asked.ref, data, decision=decision, by=person)
        except InvalidRequestError as error:
            return page(disclosure_id, part_id, number, _faults(asked, list(error.fields), empty=not data))
        if phone:
            return _by_phone(desk, disclosure_id, phone)
        return redirect(f"/verstrekkingen/{disclosure_id}", 303)


def _asked(desk: TeamDesk, found: Correctable, number: str) -> Asked:
    """Return the subject with this number and its fields that left, as a form asks them.

    :raises NotFoundError: there is no such subject in this message.
    """
    places = [str(place) for place in range(1, len(found.subjects) + 1)]
    if number not in places:
        raise NotFoundError("there is no such subject", hint="look at the request again")
    ref, role, names = found.subjects[places.index(number)]
    return Asked(ref, role, (), tuple(_fields(desk, names)))


def _fields(desk: TeamDesk, names: Sequence[str]) -> list[FieldDefinition]:
    known = desk.bundle.vocabulary.fields
    wanted = [known[name] for name in names if name in known and name != CASE_REF]
    return [field for field in wanted if field.type not in NEVER_ASKED]


def _faults(asked: Asked, paths: Sequence[str], *, empty: bool) -> dict[str, str]:
    """Return sentences by control id; what is about no control stands under the empty id."""
    if DECISION in paths:
        return {DECISION: _("Vul het nummer in waaronder dit is vastgelegd")}
    if empty:
        return {"": _("Vul ten minste één gegeven in dat niet klopt")}
    found: dict[str, str] = {}
    for steps in map(PATH_STEP.findall, paths):
        control, sentence = locate_in(asked, steps) if len(steps) > 2 else ("", "")
        found.setdefault(control, sentence)
    return found or {"": _("Controleer wat u hebt ingevuld. Schrijf geen namen of nummers in een tekst.")}


def _by_phone(desk: TeamDesk, disclosure_id: str, partners: Sequence[str]) -> str:
    return render_template(
        "follow/correct_by_phone.html",
        partners=[(partner_name(desk, one), contact_of(desk, one)) for one in dict.fromkeys(partners)],
        request_page=f"/verstrekkingen/{disclosure_id}",
    )
