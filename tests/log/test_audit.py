"""Verification finds what was altered, says where, and never raises."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from gateway.errors import LogTamperedError, NotFoundError, SignatureInvalidError
from gateway.log.audit import LogReport, prove, verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import encode
from gateway.log.merkle import EMPTY_ROOT
from gateway.store.ports import Head
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import ORIGIN, OTHER, SIGNER, VKEY, fill, leaf_at, sample_log
from tests.refusals import advises, refused

ALTERED = encode(replace(leaf_at(4), outcome="deny"))


def _head(table: MemoryTable, **change: int | str | tuple[bytes, ...]) -> None:
    table.stored_head = replace(table.stored_head, **change)  # type: ignore[arg-type]  # rows have no types


def _swap(table: MemoryTable) -> None:
    table.entries[3], table.entries[4] = table.entries[4], table.entries[3]


def _rebuild(table: MemoryTable) -> None:
    """Alter an entry and recompute every hash, as one without the signing key can."""
    entries = [table.entries[index] for index in range(11)]
    entries[4] = ALTERED
    forged = fill(MemoryTable(), entries)
    table.entries, table.hashes = forged.entries, forged.hashes
    _head(table, frontier=forged.stored_head.frontier)


def _truncate(table: MemoryTable) -> None:
    """Put the log back to its first nine entries, but forget to remove the later checkpoint."""
    earlier = sample_log(9)
    table.entries, table.hashes, table.stored_head = earlier.entries, earlier.hashes, earlier.stored_head


FORGED = Checkpoint(ORIGIN, 11, bytes(32))

CASES: dict[str, tuple[Callable[[MemoryTable], object], str]] = {
    "leaf altered": (lambda t: t.entries.update({4: ALTERED}), "entry 4 is not the one"),
    "leaf not text": (lambda t: t.entries.update({4: b"\xff"}), "entry 4 is not the one"),
    "leaf of another type": (lambda t: t.entries.update({4: "text"}), "row of entry 4 has a form"),  # type: ignore[dict-item]
    "leaf missing": (lambda t: t.entries.pop(4), "entry 4 is missing"),
    "leaves swapped": (_swap, "entry 3 is not the one"),
    "last leaf missing": (lambda t: t.entries.pop(10), "entry 10 is missing"),
    "leaf behind the end": (lambda t: t.entries.update({11: ALTERED}), "entry 11 stands behind"),
    "leaf hash altered": (lambda t: t.hashes.update({(0, 6): bytes(32)}), "entry 6 is not the one"),
    "node altered": (lambda t: t.hashes.update({(2, 1): bytes(32)}), "tree node 1 of level 2 (entries 4 to 7)"),
    "node missing": (lambda t: t.hashes.pop((1, 3)), "tree node 3 of level 1 (entries 6 to 7)"),
    "last node missing": (lambda t: t.hashes.pop((0, 10)), "entry 10 is not the one"),
    "node behind the end": (lambda t: t.hashes.update({(1, 5): bytes(32)}), "tree node 5 of level 1 stands"),
    "head too small": (lambda t: _head(t, size=10), "behind|head|hashes"),
    "head too large": (lambda t: _head(t, size=12), "entry 11 is missing"),
    "head size below nothing": (lambda t: _head(t, size=-1), "entry 0 is missing: the head counts -1"),
    "head size no number": (lambda t: _head(t, size="many"), "the head of the log has a form"),
    "head frontier": (lambda t: _head(t, frontier=(bytes(32),)), "the head at size 11"),
    "head checkpoint gone": (lambda t: _head(t, checkpoint=""), "size 11 is not signed"),
    "head checkpoint of another key": (lambda t: _head(t, checkpoint=FORGED.sign(OTHER)), "size 11 is not signed"),
    "head checkpoint of another root": (lambda t: _head(t, checkpoint=FORGED.sign(SIGNER)), "first 11 entries"),
    "head checkpoint of another size": (lambda t: _head(t, checkpoint=t.notes[9]), "first 11 entries"),
    "kept checkpoint altered": (lambda t: t.notes.update({6: t.notes[6].replace("6", "7", 1)}), "size 6 is not signed"),
    "kept checkpoint of another size": (lambda t: t.notes.update({6: t.notes[3]}), "first 6 entries"),
    "checkpoint at size 0": (lambda t: t.notes.update({0: t.notes[3]}), "first 0 entries"),
    "checkpoint of a size below nothing": (lambda t: t.notes.update({-1: t.notes[3]}), "size -1 are not in order"),
    "all hashes recomputed": (_rebuild, "first 6 entries"),
    "cut back": (_truncate, "the log signed 11 entries but holds 9: entries were removed"),
}


@pytest.mark.parametrize("place", [(0, 11), (1, 5), (2, 2), (3, 1), (4, 0)])
def test_a_node_behind_the_end_is_found_on_every_level(place: tuple[int, int]) -> None:
    """Also the one that a tree of sixteen would have on top."""
    table = sample_log(11)
    table.hashes[place] = bytes(32)
    problem = str(verify_log(table, vkey=VKEY).problem)
    assert f"tree node {place[1]} of level {place[0]} stands behind the end" in problem


@pytest.mark.parametrize("case", CASES)
def test_what_was_altered_is_named(case: str) -> None:
    """Each alteration is found, named by index, and comes with what to do."""
    alter, told = CASES[case]
    table = sample_log(11)
    alter(table)
    report = verify_log(table, vkey=VKEY)
    assert not report.ok
    assert report.problem is not None
    assert any(part in report.problem for part in told.split("|"))
    assert advises(report.problem)


def test_an_entry_outside_the_schema_is_found_even_when_it_was_signed() -> None:
    """The log takes only the agreed form; whoever wrote otherwise is caught."""
    table = fill(MemoryTable(), [encode(leaf_at(0)), b'{"name":"invented"}'])
    assert verify_log(table, vkey=VKEY).problem is not None
    assert "entry 1 has not the agreed form" in str(verify_log(table, vkey=VKEY).problem)


def test_an_entry_that_follows_itself_is_found() -> None:
    """`prev` is smaller than the entry's own index."""
    table = fill(MemoryTable(), [encode(leaf_at(0)), encode(replace(leaf_at(1), prev=1))])
    assert "entry 1 says it follows a later one" in str(verify_log(table, vkey=VKEY).problem)


