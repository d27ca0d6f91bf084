"""The public sees one checkpoint a day: as the log stood when the day began, whatever is recorded meanwhile."""

import datetime as dt
import json

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.log.checkpoint import Checkpoint
from gateway.pipeline.public_note import PublicNote
from tests.conftest import NOON, SetClock
from tests.pipeline.two_years import JANUARY, make_key, release, start, turn

SANNE = DEMO_PEOPLE[0]
DAY = dt.timedelta(days=1)


def shown(gateway: Gateway) -> str:
    """Return what the public is shown now."""
    return gateway.partners.public_checkpoint(now=gateway.tools.clock())


def record(gateway: Gateway, number: int) -> None:
    """Have something recorded."""
    day = gateway.tools.clock().date()
    gateway.team.submit(json.dumps(cases.urgent(day, number, "protect_victim")).encode(), SANNE)


def test_growth_within_a_day_is_not_shown(gateway: Gateway, clock: SetClock) -> None:
    """Byte for byte the same from midnight to midnight, on a busy day too; partners see the newest."""
    record(gateway, 1)
    first = gateway.partners.checkpoint()
    clock.now = NOON + DAY
    assert shown(gateway) == first
    for number in range(2, 6):
        clock.now += dt.timedelta(hours=2)
        record(gateway, number)
        assert shown(gateway) == first
        assert gateway.partners.checkpoint() != first


def test_on_its_first_day_the_log_shows_the_public_nothing(gateway: Gateway) -> None:
    """Nothing is older than today."""
    assert shown(gateway) == ""


def test_a_day_is_over_at_midnight_and_not_before(gateway: Gateway, clock: SetClock) -> None:
    """In UTC, as all times of the log."""
    clock.now = dt.datetime(2026, 11, 25, 23, 59, tzinfo=dt.UTC)
    record(gateway, 1)
    newest = gateway.partners.checkpoint()
    assert Checkpoint.from_note(shown(gateway)).size < Checkpoint.from_note(newest).size
    clock.now += dt.timedelta(minutes=1)
    record(gateway, 2)
    assert shown(gateway) == newest
    clock.now += 5 * DAY
    record(gateway, 3)
    assert Checkpoint.from_note(shown(gateway)).size == Checkpoint.from_note(newest).size + 2  # decision and release


def test_another_process_shows_the_same(gateway: Gateway, clock: SetClock) -> None:
    """What is kept for a day is only found sooner."""
    clock.now = NOON + DAY
    record(gateway, 1)
    assert PublicNote(gateway.tools.store).of_day(clock.now.date()) == shown(gateway)


def test_on_the_first_day_of_a_years_log_the_last_of_the_year_before_is_shown(settings: Settings) -> None:
    """Nothing of today, and nothing is lost."""
    clock = SetClock()
    with start(settings, clock) as gateway:
        release(gateway)
        last_of_november = gateway.partners.checkpoint()
    make_key(settings, 2027)
    turn(settings)
    with start(settings, JANUARY) as gateway:
        november = Checkpoint.from_note(shown(gateway))
        assert november.origin == Checkpoint.from_note(last_of_november).origin
        assert november.size >= Checkpoint.from_note(last_of_november).size
    with start(settings, JANUARY + DAY) as gateway:
        assert Checkpoint.from_note(shown(gateway)).origin.endswith("2027")
