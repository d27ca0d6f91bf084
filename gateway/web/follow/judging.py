"""What a person says of a part or its request: approve, review, a withdrawn consent, a lifted hold.

`gateway.web.approvals` has what needs a page of its own: refuse, ask back, answer, advise.
"""

from flask import Blueprint, redirect, request

from gateway.errors import InvalidRequestError
from gateway.model.people import StaffRole
from gateway.model.views import DisclosureView
from gateway.web.desk import TeamDesk
from gateway.web.follow.places import PART, REQUEST
from gateway.web.signin import Answer, signed_in, staff
from gateway.web.strong import strongly

DECIDERS = (StaffRole.SUPERVISOR, StaffRole.MANAGER)


def add_judging(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the forms of a request's page to the blueprint; each says one thing and leads back to the page."""

    def back(view: DisclosureView) -> Answer:
        return redirect(f"/verstrekkingen/{view.id}", 303)

    @blueprint.post(f"{PART}/goedkeuren")
    @staff(*DECIDERS)
    @strongly("/verstrekkingen/{disclosure_id}")
    def approve(disclosure_id: str, part_id: str) -> Answer:
        digest, against = request.form.get("digest", ""), request.form.get("against")
        return back(desk.approve(disclosure_id, part_id, digest, signed_in(), against))

    @blueprint.post(f"{PART}/beoordelen")
    @staff(*DECIDERS)
    def review(disclosure_id: str, part_id: str) -> Answer:
        good = _choice("review", yes="good", no="bad")
        return back(desk.review(disclosure_id, part_id, good, signed_in()))

    @blueprint.post(f"{REQUEST}/intrekken")
    @staff(*DECIDERS)
    def withdraw(disclosure_id: str) -> Answer:
        return back(desk.withdraw_consent(disclosure_id, signed_in()))

    @blueprint.post(f"{REQUEST}/opheffen")
    @staff(*DECIDERS)
    def lift(disclosure_id: str) -> Answer:
        return back(desk.lift_hold(disclosure_id, signed_in()))


def _choice(name: str, *, yes: str, no: str) -> bool:
    chosen = request.form.get(name)
    if chosen not in {yes, no}:
        raise InvalidRequestError("choose one of the two answers", hint="go back and choose", fields={name: "missing"})
    return chosen == yes
