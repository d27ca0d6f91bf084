"""A year's log is closed and the next one begun: stopped at any step one of them goes on."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from gateway import upkeep
from gateway.config.settings import Settings
from gateway.errors import (
    ConfigError,
    InvalidRequestError,
    LogTamperedError,
    LogUnavailableError,
    NotWitnessedError,
    SignatureInvalidError,
)
from gateway.log.appender import Batch
from gateway.log.audit import prove
from gateway.log.exports import export_years, fsck_years
from gateway.log.leaf import decode
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.opening import keyring_file
from gateway.pipeline import year_end
from gateway.store.book import SqlBook
from tests.conftest import NOON, SetClock
from tests.cosign.small_witness import SmallWitness, serving
from tests.databases import on_both
from tests.pipeline.two_years import JANUARY, SANNE, alter, make_key, names, release, start, turn, verified
from tests.refusals import refused

pytestmark = on_both


class Stopped(Exception):  # noqa: N818  # stands for a process that ends here
    """The process ended at this step."""


@pytest.fixture
def ready(settings: Settings) -> Settings:
    """Return the settings of a gateway whose key for 2027 was made."""
    make_key(settings, 2027)
    return settings


def test_without_a_next_key_the_log_goes_on(settings: Settings) -> None:
    """Nothing is closed, and the next entry follows as before."""
    with refused(ConfigError, "no key for the next year"):
        turn(settings)
    with start(settings, JANUARY) as gateway:
        release(gateway)
    assert names(settings) == ["2026"]


def test_a_year_is_not_closed_before_it_is_over(ready: Settings) -> None:
    """A slip in December must not leave its last days in the next year's log."""
    with refused(InvalidRequestError, "not yet that year"):
        turn(ready, at=dt.datetime(2026, 12, 31, 23, 59, tzinfo=dt.UTC))
    assert names(ready) == ["2026"]


def test_a_year_is_closed_once(ready: Settings) -> None:
    """The second time there is no next key, or it has begun already."""
    turn(ready)
    with refused(ConfigError, "no key for the next year"):
        turn(ready)
    assert names(ready) == ["2026", "2027"]


def test_a_gateway_without_the_new_key_writes_nothing(settings: Settings) -> None:
    """One that was started before the key was made and goes on writing is refused, and told to start again."""
    with start(settings, NOON) as late:
        make_key(settings, 2027)
        turn(settings)
        with refused(LogUnavailableError, "no key is at hand"):
            release(late)
    with start(settings, JANUARY) as again:
        release(again)
    verified(settings)


def test_a_gateway_with_the_new_key_goes_on(ready: Settings, clock: SetClock) -> None:
    """It need not be started again when it has the key already."""
    with start(ready, clock) as gateway:
        release(gateway, 1)
        turn(ready)
        clock.now = JANUARY
        release(gateway, 2)
    report = verified(ready)
    assert [volume.origin.rpartition("/")[2] for volume, _ in report.volumes] == ["2026", "2027"]


