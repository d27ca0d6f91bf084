"""The page of one request: its decision, what happened with it, its parts, and what this person may do with each."""

from collections.abc import Sequence

from flask import Blueprint, render_template

from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text
from gateway.model.timeline import TakingBack
from gateway.model.views import PartState, PartView
from gateway.web.desk import TeamDesk
from gateway.web.follow import words
from gateway.web.follow.correcting import add_correcting
from gateway.web.follow.desk import FollowDesk
from gateway.web.follow.judging import DECIDERS, add_judging
from gateway.web.follow.places import REQUEST, contact_of, partner_name
from gateway.web.follow.recalling import add_recalling
from gateway.web.follow.stages import steps
from gateway.web.mirror import reflect
from gateway.web.signin import EVERYONE, Answer, signed_in, staff

LIVE = {PartState.WAITING, PartState.RELEASED, PartState.DELIVERED}
OUT = {PartState.RELEASED, PartState.DELIVERED}


def add_follow(blueprint: Blueprint, desk: TeamDesk, followed: FollowDesk) -> None:
    """Add the page of one request and its forms to the blueprint."""
    add_judging(blueprint, desk)
    add_recalling(blueprint, desk, followed)
    add_correcting(blueprint, desk, followed)

    @blueprint.get("/eigendom")
    @staff(StaffRole.FG, StaffRole.PRIVACY_OFFICER)
    def doubts() -> Answer:
        return render_template("follow/doubts.html", doubts=followed.doubts(signed_in()))

    @blueprint.get(REQUEST)
    @staff(*EVERYONE)
    def follow(disclosure_id: str) -> Answer:
        person = signed_in()
        view = desk.follow(disclosure_id, person)
        history = followed.history(disclosure_id, person)
        live = any(part.state in LIVE for part in view.parts)
        ground = desk.bundle.vocabulary.grounds.get(view.ground)
        contact = contact_of(desk, view.recipient)
        return render_template(
            "follow/request.html",
            view=view,
            vocabulary=desk.bundle.vocabulary,
            partner=partner_name(desk, view.recipient),
            contact=contact,
            phone=contact if ground is not None and ground.urgent else None,
            partners={partner.id: partner.name for partner in desk.partners()},
            steps=steps(view.parts, history),
            taking_back=history.taking_back,
            ownership=history.ownership,
            notes={part.id: _notes(part, history.taking_back.get(part.id), person) for part in view.parts},
            texts=words,
            reflect=reflect,
            may_withdraw=live and history.by_consent and person.has(*DECIDERS),
            may_lift=ground is not None and ground.urgent and bool(view.parts) and person.has(*DECIDERS),
        )


def _notes(part: PartView, back: TakingBack | None, person: Person) -> Sequence[Text]:
    """Return why this person may not do what another could; nothing where nobody could."""
    if back is None or part.state not in OUT or not person.has(*DECIDERS) or part.kind == "recall":
        return ()
    reasons = (back.no_correction if part.kind == "disclosure" else None, back.no_recall)
    return [reason for reason in reasons if reason is not None]
