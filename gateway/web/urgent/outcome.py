"""What came of an urgent hand-over: sent, with a clock and what to say by telephone; or not sent, and then call."""

from flask import Blueprint, g, render_template, request
from werkzeug.exceptions import HTTPException

from gateway import telemetry
from gateway.errors import GatewayError
from gateway.http import status_of
from gateway.model.notices import MessageKind
from gateway.model.people import StaffRole
from gateway.model.urgent import Clock
from gateway.model.views import PartState
from gateway.web.pages import error_page
from gateway.web.signin import Answer, signed_in, staff
from gateway.web.urgent.desk import UrgentDesk
from gateway.web.urgent.form import Answers
from gateway.web.urgent.words import PAGE, name_of, way_named

LEFT = {PartState.RELEASED, PartState.DELIVERED}


def add_outcome(blueprint: Blueprint, desk: UrgentDesk) -> None:
    """Add the page after sending, and what stands in its place when something failed."""

    @blueprint.get(f"{PAGE}/verstuurd/<disclosure_id>")
    @staff(StaffRole.SUPERVISOR, StaffRole.MANAGER)
    def sent(disclosure_id: str) -> Answer:
        view, now = desk.follow(disclosure_id, signed_in()), desk.now()
        part = next((part for part in view.parts if part.kind is MessageKind.DISCLOSURE and part.state in LEFT), None)
        waits = part is not None and any(one.part_id == part.id for one in desk.open_reviews(signed_in()))
        way = next((way for way in desk.ways() if way.ground == view.ground), None)
        due = view.submitted_at + desk.receipt_within()
        return render_template(
            "urgent/sent.html",
            view=view,
            part=part,
            again=None if way is None else f"{PAGE}/{name_of(way.ground)}",
            partner=desk.partner(view.recipient),
            clock=Clock.until(part.review_due, now) if waits and part is not None and part.review_due else None,
            receipt_due=due,
            overdue=due <= now,
            mailed=desk.mails_team(),
        )

    @blueprint.errorhandler(Exception)
    def failed(error: Exception) -> Answer:
        """Say plainly what to do now: whatever went wrong while sending, the telephone works."""
        status = _told(error)
        person = g.get("person")
        if request.method != "POST" or person is None or not person.has(StaffRole.SUPERVISOR):
            return error_page(status, error if isinstance(error, GatewayError) and status != 500 else None)
        soort = str((request.view_args or {}).get("soort", ""))
        way = way_named(list(desk.ways()), soort)
        again = None if way is None else Answers(way, request.form).hidden()
        return render_template("urgent/failed.html", back=PAGE, way=way, again=again, here=f"{PAGE}/{soort}"), status


def _told(error: Exception) -> int:
    """Return the HTTP status of what went wrong, and tell operations of it: a code, never a value."""
    if isinstance(error, GatewayError):
        status = status_of(error)
        telemetry.event("refused" if status < 500 else "failed", code=error.code, status=status)
        return status
    if isinstance(error, HTTPException):
        return error.code or 500
    telemetry.failure("unexpected", error)
    return 500