STEPS = (
    (year_end, "_record", 0),  # before the entry that closes
    (year_end, "opens_after", 0),  # after its commit, inside the transaction that begins
    (SqlBook, "begin", 0),
    (year_end, "_record", 1),  # the volume has begun in the transaction, its first entry is to come
    (Batch, "close", 1),  # the entry is there, its checkpoint is to come
)


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_stopped_at_any_step_the_old_log_goes_on(ready: Settings, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Until the one transaction is committed there is no new volume; after it there is. Running it again goes on."""
    with start(ready, NOON) as gateway:
        release(gateway, 1)
    where, name, skipped = STEPS[step]
    real, calls = getattr(where, name), iter(range(9))

    def stop(*args: object, **named: object) -> object:
        if next(calls) >= skipped:
            raise Stopped
        return real(*args, **named)

    monkeypatch.setattr(where, name, stop)
    with pytest.raises(Stopped):
        turn(ready)
    monkeypatch.undo()
    assert names(ready) == ["2026"]
    with start(ready, JANUARY) as gateway:
        release(gateway, 2)
    turn(ready)
    assert names(ready) == ["2026", "2027"]
    with start(ready, JANUARY) as gateway:
        release(gateway, 3)
    verified(ready)


def test_an_entry_that_comes_in_between_is_not_left_out(
    ready: Settings, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new volume names the very end of the one before: when that moved, the old one goes on until the next try."""
    with start(ready, clock) as gateway:
        release(gateway, 1)
        clock.now = JANUARY
        numbers = iter((2, 3))
        monkeypatch.setattr(upkeep, "get_quorum", lambda *_args, **_named: release(gateway, next(numbers)))
        with refused(LogUnavailableError, "came in between"):
            turn(ready)
        monkeypatch.undo()
        assert names(ready) == ["2026"]
        turn(ready)
        release(gateway, 4)
    assert len(verified(ready).volumes) == 2


def test_too_few_witnesses_leave_the_old_log_as_it_is(ready: Settings) -> None:
    """Nothing is closed while they do not answer; when one does the year is closed under its signature."""
    vkeys = [signer.vkey for signer in keyring_file(ready).load().log_signers()]
    with serving(SmallWitness(lambda: JANUARY)) as witness:
        trust = TrustPolicy(tuple(vkeys), (("w", witness.key.vkey),), quorum="w", addresses=(("w", witness.url),))
        path = ready.home / "witnesses.policy"
        path.write_text(trust.to_text(), encoding="utf-8")
        watched = replace(ready, witnesses=path)
        with start(watched, NOON) as gateway:
            message = release(gateway, 1)
        witness.odd = lambda method, _: (500, {}, "") if method == "POST" else None
        with refused(NotWitnessedError, "too few witnesses"):
            turn(watched)
        assert names(ready) == ["2026"]
        witness.odd = lambda _method, _body: None
        done = turn(watched)
        assert witness.newest.startswith(done.note)
        with start(watched, JANUARY) as gateway:  # what waited for the witness has its word on the final checkpoint
            envelope = gateway.partners.envelope("belle", message, now=JANUARY)
            assert verify_message(envelope, trust, recipient="belle", now=JANUARY).seen.keys() == {"w"}
        without = replace(trust, logs=(vkeys[0],))
        path.write_text(without.to_text(), encoding="utf-8")
        with refused(ConfigError, "does not name the key of this year's log"), start(watched, JANUARY):
            pass
    assert names(ready) == ["2026", "2027"]


ALTERED = (
    "UPDATE leaf SET entry = (SELECT entry FROM leaf WHERE idx = 0) WHERE idx = {opened}",
    "UPDATE leaf SET entry = (SELECT entry FROM leaf WHERE idx = 0) WHERE idx = {opened} - 1",
    "UPDATE checkpoint SET note = (SELECT checkpoint FROM head) WHERE size = {opened}",
    "UPDATE volume SET checkpoint = (SELECT checkpoint FROM head)",
    "UPDATE volume SET frontier = (SELECT frontier FROM head)",
    "UPDATE volume SET origin = 'elsewhere.example/log/2027'",
    "UPDATE volume SET first = first - 1",
    "UPDATE volume SET first = first + 9",
    "DELETE FROM volume",
)


@pytest.mark.parametrize("row", ALTERED)
def test_what_is_altered_in_either_year_is_found(ready: Settings, row: str) -> None:
    """Each volume is verified with its own key, and follows from the one before it."""
    done = turn(ready)
    alter(ready, row.format(opened=done.first))
    with pytest.raises((AssertionError, LogTamperedError)):
        verified(ready)


def test_a_message_of_last_year_is_handed_over_in_the_new_one(ready: Settings, tmp_path: Path) -> None:
    """Its proof is of last year's log, under its final checkpoint; a partner who trusts both logs needs no more."""
    with start(ready, NOON) as gateway:
        waiting = release(gateway, 1)
    done = turn(ready)
    with start(ready, JANUARY) as gateway:
        later = release(gateway, 2)
        vkeys = gateway.tools.log_vkeys
        both = TrustPolicy(tuple(vkeys))
        for message, year in ((waiting, 0), (later, 1)):
            envelope = gateway.partners.envelope("belle", message, now=JANUARY)
            found = verify_message(envelope, both, recipient="belle", now=JANUARY)
            assert found.checkpoint.origin == vkeys[year].partition("+")[0]
            verify_message(envelope, TrustPolicy((vkeys[year],)), recipient="belle", now=JANUARY)
            with refused(SignatureInvalidError):
                verify_message(envelope, TrustPolicy((vkeys[1 - year],)), recipient="belle", now=JANUARY)
        summary = gateway.team.log_summary()
        assert (summary.vkey, summary.entries) == (vkeys[1], gateway.team.verify_log().entries)
        lines = gateway.team.log_entries(done.first - 1, done.first + 1)
        assert [(line.index, line.outcome) for line in lines] == [(done.first - 1, "closed"), (done.first, "opened")]
        with gateway.tools.store.read() as unit:
            of_release = gateway.tools.recorder.read(unit, unit.outbox.get(later, partner="belle").leaf_index)[0]
            assert of_release.prev is not None
            table, place = unit.book.place_of(done.first - 1)
            assert prove(table, place).endswith(done.note)
            count = export_years(unit.book, tmp_path / "export")
            _, detail, _ = gateway.tools.recorder.read(unit, done.first)
            assert (detail["kind"], detail["checkpoint"]) == ("year", done.note)
    assert sorted(path.name for path in (tmp_path / "export").iterdir()) == ["2026", "2027"]
    report = fsck_years(tmp_path / "export", vkeys=vkeys)
    assert (report.problem, report.entries) == (None, count)
    assert verified(ready).root == report.root


def test_what_follows_an_entry_of_last_year_says_so_in_its_detail(ready: Settings) -> None:
    """A leaf points at entries of its own volume only: whoever has one proof must be able to check it."""
    with start(ready, NOON) as gateway:
        release(gateway, 1)
        view = gateway.team.lines(SANNE)[0]
    turn(ready)
    with start(ready, JANUARY) as gateway:
        gateway.team.withdraw_consent(view.id, SANNE)
        with gateway.tools.store.read() as unit:
            last = unit.book.size() - 1
            read = [gateway.tools.recorder.read(unit, index) for index in range(unit.log.first + 1, last + 1)]
            followed = [detail["prev"] for leaf, detail, _ in read if leaf.prev is None and "prev" in detail]
            assert followed
            assert all(isinstance(index, int) and index < unit.log.first for index in followed)
            assert all(leaf.prev is None or leaf.prev < index for index, (leaf, _, _) in enumerate(read, 1))
            assert decode(unit.book.leaf(unit.log.first)).prev is None
    verified(ready)
