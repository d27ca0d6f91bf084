"""What is known of the witnesses: the kept signatures that fit, counted as the quorum says, and no more than they."""

import datetime as dt
from threading import Timer

import pytest
from sqlalchemy import Engine, text

from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.errors import LogForkError, LogTamperedError, SignatureInvalidError, UnwitnessedError
from gateway.log.appender import Log
from gateway.log.leaf import encode
from gateway.log.policy import CLOCKS, TrustPolicy
from gateway.log.staple import prove_under
from gateway.log.verify import read_stapled
from gateway.log.witnessed import Limit, Progress, Witnessed
from gateway.store.writer import SqlStore, SqlUnit
from tests.log.sample_log import NOW, ORIGIN, SIGNER, VKEY, leaf_at
from tests.refusals import refused

ONE, TWO = Cosigner.generate("one.example"), Cosigner.generate("two.example")
BOTH = TrustPolicy((VKEY,), (("one", ONE.vkey), ("two", TWO.vkey)), (("both", "all", ("one", "two")),), quorum="both")
LIMIT = Limit(3, dt.timedelta(minutes=10))


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """Return a log of five entries, each with its checkpoint."""
    store = SqlStore(engine, Log(SIGNER, ORIGIN).open_batch)
    for index in range(5):
        store.write(lambda unit, index=index: unit.append(encode(leaf_at(index))))  # type: ignore[misc]  # a default
    return store


def _line(unit: SqlUnit, size: int, by: Cosigner, at: dt.datetime = NOW) -> str:
    note = unit.log.checkpoint(size)
    assert note is not None
    return by.cosign(note.rpartition("\n\n")[0] + "\n", at)


def _sign(store: SqlStore, size: int, *cosigners: Cosigner) -> None:
    """Keep these witnesses' word under the checkpoint of this size."""

    def keep(unit: SqlUnit) -> None:
        for by in cosigners:
            label = CosignatureVerifier.from_text(by.vkey).label
            unit.cosignatures.add(size, label, _line(unit, size, by), NOW)

    store.write(keep)


def test_lines_that_do_not_fit_count_for_nothing(store: SqlStore) -> None:
    """Of another size, another key or the future, altered in the database or put there: as if they were not there."""

    def keep(unit: SqlUnit) -> None:
        stranger = Cosigner.generate("one.example")
        lines = [
            _line(unit, 4, ONE),
            _line(unit, 5, stranger),
            _line(unit, 5, ONE, NOW + dt.timedelta(minutes=6)),
            "not a line\n",
        ]
        for number, line in enumerate(lines):
            unit.cosignatures.add(5, f"row {number}", line, NOW)

    store.write(keep)
    _sign(store, 5, TWO)
    with store.read() as unit:
        witnessed = Witnessed(BOTH)
        assert witnessed.refresh(unit, NOW) == 0
        assert witnessed.note_for(unit, 0, NOW) == (unit.log.checkpoint(5) or "") + _line(unit, 5, TWO)
        with refused(SignatureInvalidError, "without a signature of the key in the trust policy"):
            witnessed.line_of("one", unit.log.checkpoint(5) or "", _line(unit, 5, TWO), NOW)


def test_a_witness_is_found_among_the_lines_of_others(store: SqlStore) -> None:
    """And its clock may run ahead by no more than is allowed to clocks."""
    with store.read() as unit:
        line = _line(unit, 5, ONE, NOW + CLOCKS)
        answer = _line(unit, 5, TWO) + line
        assert Witnessed(BOTH).line_of("one", unit.log.checkpoint(5) or "", answer, NOW) == line


def test_the_very_first_checkpoint_proves_the_first_entry(store: SqlStore) -> None:
    """It is of one entry."""
    _sign(store, 1, ONE, TWO)
    with store.read() as unit:
        first = unit.log.checkpoint(1)
        assert first is not None
        assert Witnessed(BOTH).note_for(unit, 0, NOW).startswith(first)


def test_only_entries_that_the_quorum_has_not_seen_count_as_ahead(store: SqlStore) -> None:
    """Three of five are, and three may be."""
    _sign(store, 2, ONE, TWO)
    with store.read() as unit:
        Witnessed(BOTH, LIMIT).refuse_ahead(unit, 5, NOW + dt.timedelta(minutes=9))


