"""A database that is older than what the gateway signed is noticed by every command, before anything is written."""

import json
import sqlite3
from contextlib import closing

import pytest

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.errors import LogForkError
from gateway.log.seen import SEEN
from tests.keep.state import entries, lose_database, run, submit


@pytest.mark.control("DPIA-11")
def test_a_gateway_does_not_start_on_an_older_database(settings: Settings, rolled_back: int) -> None:
    """The message says what stands here and what was signed; the hint says why and what to do; nothing is written."""
    found = entries(settings)
    with pytest.raises(LogForkError, match=f"{found} entries, but this gateway has signed {rolled_back}"):
        build(settings)
    assert entries(settings) == found < rolled_back


def test_a_gateway_does_not_start_without_the_database_it_had(gateway: Gateway, settings: Settings) -> None:
    """A lost database is not a first start: the memory knows better, and no table is made."""
    submit(gateway, 1)
    gateway.tools.store.close()
    lose_database(settings)
    with pytest.raises(LogForkError, match="has 0 entries"):
        build(settings)
    with closing(sqlite3.connect(settings.home / "gateway.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


@pytest.mark.usefixtures("rolled_back")
def test_every_command_tells_it_in_plain_lines(settings: Settings) -> None:
    """Serving is refused, verification reports the problem, and neither shows a traceback."""
    served = run(settings, "serve", "--port", "18998")
    assert served.returncode == 2
    assert "gateway: the log in the database has" in served.stderr
    assert "what to do: going on would sign a second history" in served.stderr
    assert "Traceback" not in served.stderr
    verified = run(settings, "log", "verify", "--format", "json")
    assert verified.returncode == 1
    report = json.loads(verified.stdout)
    assert report["ok"] is False
    assert "an older copy of the database stands here" in report["problem"]


def test_the_officers_page_reports_a_memory_that_contradicts_the_log(gateway: Gateway, settings: Settings) -> None:
    """The check that an officer runs in the browser compares with the memory too."""
    submit(gateway, 1)
    assert gateway.team.verify_log().ok
    (settings.home / SEEN).write_bytes(b"forged")
    report = gateway.team.verify_log()
    assert SEEN in str(report.problem)


def test_a_memory_that_cannot_be_written_undoes_no_release(gateway: Gateway, settings: Settings) -> None:
    """The release is durable and stands; the next commit remembers again."""
    size = submit(gateway, 1)
    (settings.home / SEEN).unlink()
    (settings.home / SEEN).mkdir()
    assert submit(gateway, 2) > size
    (settings.home / SEEN).rmdir()
    last = submit(gateway, 3)
    remembered = gateway.tools.seen()
    assert remembered is not None
    assert remembered.size == last


def test_a_gateway_that_stopped_before_it_remembered_goes_on(gateway: Gateway, settings: Settings) -> None:
    """Killed between COMMIT and remembering: the log is ahead of its memory, which is in order, and caught up with."""
    submit(gateway, 1)
    memory = (settings.home / SEEN).read_bytes()
    last = submit(gateway, 2)
    gateway.tools.store.close()
    (settings.home / SEEN).write_bytes(memory)
    again = build(settings)
    remembered = again.tools.seen()
    again.tools.store.close()
    assert remembered is not None
    assert remembered.size == last
