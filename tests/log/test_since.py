"""Going on from a checkpoint that was verified before: what it counts is not hashed again, and must give its root."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gateway.log.audit import verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import encode
from gateway.log.merkle import EMPTY_ROOT
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import ORIGIN, VKEY, fill, leaf_at, sample_log
from tests.refusals import advises

SIZE = 3300
ALTERED = encode(replace(leaf_at(4), outcome="deny"))


class _Counting(MemoryTable):
    """Notes which entries were read."""

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield leaves in order."""
        self.first = start
        return super().leaves(start, stop)


def _log(size: int = SIZE) -> _Counting:
    return fill(_Counting(), [encode(leaf_at(index)) for index in range(size)], batch=300)  # type: ignore[return-value]


def _since(size: int) -> Checkpoint:
    return Checkpoint.from_note(sample_log(size, batch=size).stored_head.checkpoint)


def _rewrite(table: MemoryTable, index: int) -> None:
    """Alter an entry and sign the whole log anew, as one with the log's key can."""
    entries = [table.entries[at] for at in range(SIZE)]
    entries[index] = ALTERED
    forged = fill(MemoryTable(), entries, batch=300)
    table.entries, table.hashes = forged.entries, forged.hashes
    table.notes, table.stored_head = forged.notes, forged.stored_head


CASES: dict[str, tuple[int, Callable[[MemoryTable], object], str]] = {
    "rewritten before it": (
        2500,
        lambda t: _rewrite(t, 7),
        "of the checkpoint that you verified before: entries were altered",
    ),
    "rewritten just before it": (2500, lambda t: _rewrite(t, 2499), "the first 2500 entries are not those"),
    "altered in its last run": (2500, lambda t: t.entries.update({2400: ALTERED}), "entry 2400 is not the one"),
    "altered behind it": (2500, lambda t: t.entries.update({2600: ALTERED}), "entry 2600 is not the one"),
    "node that stands for it": (2500, lambda t: t.hashes.update({(11, 0): bytes(32)}), "the first 2500 entries"),
    "node missing": (2500, lambda t: t.hashes.pop((11, 0)), "tree node"),
    "checkpoint behind it": (2500, lambda t: t.notes.update({3000: t.notes[600]}), "first 3000 entries"),
    "cut back": (SIZE + 1, lambda _: None, f"verified before counts {SIZE + 1}: entries were removed"),
    "last entry before it": (2048, lambda t: t.entries.update({2047: b"{}"}), "has not the agreed form"),
    "entry missing": (2048, lambda t: t.entries.pop(2047), "no such entry"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_altered_since_is_found(case: str) -> None:
    """All that is behind the checkpoint is looked at in full, and that what is before it still gives its root."""
    size, alter, told = CASES[case]
    table, since = _log(), _since(size)
    alter(table)
    report = verify_log(table, vkey=VKEY, since=since)
    assert told in str(report.problem)
    assert advises(str(report.problem))


def test_what_was_verified_before_is_not_looked_at_again() -> None:
    """An entry far before the checkpoint, altered without its hashes, is found by a full verification only."""
    table = _log()
    table.entries[7] = ALTERED
    assert not verify_log(table, vkey=VKEY).ok
    ticks = iter([1.0, 1.5])
    report = verify_log(table, vkey=VKEY, since=_since(2500), timer=lambda: next(ticks))
    assert report.ok
    assert report.entries_per_second == (SIZE - 2048) * 2  # of what was walked
    assert table.first == 2048


@pytest.mark.parametrize("size", [1, 1000, 1024, 2048, 2500, SIZE])
def test_a_log_that_only_grew_is_in_order(size: int) -> None:
    """Root and count are those of the whole log; the report says from where."""
    report, whole = verify_log(_log(), vkey=VKEY, since=_since(size)), verify_log(_log(), vkey=VKEY)
    assert report.ok
    assert (report.entries, report.root, report.since) == (SIZE, whole.root, size)
    assert report.to_json()["since"] == size
    assert "since" not in whole.to_json()


def test_nothing_verified_before_is_the_whole_log() -> None:
    """A checkpoint of the empty log leaves nothing out."""
    table = _log()
    assert verify_log(table, vkey=VKEY, since=Checkpoint(ORIGIN, 0, EMPTY_ROOT)).ok
    assert table.first == 0


@pytest.mark.parametrize("root", [None, bytes(32)])
@pytest.mark.parametrize("met", [1, 700, 2048, 2400])
def test_what_the_gateway_remembers_is_compared_also_before_it(met: int, root: bytes | None) -> None:
    """By a consistency proof from the stored hashes when it lies before the entries that are read again, or there."""
    remembered = Checkpoint(ORIGIN, met, root or _since(met).root)
    assert verify_log(_log(), vkey=VKEY, since=_since(2500), seen=lambda: remembered).ok is (root is None)


def test_an_entry_dated_before_the_last_one_that_was_verified_is_found() -> None:
    """The time of the last entry before what is read is the one to go on from."""
    entries = [encode(leaf_at(index)) for index in range(1024)]
    entries += [encode(replace(leaf_at(1024), time="2026-11-24T11:54Z"))]
    table = fill(MemoryTable(), entries, batch=512)
    assert "entry 1024 is dated 6 minutes before" in str(verify_log(table, vkey=VKEY, since=_since(1024)).problem)
