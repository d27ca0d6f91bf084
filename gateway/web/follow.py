"""One request followed: its decision, its parts, and what this person may say of each."""

from flask import Blueprint, redirect, render_template, request

from gateway.errors import InvalidRequestError
from gateway.model.partner import Contact
from gateway.model.people import StaffRole
from gateway.model.views import DisclosureView, PartState, PartView
from gateway.web.desk import TeamDesk
from gateway.web.messages import STEP_STATES
from gateway.web.signin import EVERYONE, Answer, signed_in, staff

LIVE = {PartState.WAITING, PartState.RELEASED, PartState.DELIVERED}
LEFT = {PartState.RELEASED, PartState.DELIVERED, PartState.RECALLED}
DECIDERS = (StaffRole.SUPERVISOR, StaffRole.MANAGER)
PART = "/verstrekkingen/<disclosure_id>/onderdelen/<part_id>"


def add_follow(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the page of one request and its forms to the blueprint."""

    @blueprint.get("/verstrekkingen/<disclosure_id>")
    @staff(*EVERYONE)
    def follow(disclosure_id: str) -> Answer:
        person = signed_in()
        view = desk.follow(disclosure_id, person)
        live = any(part.state in LIVE for part in view.parts)
        ground = desk.bundle.vocabulary.grounds.get(view.ground)
        return render_template(
            "follow.html",
            view=view,
            vocabulary=desk.bundle.vocabulary,
            partner=partner_name(desk, view.recipient),
            phone=_phone(desk, view.recipient) if ground is not None and ground.urgent else None,
            partners={partner.id: partner.name for partner in desk.partners()},
            parts=[(part, steps(part)) for part in view.parts],
            may_withdraw=live and person.has(*DECIDERS),
            may_lift=ground is not None and ground.urgent and bool(view.parts) and person.has(*DECIDERS),
        )

    def back(view: DisclosureView) -> Answer:
        return redirect(f"/verstrekkingen/{view.id}", 303)

    @blueprint.post(f"{PART}/goedkeuren")
    @staff(*DECIDERS)
    def approve(disclosure_id: str, part_id: str) -> Answer:
        return back(desk.approve(disclosure_id, part_id, request.form.get("digest", ""), signed_in()))

    @blueprint.post(f"{PART}/weigeren")
    @staff(*DECIDERS)
    def refuse(disclosure_id: str, part_id: str) -> Answer:
        return back(desk.refuse(disclosure_id, part_id, signed_in()))

    @blueprint.post(f"{PART}/adviseren")
    @staff(StaffRole.FG)
    def advise(disclosure_id: str, part_id: str) -> Answer:
        positive = _choice("advice", yes="positive", no="negative")
        return back(desk.advise(disclosure_id, part_id, positive, signed_in()))

    @blueprint.post(f"{PART}/beoordelen")
    @staff(*DECIDERS)
    def review(disclosure_id: str, part_id: str) -> Answer:
        good = _choice("review", yes="good", no="bad")
        return back(desk.review(disclosure_id, part_id, good, signed_in()))

    @blueprint.post("/verstrekkingen/<disclosure_id>/intrekken")
    @staff(*DECIDERS)
    def withdraw(disclosure_id: str) -> Answer:
        return back(desk.withdraw_consent(disclosure_id, signed_in()))

    @blueprint.post("/verstrekkingen/<disclosure_id>/opheffen")
    @staff(*DECIDERS)
    def lift(disclosure_id: str) -> Answer:
        return back(desk.lift_hold(disclosure_id, signed_in()))


def partner_name(desk: TeamDesk, partner_id: str) -> str:
    """Return a partner's name, or its id when partners.yaml no longer has it."""
    return next((partner.name for partner in desk.partners() if partner.id == partner_id), partner_id)


def _phone(desk: TeamDesk, partner_id: str) -> Contact | None:
    return next((partner.contact for partner in desk.partners() if partner.id == partner_id), None)


def steps(part: PartView) -> list[tuple[str, str, str]]:
    """Return the stages of a part as (name, state, the state in words); states: done, now, stopped, later."""
    left = part.state in LEFT
    asks = part.approval.before_release
    recalled = part.state is PartState.RECALLED
    held = {PartState.WAITING: "now", PartState.REFUSED: "stopped", PartState.VOIDED: "stopped"}
    received = left and bool(part.receipts)
    delivered = part.state is PartState.DELIVERED or received or recalled
    stages = [("Beslist", "done")]
    if asks:
        stages.append(("Goedgekeurd", "done" if left else held[part.state]))
    ready = "stopped" if part.state is PartState.VOIDED and not asks else "later"
    stages.append(("Verzegeld en vastgelegd", "done" if left else ready))
    stages.append(("Opgehaald", "done" if delivered else ("now" if left else "later")))
    stages.append(("Bevestigd", "done" if received else ("now" if delivered and not recalled else "later")))
    if part.may_review:  # a view does not say whether a review was done, only that one is still open to this person
        stages.append(("Achteraf gecontroleerd", "now"))
    if recalled:
        stages.append(("Teruggeroepen", "stopped"))
    return [(name, state, STEP_STATES[state]) for name, state in stages]


def _choice(name: str, *, yes: str, no: str) -> bool:
    chosen = request.form.get(name)
    if chosen not in {yes, no}:
        raise InvalidRequestError("choose one of the two answers", hint="go back and choose", fields={name: "missing"})
    return chosen == yes