class _Frozen(MemoryTable):
    """A reader that gives hashes as a tuple."""

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return one level's hashes, as far as they exist."""
        return tuple(super().level(level, start, stop))


def test_hashes_may_come_in_any_sequence() -> None:
    """What counts is which they are."""
    assert verify_log(fill(_Frozen(), [encode(leaf_at(index)) for index in range(11)]), vkey=VKEY).ok


class _Short(MemoryTable):
    """A reader that stops early and says nothing of it."""

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield all but the last."""
        return super().leaves(start, stop - 1)


def test_a_reader_that_stops_early_is_found() -> None:
    """Entries are counted: silence is not the end of the log."""
    table = fill(_Short(), [encode(leaf_at(index)) for index in range(11)])
    assert "entry 10 is missing: the head counts 11" in str(verify_log(table, vkey=VKEY).problem)


def test_another_key_verifies_nothing() -> None:
    """With a key of someone else the first checkpoint already fails."""
    assert "size 3 is not signed" in str(verify_log(sample_log(11), vkey=OTHER.vkey).problem)


def test_a_key_that_is_none_is_the_callers_fault() -> None:
    """It is no tampering, so it is raised."""
    with refused(SignatureInvalidError):
        verify_log(MemoryTable(), vkey="no key")


def test_a_proof_that_would_fail_is_never_handed_out() -> None:
    """Altered nodes stop the proof, and an absent entry has none."""
    table = sample_log(11)
    table.hashes[2, 0] = bytes(32)
    with refused(LogTamperedError):
        prove(table, 5)
    for index in (-1, 11):
        with refused(NotFoundError):
            prove(table, index)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 11, 1024, 1100, 2048, 3100])
def test_an_unaltered_log_is_in_order(size: int) -> None:
    """Every size verifies, and says how far it is while it works."""
    seen: list[tuple[int, int]] = []
    ticks = iter([1.0, 3.0])
    table = sample_log(size, batch=550)
    report = verify_log(table, vkey=VKEY, progress=lambda *at: seen.append(at), timer=lambda: next(ticks))
    root = Checkpoint.from_note(table.stored_head.checkpoint).root if size else EMPTY_ROOT
    assert report == LogReport(True, size, root.hex(), 2.0, size / 2)
    assert seen == [(done, size) for done in range(1024, size + 1, 1024)] + [(size, size)]


class _Unreadable(MemoryTable):
    """A reader that gives no leaves, or not even a head, in the form that was agreed."""

    headless = False

    def head(self) -> Head:
        """Return the head, or something else than a head."""
        return None if self.headless else super().head()  # type: ignore[return-value]  # what a broken row gives

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Fail as a driver does on a cell of another type."""
        raise ValueError("no bytes")


