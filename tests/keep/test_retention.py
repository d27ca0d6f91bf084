"""What was kept long enough is deleted, down to its bytes; the log still verifies, and holds outlive their signals."""

import datetime as dt
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.bootstrap import Gateway
from gateway.cli import gateway as cli
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import demo_environment
from gateway.keep.cleanup import clean_database
from gateway.keep.retention import Caretaker, purge
from gateway.store.clean import count_traces, files_of
from tests.conftest import NOON, SetClock
from tests.databases import on_both
from tests.pipeline.test_signals import OWN, hold, nuisance, send

MONTH = dt.timedelta(days=30)


def kept(gateway: Gateway) -> int:
    """Return how many signals are in the database."""
    with gateway.tools.store.read() as unit:
        return len(unit.signals.since(NOON - dt.timedelta(days=365)))


@on_both
def test_a_signal_is_deleted_after_thirty_days_and_not_before(gateway: Gateway, clock: SetClock) -> None:
    """To the second; a hold stays, and so does the entry in the log, whose content nobody can open any more."""
    send(gateway, "dudok-wonen", nuisance(OWN))
    send(gateway, "avim", hold({**cases.ADDRESS}))
    index = gateway.team.log_summary().entries - 1
    clock.now += MONTH - dt.timedelta(seconds=1)
    assert purge(gateway.tools.store, clock.now).signals == 0
    assert kept(gateway) == 2
    clock.now += dt.timedelta(seconds=1)
    send(gateway, "belle", {"code": "question", "question": "call_us"})
    assert purge(gateway.tools.store, clock.now).signals == 2
    assert kept(gateway) == 1
    assert gateway.team.verify_log().ok
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, index)
        assert unit.circumstances.held([gateway.tools.lookup.address("1299ZA", 12, "bis")])
    assert detail["code"] == "hold"


def test_its_bytes_are_nowhere_in_the_files_afterwards(gateway: Gateway, settings: Settings, clock: SetClock) -> None:
    """As after an erasure: overwritten, and looked for; before that they were there."""
    for _ in range(5):
        send(gateway, "dudok-wonen", nuisance(OWN))
    clock.now += MONTH
    with gateway.tools.store.read() as unit:
        boxes = [row.box[:40] for row in unit.signals.since(NOON - MONTH)]
    assert count_traces(files_of(settings.database_url), tuple(boxes)) == 5
    purged = purge(gateway.tools.store, clock.now)
    cleanup = clean_database(settings, purged.traces)
    assert cleanup.ok
    assert cleanup.searched >= 15
    assert count_traces(files_of(settings.database_url), tuple(boxes)) == 0


def test_the_caretaker_purges_and_a_database_that_fails_does_not_stop_it(
    gateway: Gateway, settings: Settings, clock: SetClock, events: io.StringIO
) -> None:
    """Once an hour in a gateway at work; what fails is told by its code and tried again."""
    send(gateway, "avim", hold(OWN))
    clock.now += MONTH
    caretaker = Caretaker(settings, gateway.tools.store, clock=clock, first=0.0)
    with closing(sqlite3.connect(settings.home / "gateway.sqlite")) as connection:
        connection.execute("ALTER TABLE signal RENAME TO gone")
        connection.commit()
        caretaker.look()
        connection.execute("ALTER TABLE gone RENAME TO signal")
        connection.commit()
    assert '"code": "log_unavailable"' in events.getvalue()
    assert kept(gateway) == 1
    caretaker.start()
    while kept(gateway):
        pass
    caretaker.stop()
    assert "purged" in events.getvalue()


def test_the_command_tells_what_it_deleted(
    gateway: Gateway, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`gateway retention run`, beside a gateway at work: a signal of today stays."""
    send(gateway, "avim", hold(OWN))
    environ = {"GATEWAY_HOME": str(settings.home), "GATEWAY_DATABASE_URL": settings.database_url}
    for name, value in {**environ, **demo_environment(environ, url="http://127.0.0.1:8080")}.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(cli, ["retention", "run", "--format", "json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    expected = 1 if dt.datetime.now(dt.UTC) - NOON >= MONTH else 0  # noqa: TID251  # the command has the machine's clock
    assert (told["ok"], told["signals"]) == (True, expected)
    assert kept(gateway) == 1 - expected