def test_a_line_is_kept_only_when_it_is_enough_with_the_others(store: SqlStore) -> None:
    """Two of two is the second one."""
    witnessed = Witnessed(BOTH)
    for by, name, enough in ((ONE, "one", False), (ONE, "one", False), (TWO, "two", True)):

        def keep(unit: SqlUnit, by: Cosigner = by, name: str = name) -> bool:
            return witnessed.keep(unit, 2, name, _line(unit, 2, by), NOW)

        assert store.write(keep) is enough
    assert witnessed.covered == 0  # that is for after the commit
    with store.read() as unit:
        assert unit.cosignatures.newest_of(CosignatureVerifier.from_text(ONE.vkey).label) == 2
        assert unit.cosignatures.newest_of("nobody") is None


def test_a_checkpoint_that_was_taken_away_is_noticed(store: SqlStore, engine: Engine) -> None:
    """Whoever alters the database may drop its triggers too; a head without its checkpoint is alarm, not silence."""
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS checkpoint_no_delete"))
        connection.execute(text("DELETE FROM checkpoint WHERE size = 5"))
    with store.read() as unit, refused(LogTamperedError, "the checkpoint of size 5 is missing"):
        Witnessed(BOTH).note_for(unit, 0, NOW)


@pytest.mark.parametrize(("entries", "minutes"), [(4, 0), (3, 11), (5, 11)])
def test_too_many_or_too_old_entries_are_refused(store: SqlStore, entries: int, minutes: int) -> None:
    """Counted from the first that the quorum has not seen, also when it never saw one."""
    with store.read() as unit, refused(UnwitnessedError) as caught:
        Witnessed(BOTH, LIMIT).refuse_ahead(unit, entries, NOW + dt.timedelta(minutes=minutes))
    assert caught.value.hint == (
        "what is urgent (exploitation, acute danger, a minor) can still be handed over. For the rest: "
        "ask the privacy officer to start the witness, and submit again with the same key"
    )


@pytest.mark.parametrize(("entries", "minutes"), [(0, 99), (3, 9), (1, 9)])
def test_few_and_new_entries_may_be_ahead(store: SqlStore, entries: int, minutes: int) -> None:
    """Up to the limit and with it; a log that never had a witness can begin."""
    with store.read() as unit:
        Witnessed(BOTH, LIMIT).refuse_ahead(unit, entries, NOW + dt.timedelta(minutes=minutes))


def test_what_another_process_kept_is_read_before_anything_is_refused(store: SqlStore) -> None:
    """Memory never says more than the table, and the table is asked before no is said."""
    _sign(store, 5, ONE, TWO)
    witnessed = Witnessed(BOTH, LIMIT)
    with store.read() as unit:
        witnessed.refuse_ahead(unit, 5, NOW + dt.timedelta(days=1))
    assert witnessed.covered == 5


def test_the_oldest_checkpoint_of_the_quorum_proves_an_entry(store: SqlStore) -> None:
    """Not one that only some have seen, nor a newer one; without any, the newest with what word there is."""
    _sign(store, 1, ONE)
    _sign(store, 2, TWO)
    _sign(store, 3, ONE, TWO)
    _sign(store, 4, ONE, TWO)
    _sign(store, 5, ONE)
    witnessed = Witnessed(BOTH)
    with store.read() as unit:
        assert witnessed.covers(unit, 3, NOW)
        assert not witnessed.covers(unit, 4, NOW)
        for index, size, seen in ((0, 3, {"one", "two"}), (3, 4, {"one", "two"}), (4, 5, {"one"})):
            proof = prove_under(unit.log, index, witnessed.note_for(unit, index, NOW))
            stapled = read_stapled(unit.log.leaf(index), proof, BOTH, now=NOW)
            assert (stapled.index, stapled.checkpoint.size, set(stapled.seen)) == (index, size, seen)
            assert (stapled.unwitnessed is None) == (len(seen) == 2)


def test_a_newer_key_of_a_witness_leaves_the_older_word_without_weight(store: SqlStore) -> None:
    """The next size that it signed with the key of the policy counts."""
    _sign(store, 2, Cosigner.generate("one.example"), TWO)
    _sign(store, 3, ONE, TWO)
    _sign(store, 4, Cosigner.generate("one.example"), TWO)
    witnessed = Witnessed(BOTH)
    with store.read() as unit:
        assert witnessed.refresh(unit, NOW) == 3
        assert witnessed.note_for(unit, 0, NOW).startswith(unit.log.checkpoint(3) or "-")