def test_a_row_that_cannot_be_read_is_reported_where_it_stands() -> None:
    """At the head, or at the entry that was to be read; nothing was verified, and in no time."""
    table = fill(_Unreadable(), [encode(leaf_at(index)) for index in range(5)])
    for headless, place in ((False, "the row of entry 0, or one beside it,"), (True, "the head of the log")):
        table.headless = headless  # type: ignore[attr-defined]  # this reader has it
        report = verify_log(table, vkey=VKEY)
        assert str(report.problem).startswith(f"{place} has a form that was never written: ")
        assert (report.entries, report.entries_per_second, report.since) == (0, 0.0, None)


def test_time_that_stands_still_gives_no_speed() -> None:
    """A clock may be coarse."""
    assert verify_log(sample_log(3), vkey=VKEY, timer=lambda: 1.0).entries_per_second == 0.0


def test_what_was_altered_is_named_on_either_side_of_a_comparison() -> None:
    """The log is compared in runs of 1024 entries; the place in a run never shows."""
    table = sample_log(1100, batch=550)
    for entry in (1099, 1024, 1023):
        table.entries[entry] = ALTERED
        assert f"entry {entry} is not the one" in str(verify_log(table, vkey=VKEY).problem)


@pytest.mark.parametrize("place", [(10, 1), (11, 0), (11, 1), (12, 0)])
def test_an_altered_node_above_a_run_is_named(place: tuple[int, int]) -> None:
    """Nodes that span several runs are compared when their last entry was read."""
    table = sample_log(4096, batch=2048)
    table.hashes[place] = bytes(32)
    level, index = place
    assert f"tree node {index} of level {level} (entries {index << level} to" in str(
        verify_log(table, vkey=VKEY).problem
    )


class _Disordered(MemoryTable):
    """A reader that tells an early checkpoint late."""

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield the second before the first."""
        first, second, *rest = super().checkpoints(after)
        yield from [second, first, *rest]


def test_checkpoints_out_of_order_are_found() -> None:
    """Also within one run of entries: a reader that lies about their order may lie about more."""
    table = fill(_Disordered(), [encode(leaf_at(index)) for index in range(11)])
    assert "checkpoints around size 3 are not in order" in str(verify_log(table, vkey=VKEY).problem)


def test_a_report_of_a_failure_gives_the_root_of_what_was_read() -> None:
    """So that an officer can compare how far two copies agree."""
    table = sample_log(1100, batch=550)
    table.entries.pop(1030)
    report = verify_log(table, vkey=VKEY)
    assert (report.ok, report.entries) == (False, 1030)
    assert report.root == verify_log(sample_log(1030, batch=515), vkey=VKEY).root


def test_a_report_leaves_its_problem_out_when_there_is_none() -> None:
    """Golden: CONTRACT names these members."""
    good = LogReport(True, 3, "00", 2.0, 1.5)
    assert good.to_json() == {"ok": True, "entries": 3, "root": "00", "seconds": 2.0, "entries_per_second": 1.5}
    assert replace(good, ok=False, problem="x").to_json()["problem"] == "x"


def test_a_proof_never_changes_its_form() -> None:
    """Golden: the third of three entries needs one hash, the root of the first two."""
    table = sample_log(3)
    assert prove(table, 2).startswith("c2sp.org/tlog-proof@v1\nindex 2\n")
    assert prove(table, 2).split("\n")[3:5] == ["", ORIGIN]
    assert prove(table, 2).endswith(table.stored_head.checkpoint)
