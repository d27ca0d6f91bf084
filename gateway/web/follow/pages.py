"""The page of one request: its decision, its parts, and what this person may say of each."""

from flask import Blueprint, render_template

from gateway.model.partner import Contact
from gateway.model.views import PartState
from gateway.web.desk import TeamDesk
from gateway.web.follow.judging import DECIDERS, add_judging
from gateway.web.follow.places import REQUEST, partner_name
from gateway.web.follow.stages import steps
from gateway.web.signin import EVERYONE, Answer, signed_in, staff

LIVE = {PartState.WAITING, PartState.RELEASED, PartState.DELIVERED}


def add_follow(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the page of one request and its forms to the blueprint."""
    add_judging(blueprint, desk)

    @blueprint.get(REQUEST)
    @staff(*EVERYONE)
    def follow(disclosure_id: str) -> Answer:
        person = signed_in()
        view = desk.follow(disclosure_id, person)
        live = any(part.state in LIVE for part in view.parts)
        ground = desk.bundle.vocabulary.grounds.get(view.ground)
        return render_template(
            "follow/request.html",
            view=view,
            vocabulary=desk.bundle.vocabulary,
            partner=partner_name(desk, view.recipient),
            phone=_phone(desk, view.recipient) if ground is not None and ground.urgent else None,
            partners={partner.id: partner.name for partner in desk.partners()},
            parts=[(part, steps(part)) for part in view.parts],
            may_withdraw=live and person.has(*DECIDERS),
            may_lift=ground is not None and ground.urgent and bool(view.parts) and person.has(*DECIDERS),
        )


def _phone(desk: TeamDesk, partner_id: str) -> Contact | None:
    return next((partner.contact for partner in desk.partners() if partner.id == partner_id), None)
