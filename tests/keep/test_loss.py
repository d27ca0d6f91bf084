"""Going on after a loss: only by a decision, with the evidence kept, and in the log for everyone to see."""

import json
import sqlite3
from contextlib import closing

import pytest

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.errors import InvalidRequestError, LogForkError, LogTamperedError, NotFoundError
from gateway.keep.loss import Loss
from gateway.log.seen import SEEN
from gateway.model.leaf import LeafType
from gateway.store.sole_process import claim
from gateway.upkeep import accept_missing
from tests.conftest import SetClock
from tests.keep.state import entries, lose_database, run, submit

DECISION = "FG 2026-031"


@pytest.mark.parametrize("decision", ["", " ", "two\nlines", "x" * 101, "bell\x07"])
@pytest.mark.usefixtures("rolled_back")
def test_a_loss_is_not_accepted_without_a_decision(settings: Settings, decision: str) -> None:
    """The reference says where somebody's decision is on file; nothing is written without one."""
    found = entries(settings)
    with pytest.raises(InvalidRequestError):
        accept_missing(settings, decision)
    assert entries(settings) == found


def test_nothing_is_accepted_where_nothing_is_missing(gateway: Gateway, settings: Settings) -> None:
    """Before a first start and with a log that continues there is no loss; no entry is made of it."""
    with pytest.raises(InvalidRequestError, match="no loss to accept"):
        accept_missing(settings, DECISION)
    size = submit(gateway, 1)
    with pytest.raises(InvalidRequestError, match="no loss to accept"):
        accept_missing(settings, DECISION)
    assert entries(settings) == size


@pytest.mark.usefixtures("rolled_back")
def test_a_log_that_this_gateway_did_not_sign_is_never_gone_on_with(settings: Settings) -> None:
    """A decision does not make an altered head good: such a database can only be replaced by a backup."""
    with closing(sqlite3.connect(settings.home / "gateway.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE head SET size = 1")
    with pytest.raises(LogTamperedError):
        accept_missing(settings, DECISION)
    with pytest.raises(LogForkError):
        build(settings)


@pytest.mark.usefixtures("rolled_back")
def test_a_loss_is_not_accepted_beside_a_running_gateway(settings: Settings) -> None:
    """On SQLite one process works on the state."""
    held = claim(settings.home / "gateway.lock")
    done = run(settings, "accept-loss", "--decision", DECISION)
    held.close()
    assert done.returncode == 2
    assert "another gateway already works on this state" in done.stderr


def test_an_accepted_loss_goes_on_and_says_so_in_the_log(settings: Settings, rolled_back: int, clock: SetClock) -> None:
    """The entry's detail has what was signed, what was found and who decided; the old checkpoint is kept."""
    found, memory = entries(settings), (settings.home / SEEN).read_bytes()
    accepted = accept_missing(settings, DECISION, clock=clock)
    assert (accepted.loss, accepted.size, accepted.signed) == (Loss.RESTORED, found, rolled_back)
    assert (settings.home / accepted.evidence).read_bytes() == memory

    gateway = build(settings, clock=clock)
    with gateway.tools.store.read() as unit:
        leaf, detail, _ = gateway.tools.recorder.read(unit, accepted.entry)
    assert (leaf.type, leaf.outcome, leaf.prev) == (LeafType.WITNESS, "restored", found - 1)
    told = gateway.team.log_summary()
    assert detail == {
        "kind": "loss",
        "decision": DECISION,
        "size": found,
        "root": detail["root"],
        "remembered_size": rolled_back,
        "remembered_root": detail["remembered_root"],
        "evidence": accepted.evidence,
    }
    assert detail["root"] != detail["remembered_root"]
    assert DECISION.encode() not in (settings.home / "gateway.sqlite").read_bytes()
    assert told.entries == found + 1
    assert submit(gateway, 3) > found + 1
    assert gateway.team.verify_log().ok
    gateway.tools.store.close()
    assert run(settings, "log", "verify").returncode == 0


def test_another_log_can_be_accepted_and_is_named_as_such(settings: Settings, rolled_back: int) -> None:
    """A copy that went on elsewhere has as many entries, but others."""
    memory = (settings.home / SEEN).read_bytes()
    (settings.home / SEEN).unlink()
    elsewhere = build(settings)
    while submit(elsewhere, 7) < rolled_back:
        pass
    elsewhere.tools.store.close()
    (settings.home / SEEN).write_bytes(memory)
    with pytest.raises(LogForkError, match="does not continue"):
        build(settings)
    assert accept_missing(settings, DECISION).loss is Loss.DIVERGED
    build(settings).tools.store.close()


def test_a_memory_that_cannot_be_read_can_be_accepted_and_is_kept(gateway: Gateway, settings: Settings) -> None:
    """Whatever stands in log.seen, an urgent hand-over must not be blocked for ever."""
    size = submit(gateway, 1)
    gateway.tools.store.close()
    (settings.home / SEEN).write_bytes(b"x" * 5000)
    with pytest.raises(LogForkError):
        build(settings)
    done = run(settings, "accept-loss", "--decision", DECISION, "--format", "json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert (told["loss"], told["entry"]) == ("forgotten", size)
    assert "entries_signed" not in told
    assert (settings.home / told["evidence"]).read_bytes() == b"x" * 5000
    build(settings).tools.store.close()


def test_a_loss_is_not_accepted_when_its_evidence_cannot_be_kept(gateway: Gateway, settings: Settings) -> None:
    """First the evidence: without it no entry is made, and the start is still refused."""
    size = submit(gateway, 1)
    gateway.tools.store.close()
    (settings.home / SEEN).unlink()
    (settings.home / SEEN).mkdir()
    with pytest.raises(LogForkError, match="cannot be kept as evidence"):
        accept_missing(settings, DECISION)
    assert entries(settings) == size
    with pytest.raises(LogForkError):
        build(settings)


def test_a_lost_database_without_a_backup_can_be_accepted(gateway: Gateway, settings: Settings) -> None:
    """The log begins again with the entry that says so."""
    signed = submit(gateway, 1)
    gateway.tools.store.close()
    lose_database(settings)
    done = run(settings, "accept-loss", "--decision", DECISION)
    assert done.returncode == 0
    assert f"with 0 of the {signed} entries" in done.stdout
    again = build(settings)
    with pytest.raises(NotFoundError), again.tools.store.read() as unit:
        unit.log.leaf(2)  # the loss is the first entry, the policy of the start the second
    again.tools.store.close()
