"""A desk that is away: its substitute of partners.yaml is told as well that something waits."""

import datetime as dt

from gateway.errors import InvalidRequestError
from gateway.log.recorder import Entry
from gateway.model.calendar import local_day
from gateway.model.leaf import LeafType
from gateway.model.partner import Partner
from gateway.model.people import Employee
from gateway.model.terms import Json
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit

LONGEST = dt.timedelta(days=60)


def away_until(unit: Unit, partner_id: str, on: dt.date) -> dt.date | None:
    """Return the last day that the partner's desk is away, when it is away on this day."""
    kept = unit.signals.away(partner_id)
    until = None if kept is None else dt.date.fromisoformat(kept)
    return until if until is not None and until >= on else None


def needs_substitute(unit: Unit, partner: Partner, on: dt.date) -> bool:
    """Say whether a notice goes to the substitute too."""
    return partner.substitute is not None and away_until(unit, partner.id, on) is not None


def set_away(tools: Tools, by: Employee, until: dt.date | None, at: dt.datetime) -> None:
    """Note until which day a desk is away, or that it is back (None); the log says who noted it.

    :raises InvalidRequestError: the day is past, or more than 60 days ahead.
    """
    today = local_day(at)
    if until is not None and not today <= until <= today + LONGEST:
        raise InvalidRequestError(
            "the last day of an absence lies within 60 days from now",
            hint="choose another day",
            fields={"until": "day"},
        )
    day = until or today - dt.timedelta(days=1)

    def commit(unit: Unit) -> None:
        case_id, key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
        told: dict[str, Json] = {"kind": "desk_away", "partner": by.partner, "until": day.isoformat(), "by": by.id}
        entry = Entry(LeafType.REVIEW, "desk_away", tools.policy.bundle.digest, told)
        index = tools.recorder.record(unit, entry, case_id=case_id, case_key=key, at=at)
        unit.signals.set_away(by.partner, day.isoformat(), index)

    tools.store.write(commit)
