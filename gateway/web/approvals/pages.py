"""The queue of what waits for a judgement, the list of decisions against advice, and the page of deputies."""

import datetime as dt

from flask import Blueprint, render_template
from flask_babel import format_timedelta

from gateway.model.people import StaffRole
from gateway.web.approvals.deputies import add_deputies
from gateway.web.approvals.desk import ApprovalsDesk
from gateway.web.approvals.say import add_say
from gateway.web.signin import EVERYONE, Answer, signed_in, staff

ROOM = "/goedkeuringen"
OFFICERS = (StaffRole.FG, StaffRole.PRIVACY_OFFICER, StaffRole.MANAGER)


def create_approvals_blueprint(desk: ApprovalsDesk) -> Blueprint:
    """Return the pages of approvals; they stand on those of the entrance."""
    blueprint = Blueprint("approvals", __name__)

    @blueprint.get(f"{ROOM}/")
    @staff(*EVERYONE)
    def queue() -> Answer:
        now, (lines, cut) = desk.now(), desk.queue(signed_in())
        return render_template(
            "approvals/queue.html",
            mine=[line for line in lines if line.why_not is None],
            others=[line for line in lines if line.why_not is not None],
            partners={partner.id: partner.name for partner in desk.partners()},
            grounds=desk.bundle.vocabulary.grounds,
            cut=cut,
            now=now,
            span=_span,
        )

    @blueprint.get(f"{ROOM}/tegen-advies")
    @staff(*OFFICERS)
    def against() -> Answer:
        return render_template("approvals/against.html", lines=desk.against_lines(signed_in()))

    add_say(blueprint, desk)
    add_deputies(blueprint, desk, f"{ROOM}/vervanging")
    return blueprint


def _span(begins: dt.datetime, ends: dt.datetime) -> str:
    """Return how long it is, in words: "3 uur", "2 dagen"."""
    length = max(ends - begins, dt.timedelta(minutes=1))
    return str(format_timedelta(length, granularity="minute", threshold=1))
