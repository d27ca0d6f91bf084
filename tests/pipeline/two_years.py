"""A gateway that is used in 2026 and in 2027."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import text

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.log.coverage import check_coverage
from gateway.log.years import YearsReport, verify_years
from gateway.opening import keyring_file, open_reader, verifier_keys
from gateway.pipeline.year_end import YearEnd
from gateway.store.engine import open_engine
from gateway.upkeep import begin_year
from tests.conftest import NOON, SetClock

SANNE = DEMO_PEOPLE[0]
JANUARY = dt.datetime(2027, 1, 4, 9, 0, tzinfo=dt.UTC)


def make_key(settings: Settings, year: int) -> None:
    """Make the key of a year's log, as `gateway keys new-year` does."""
    file = keyring_file(settings)
    with file.held():
        keyring, _ = file.load().add_log_key(f"{settings.issuer}/log/{year}")
        file.replace(keyring)
        file.publish(keyring)


@contextmanager
def start(settings: Settings, at: dt.datetime | SetClock) -> Iterator[Gateway]:
    """Start the gateway at a moment, or by a clock, and stop it."""
    gateway = build(settings, clock=at if isinstance(at, SetClock) else lambda: at)
    try:
        yield gateway
    finally:
        gateway.tools.store.close()


def turn(settings: Settings, at: dt.datetime = JANUARY) -> YearEnd:
    """Close 2026 and begin 2027."""
    return begin_year(settings, by="os:an-operator", clock=lambda: at)


def release(gateway: Gateway, number: int = 1) -> str:
    """Release a message to Belle; return its id."""
    request = cases.help_with_consent(NOON.date(), number, "offer_help")
    message = gateway.team.submit(json.dumps(request).encode(), SANNE).parts[0].message_id
    assert message is not None
    return message


def verified(settings: Settings) -> YearsReport:
    """Verify the whole log, and that what rests on it fits; raise AssertionError with the problem."""
    with closing(open_reader(settings)) as reader, reader.read() as unit:
        report = verify_years(unit.book, vkeys=verifier_keys(settings))
        assert report.problem is None, report.problem
        covered = check_coverage(unit, start=0, size=report.entries)
        assert covered.problem is None, covered.problem
    return report


def names(settings: Settings) -> list[str]:
    """Return the years of the log's volumes."""
    with closing(open_reader(settings)) as reader, reader.read() as unit:
        return [volume.origin.rpartition("/")[2] for volume in unit.book.volumes()]


def alter(settings: Settings, row: str) -> None:
    """Do to the database what its administrator could: triggers stop nobody who may drop them."""
    engine = open_engine(settings.database_url)
    tables = ("leaf", "node", "checkpoint", "volume")
    with engine.begin() as connection:
        for table in tables:
            for verb in ("update", "delete"):
                on = "" if engine.dialect.name == "sqlite" else f" ON {table}"
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}"))
        connection.execute(text(row))
    engine.dispose()
