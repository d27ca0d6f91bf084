"""A date that a person types may be as late as today in Amsterdam, where the day begins before it does in UTC."""

import datetime as dt
import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import InvalidRequestError
from gateway.model.calendar import local_day
from gateway.model.decision import Outcome
from gateway.model.terms import Json
from gateway.pipeline.drafts import DraftDesk
from gateway.pipeline.incidents import IncidentDesk
from tests.conftest import NOON, SetClock
from tests.intake.test_report import LINES
from tests.intake.test_signal import COUNT

SANNE = DEMO_PEOPLE[0]
LATE = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)  # half past midnight of the 25th in Amsterdam
TODAY, TOMORROW = dt.date(2026, 11, 25), dt.date(2026, 11, 26)
SUMMER = dt.datetime(2026, 7, 1, 22, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (LATE.replace(hour=22, minute=59), dt.date(2026, 11, 24)),
        (LATE.replace(hour=23, minute=0), TODAY),
        (SUMMER - dt.timedelta(minutes=1), dt.date(2026, 7, 1)),
        (SUMMER, dt.date(2026, 7, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_amsterdam(at: dt.datetime, day: dt.date) -> None:
    """One hour before UTC in winter, two in summer."""
    assert local_day(at) == day


def test_a_date_of_tomorrow_is_refused_at_every_entrance(gateway: Gateway, clock: SetClock) -> None:
    """A request, a page of a draft, a partner's count, and a report of a control day."""
    clock.now = LATE
    with pytest.raises(InvalidRequestError) as caught:
        gateway.team.submit(json.dumps(cases.landlord(TOMORROW, 1)).encode(), SANNE)
    assert "subjects.0.facts.illegality_established.date" in caught.value.fields
    assert DraftDesk(gateway.tools).faults(None, claim(TOMORROW), {})
    with pytest.raises(InvalidRequestError):
        count_nuisance(gateway, TOMORROW)
    with pytest.raises(InvalidRequestError):
        take_over(gateway, TOMORROW)


def test_just_after_midnight_today_is_taken_at_every_entrance(gateway: Gateway, clock: SetClock) -> None:
    """And the request is decided as at any hour: a document of today is not one of the future to the policy either."""
    clock.now = NOON
    at_noon = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)
    clock.now = LATE
    late = gateway.team.submit(json.dumps(cases.landlord(TODAY, 2)).encode(), SANNE)
    assert late.outcome is at_noon.outcome is Outcome.NEEDS_APPROVAL
    assert [len(part.digest or "") for part in late.parts] == [len(part.digest or "") for part in at_noon.parts]
    assert not DraftDesk(gateway.tools).faults(None, claim(TODAY), {})
    count_nuisance(gateway, TODAY)
    take_over(gateway, TODAY)


def claim(day: dt.date) -> dict[str, Json]:
    """Return a fact with a document of this day."""
    return {"subject_minor": {"value": "no", "evidence": "RVB-2026-112", "date": day.isoformat()}}


def count_nuisance(gateway: Gateway, day: dt.date) -> None:
    """Send a corporation's count of one day."""
    told: dict[str, Json] = {
        "code": "nuisance",
        "dwelling": {"postcode": "1299ZA", "number": 14},
        "nuisance": [{**COUNT, "first": day.isoformat(), "last": day.isoformat()}],
        "idempotency_key": f"a-count-of-{day}",
    }
    gateway.partners.signal(gateway.tools.partner("dudok-wonen"), json.dumps(told).encode(), now=gateway.tools.clock())


def take_over(gateway: Gateway, day: dt.date) -> None:
    """Take over a report of this day."""
    IncidentDesk(gateway.tools).take_over(LINES.replace("2026-11-20", day.isoformat()), SANNE)
