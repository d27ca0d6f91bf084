"""The partners as officers see them: what each needs, its keys, and new keys that wait for two people's word."""

from flask import Blueprint, redirect, render_template, request

from gateway.model.affairs import Stopped
from gateway.model.people import StaffRole
from gateway.web.desk import TeamDesk
from gateway.web.signin import Answer, signed_in, staff
from gateway.web.strong import strongly

READERS = (StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER, StaffRole.FG)
CONFIRMERS = (StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER)
PAGE = "/ontvangers"
DONE = ("half", "whole")


def add_partners(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the page of the partners and its forms to the blueprint."""

    def page(stopped: Stopped | None = None, partner_id: str = "") -> str:
        affairs = desk.partner_affairs(signed_in())
        by_id = {one.partner.id: one.partner for one in affairs.partners}
        confirmed = request.args.get("bevestigd")
        return render_template(
            "partners.html",
            affairs=affairs,
            by_id=by_id,
            names={partner.id: partner.name for partner in by_id.values()},
            confirmed=confirmed if confirmed in DONE else None,
            stopped=stopped,
            stopped_of=partner_id,
            contact=by_id[partner_id].contact if stopped else None,
        )

    @blueprint.get(PAGE)
    @staff(*READERS)
    def partners() -> Answer:
        return page()

    @blueprint.post(f"{PAGE}/aanmeldingen/<enrolment_id>/bevestigen")
    @staff(*CONFIRMERS)
    @strongly(PAGE)
    def confirm(enrolment_id: str) -> Answer:
        # The number is never shown here: who could read it off would not call.
        counts = desk.confirm_enrolment(enrolment_id, request.form.get("number", ""), signed_in())
        return redirect(f"{PAGE}?bevestigd={DONE[counts]}", 303)

    @blueprint.post(f"{PAGE}/aanmeldingen/<enrolment_id>/weigeren")
    @staff(*CONFIRMERS)
    def refuse_keys(enrolment_id: str) -> Answer:
        desk.refuse_enrolment(enrolment_id, signed_in())
        return redirect(PAGE, 303)

    @blueprint.post(f"{PAGE}/<partner_id>/intrekken")
    @staff(*CONFIRMERS)
    def revoke(partner_id: str) -> Answer:
        # Not redirected: what must be phoned now is shown once, at once, and stays with each request as well.
        return page(desk.revoke_keys(partner_id, signed_in()), partner_id)