def test_it_is_told_how_far_each_witness_has_seen(store: SqlStore, engine: Engine) -> None:
    """By signatures that fit; and which checkpoint the quorum has seen, which may be an older one."""
    witnessed = Witnessed(BOTH)
    with store.read() as unit:
        assert witnessed.progress(unit, NOW) == [Progress("one"), Progress("two")]
        assert witnessed.seen_note(unit, NOW) == witnessed.newest_note(unit, NOW) == unit.log.checkpoint(5)
    _sign(store, 3, ONE, TWO)
    _sign(store, 5, ONE)
    label = CosignatureVerifier.from_text(TWO.vkey).label
    with store.read() as unit:
        note = (unit.log.checkpoint(5) or "") + _line(unit, 5, ONE)
        assert witnessed.newest_note(unit, NOW) == note
        assert witnessed.progress(unit, NOW) == [Progress("one", 5, NOW), Progress("two", 3, NOW)]
        assert BOTH.verify(witnessed.seen_note(unit, NOW), now=NOW).size == 3
    store.write(lambda unit: unit.cosignatures.add(4, label, _line(unit, 5, TWO), NOW))
    with store.read() as unit:
        assert witnessed.progress(unit, NOW)[1] == Progress("two")


def test_an_empty_log_has_nothing_to_show(engine: Engine) -> None:
    """No note, whether or not there are witnesses."""
    with SqlStore(engine, None).read() as unit:
        assert Witnessed(BOTH).newest_note(unit, NOW) == Witnessed().seen_note(unit, NOW) == ""


def test_without_a_policy_nothing_is_asked(store: SqlStore) -> None:
    """All is covered, and the proof is the log's own."""
    witnessed = Witnessed()
    with store.read() as unit:
        assert witnessed.covers(unit, 4, NOW)
        witnessed.refuse_ahead(unit, 10**6, NOW + dt.timedelta(days=999))
        assert witnessed.note_for(unit, 0, NOW) == unit.log.checkpoint(5)
    witnessed.remember("nobody listens")
    witnessed.settle()


def test_a_commit_is_told_to_whoever_pushes() -> None:
    """The note itself, as it was signed."""
    heard: list[str] = []
    witnessed = Witnessed(BOTH)
    witnessed.announce = heard.append  # as the pusher sets it
    witnessed.remember("a checkpoint")
    assert heard == ["a checkpoint"]


def test_a_quorum_of_none_keeps_word_and_waits_for_nobody(store: SqlStore) -> None:
    """Witnesses that are asked and not waited for: a proof has their word when there is one."""
    _sign(store, 2, ONE)
    witnessed = Witnessed(TrustPolicy((VKEY,), (("one", ONE.vkey),)))
    with store.read() as unit:
        assert witnessed.covers(unit, 4, NOW)
        assert witnessed.note_for(unit, 0, NOW).endswith(_line(unit, 2, ONE))
        assert witnessed.note_for(unit, 2, NOW) == unit.log.checkpoint(5)
        assert witnessed.seen_note(unit, NOW) == unit.log.checkpoint(5)
    _sign(store, 5, ONE)
    with store.read() as unit:
        assert witnessed.seen_note(unit, NOW) == (unit.log.checkpoint(5) or "") + _line(unit, 5, ONE)


def test_who_waits_is_woken_by_the_word_on_its_own_entry() -> None:
    """Neither before anything is known, nor by the word on the entry before it."""
    for known in (0, 3):
        witnessed = Witnessed(BOTH)
        if known:
            witnessed.advance(known)
        later = Timer(0.05, witnessed.advance, [known + 1])
        later.start()
        assert witnessed.wait(known, 600)
        later.join()


def test_a_fork_is_said_in_its_first_words_and_spares_the_urgent() -> None:
    """A second finding does not replace the first; who waits is told that it is in vain."""
    witnessed = Witnessed(BOTH)
    witnessed.refuse_fork(urgent=False)
    for told in ("the first", "the second"):
        witnessed.stop(LogForkError(told, hint="call the privacy officer"))
    with refused(LogForkError, "the first"):
        witnessed.refuse_fork(urgent=False)
    witnessed.refuse_fork(urgent=True)
    assert not witnessed.wait(0, 600)


def test_who_waits_is_told_that_it_is_in_vain_until_there_is_word() -> None:
    """Too few answer, so nobody waits for them; the first word of a quorum takes that back."""
    witnessed = Witnessed(BOTH)
    witnessed.despair()
    assert not witnessed.wait(0, 600)
    witnessed.advance(3)
    witnessed.advance(2)
    assert witnessed.covered == 3
    assert witnessed.wait(2, 600)
    assert not witnessed.wait(3, 0)


def test_a_limit_is_read_as_the_settings_write_it() -> None:
    """Golden; its default is that of docs/settings.md."""
    assert Limit.from_text("3 entries, 10 minutes") == LIMIT
    assert Limit.from_text("50 entries, 15 minutes") == Limit()
