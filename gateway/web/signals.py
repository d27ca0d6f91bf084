"""What partners told the team: what it may mean and what to do next. None of it is a fact."""

from flask import Blueprint, redirect, render_template

from gateway.model.people import StaffRole
from gateway.web.desk import TeamDesk
from gateway.web.inbox import words
from gateway.web.signin import Answer, signed_in, staff

PAGE = "/signalen"
READERS = (StaffRole.SUPERVISOR, StaffRole.MANAGER)


def add_signals(blueprint: Blueprint, desk: TeamDesk) -> None:
    """Add the list and its button to the blueprint."""

    @blueprint.get(PAGE)
    @staff(*READERS)
    def signals() -> Answer:
        kept = desk.signals()
        return render_template(
            "signals.html",
            waiting=[one for one in kept if one.handled_at is None],
            handled=[one for one in kept if one.handled_at is not None],
            partners={partner.id: partner for partner in desk.partners()},
            texts=words,
        )

    @blueprint.post(f"{PAGE}/<signal_id>/afgehandeld")
    @staff(*READERS)
    def handle_signal(signal_id: str) -> Answer:
        desk.handle_signal(signal_id, signed_in())
        return redirect(PAGE, 303)
