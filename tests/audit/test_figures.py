"""The figures: every request once, only closed months, published once, and nothing that a look later changes."""

import datetime as dt
import json

import pytest

from gateway.audit.figures import (
    CLOSES,
    Counted,
    FigureDesk,
    MonthFigures,
    closed_months,
    count,
    published,
    span_of,
)
from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.decision import Approval, Outcome
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.store.gap_ports import CountedPart, CountedRequest
from gateway.wsgi import figure_desk
from tests.conftest import NOON, SetClock
from tests.databases import on_both

SANNE, BRAM, *_ = DEMO_PEOPLE
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
WHOLE: dict[str, Json] = {"ground": "enforcement", "decisions": {"s1": {"own": {"withheld": []}}}}
LESS: dict[str, Json] = {"ground": "enforcement", "decisions": {"s1": {"own": {"withheld": [{}]}}}}


def a_part(state: PartState, approval: Approval = Approval.NONE, **times: dt.datetime) -> CountedPart:
    """Return a part in a state."""
    return CountedPart("d1", approval, state, times.get("judged"), times.get("received"))


@pytest.mark.parametrize(
    ("outcome", "detail", "states", "end"),
    [
        (Outcome.GAP, WHOLE, [], "gap"),
        (Outcome.DENY, LESS, [], "refused"),
        (Outcome.NEEDS_APPROVAL, WHOLE, [PartState.REFUSED], "refused"),
        (Outcome.NEEDS_APPROVAL, WHOLE, [PartState.WAITING], "waiting"),
        (Outcome.NEEDS_APPROVAL, WHOLE, [PartState.VOIDED], "voided"),
        (Outcome.NEEDS_APPROVAL, WHOLE, [PartState.DELIVERED], "released"),
        (Outcome.PERMIT, WHOLE, [PartState.RELEASED, PartState.RECALLED], "released"),
        (Outcome.PERMIT_REDUCED, LESS, [PartState.RELEASED], "reduced"),
        (Outcome.PERMIT_REDUCED, WHOLE, [PartState.RELEASED, PartState.REFUSED], "reduced"),
    ],
)
def test_a_request_has_one_end(outcome: Outcome, detail: dict[str, Json], states: list[PartState], end: str) -> None:
    """What became of it, by its parts and by what the decision withheld: each request counts once."""
    request = CountedRequest("d1", 0, outcome, NOON)
    assert count(request, [a_part(state) for state in states], detail, urgent=False, now=NOON).end == end


def test_a_wait_is_for_a_person_and_a_receipt_counts_when_it_is_urgent() -> None:
    """From submission to the first word of a person, or to now; a release at once waited for nobody."""
    request = CountedRequest("d1", 0, Outcome.NEEDS_APPROVAL, NOON)
    judged = a_part(PartState.RELEASED, Approval.PRE_TWO, judged=NOON + HOUR, received=NOON + 2 * HOUR)
    waits = a_part(PartState.WAITING, Approval.PRE_FG)
    one = count(request, [judged, waits], WHOLE, urgent=False, now=NOON + DAY)
    assert (one.waited, one.answered) == (DAY, ())
    urgent = count(request, [a_part(PartState.DELIVERED, received=NOON + MINUTE)], WHOLE, urgent=True, now=NOON)
    assert (urgent.waited, urgent.answered) == (None, (MINUTE,))


def test_only_months_that_are_over_for_two_weeks_are_shown() -> None:
    """By the calendar of Amsterdam, in which a month can begin an hour before that of UTC; six of them."""
    end = dt.datetime(2026, 10, 31, 23, 0, tzinfo=dt.UTC)  # midnight in Amsterdam
    assert closed_months(end + CLOSES - MINUTE)[0] == "2026-09"
    assert closed_months(end + CLOSES) == ("2026-10", "2026-09", "2026-08", "2026-07", "2026-06", "2026-05")
    assert span_of("2026-10")[1] == end
    assert span_of("2026-12")[1] - span_of("2026-12")[0] == 31 * DAY


def some(ground: str, number: int, end: str = "released", waited: dt.timedelta | None = None) -> list[Counted]:
    """Return that many requests."""
    return [Counted(ground, end, waited, ())] * number


def test_a_ground_with_few_requests_is_told_with_others_only() -> None:
    """Neither its number nor its times nor its ends are kept; nor is what would give it away."""
    told = published([*some("a", 30), *some("b", 12), *some("c", 3)], {"c": 9, "d": 10}, "2026-10")
    assert told.grounds.shown == {"b": 12}
    assert (told.grounds.pooled, told.grounds.pool) == (("a", "c"), 33)
    assert {one.ground: one.abandoned for one in told.each} == {"b": None, "d": 10}
    assert '"c": 3' not in told.to_text()
    assert MonthFigures.from_text("2026-10", told.to_text()) == told


def test_times_are_words_and_need_ten() -> None:
    """Half within a day, all within a week: no figure of one request, and none below ten."""
    nine = published(some("a", 9, waited=HOUR) + some("a", 9), {}, "2026-10")
    assert (nine.each[0].median, nine.each[0].longest) == (None, None)
    waits = some("a", 6, waited=HOUR) + some("a", 4, waited=5 * DAY)
    ten = published(waits, {}, "2026-10")
    assert (ten.each[0].median, ten.each[0].longest) == ("hour", "week")
    late = published([Counted("a", "released", 40 * DAY, (MINUTE,))] * 10, {}, "2026-10")
    assert (late.each[0].median, late.each[0].receipt) == ("longer", "quarter")


def send(gateway: Gateway, number: int, *, help_: int) -> None:
    """Submit so many requests to a landlord and to a care organisation."""
    day = gateway.tools.clock().date()
    for at in range(number):
        gateway.team.submit(json.dumps(cases.landlord(day, 100 + at)).encode(), SANNE)
    for at in range(help_):
        gateway.team.submit(json.dumps(cases.help_with_consent(day, 300 + at, "offer_help")).encode(), SANNE)


@on_both
def test_what_was_published_of_a_month_never_changes(gateway: Gateway, clock: SetClock) -> None:
    """Counted at the first look after it closed; what happens to its requests later changes nothing that is shown."""
    desk: FigureDesk = figure_desk(gateway)
    clock.now = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
    send(gateway, 11, help_=10)
    assert [month.grounds.total for month in desk.months()] == [None] * 6
    for _ in range(12):
        gateway.tools.store.write(lambda unit: unit.drafts.count_abandoned("2026-11", "enforcement"))
    clock.now = dt.datetime(2026, 12, 15, 9, tzinfo=dt.UTC)
    newest = desk.months()[0]
    assert (newest.month, newest.grounds.shown) == ("2026-11", {"care_consent": 10, "illegal_sex_work": 11})
    care, drafts, homes = newest.each
    assert (drafts.ground, drafts.abandoned, drafts.line.total) == ("enforcement", 12, None)
    assert (care.line.total, dict(care.line.shown), care.line.pool) == (10, {}, 10)
    assert homes.median == "longer"
    with gateway.tools.store.read() as unit:
        (first, *_) = unit.figures.requests(*span_of("2026-11"))
    gateway.tools.store.write(lambda unit: unit.cases.destroy(unit.disclosures.get(first.id).case_id))
    gateway.tools.store.write(lambda unit: unit.figures.publish("2026-11", "another"))
    assert desk.months()[0] == newest
