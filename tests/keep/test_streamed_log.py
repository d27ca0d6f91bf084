"""The log of a backup verifies in one pass, with little kept; what was altered is found as in a database."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gateway.errors import LogTamperedError, NotFoundError
from gateway.keep.streamed_log import StreamedLog
from gateway.log.audit import LogReport, verify_log
from gateway.log.leaf import encode
from gateway.store.rows import Group, Row
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import VKEY, leaf_at, sample_log

BLOCK = 8


def groups_of(table: MemoryTable) -> list[Group]:
    """Return the rows of a log in the order of a snapshot, in blocks of eight entries."""
    head = table.stored_head
    groups = [Group("head", [(0, head.size, b"".join(head.frontier), head.checkpoint)])] if head.size else []
    for first in range(0, head.size, BLOCK):
        last = min(first + BLOCK, head.size)
        blocks: list[tuple[str, list[Row]]] = [
            ("leaf", [(index, table.entries[index]) for index in range(first, last) if index in table.entries])
        ]
        for level in range(last.bit_length()):
            places = range(first >> level, last >> level)
            found = [(level, index, table.hashes[level, index]) for index in places if (level, index) in table.hashes]
            blocks.append(("node", [*found]))
        blocks.append(
            ("checkpoint", [(size, note) for size, note in sorted(table.notes.items()) if first < size <= last])
        )
        groups += [Group(name, rows) for name, rows in blocks if rows]
    return groups


def verify(groups: list[Group]) -> LogReport:
    """Verify the log in these groups."""
    return verify_log(StreamedLog(iter(groups)), vkey=VKEY)


def change(groups: list[Group], table: str, row: int, to: Row | None) -> list[Group]:
    """Return the groups with one row of a table replaced or removed."""
    changed, at = [], 0
    for group in groups:
        rows = list(group.rows)
        if group.table == table and at <= row < at + len(rows):
            rows[row - at : row - at + 1] = [] if to is None else [to]
        at += len(group.rows) if group.table == table else 0
        changed.append(Group(group.table, rows))
    return changed


ALTERED = encode(replace(leaf_at(4), outcome="deny"))
CASES: dict[str, tuple[Callable[[list[Group]], list[Group]], str]] = {
    "leaf altered": (lambda g: change(g, "leaf", 4, (4, ALTERED)), "entry 4 is not the one"),
    "leaf missing": (lambda g: change(g, "leaf", 4, None), "entry 4 is missing"),
    "leaf doubled": (lambda g: change(g, "leaf", 4, (3, ALTERED)), "entry 4 is missing"),
    "last leaf missing": (lambda g: change(g, "leaf", 20, None), "entry 20 is missing"),
    "leaf behind the end": (lambda g: [*g, Group("leaf", [(21, ALTERED)])], "entry 21 stands behind"),
    "node altered": (lambda g: change(g, "node", 9, (1, 1, bytes(32))), "tree node 1 of level 1"),
    "node missing": (lambda g: change(g, "node", 9, None), "level 1 are not in order at 2"),
    "node behind the end": (lambda g: [*g, Group("node", [(0, 21, bytes(32))])], "tree node 21 of level 0 stands"),
    "checkpoint missing its place": (lambda g: change(g, "checkpoint", 2, (8, "note")), "size 8 is not signed"),
    "head too large": (lambda g: change(g, "head", 0, (0, 22, b"", "")), "entry 21 is missing"),
    "no head": (lambda g: g[1:], "the log signed 3 entries but holds 0"),
    "two heads": (lambda g: [g[0], *g], "a row of `head`"),
    "head of another form": (lambda g: [Group("head", [(0, "many", b"", "")]), *g[1:]], "a row of `head`"),
    "leaf of another form": (lambda g: change(g, "leaf", 0, (0, "text")), "a row of `leaf`"),
    "node of another form": (lambda g: change(g, "node", 0, (0, 0, None)), "a row of `node`"),
    "checkpoint of another form": (lambda g: change(g, "checkpoint", 0, (3, b"")), "a row of `checkpoint`"),
}


@pytest.mark.parametrize("what", CASES)
def test_what_was_altered_is_found(what: str) -> None:
    """Also by someone who has the backup's passphrase, and could seal it anew."""
    harm, found = CASES[what]
    report = verify(harm(groups_of(sample_log(21))))
    assert found in str(report.problem)


@pytest.mark.parametrize(
    "more",
    [Group("leaf", [(30, ALTERED)]), Group("node", [(9, 0, bytes(32))]), Group("checkpoint", [(3, "note")])],
    ids=["leaf", "node", "checkpoint"],
)
def test_rows_that_nobody_asked_for_are_found(more: Group) -> None:
    """A verification that reads in one pass must account for every row that went by, and for those outside the log."""
    outside = StreamedLog(iter([*groups_of(sample_log(21)), Group("detail", [(0,)]), more]))
    assert verify_log(outside, vkey=VKEY).ok
    with pytest.raises(LogTamperedError, match="outside the log"):
        list(outside.rest())
    behind = StreamedLog(iter([*groups_of(sample_log(21)), more]))
    found = verify_log(behind, vkey=VKEY).problem
    try:
        list(behind.rest())
    except LogTamperedError as error:
        found = error.message
    assert found


def test_it_gives_no_proofs_and_nothing_twice() -> None:
    """What went by is gone; who wants a proof restores the backup."""
    log = StreamedLog(iter(groups_of(sample_log(21))))
    assert log.leaf(0) == encode(leaf_at(0))
    with pytest.raises(NotFoundError):
        log.leaf(0)
    with pytest.raises(NotFoundError):
        log.nodes([(0, 0)])


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 21, 64, 100])
@pytest.mark.parametrize("batch", [1, 3, 50])
def test_it_finds_what_a_database_would(size: int, batch: int) -> None:
    """The same entries, root and verdict, whatever the blocks and the distance between checkpoints."""
    table = sample_log(size, batch=batch)
    others = [Group("detail", [(0,)]), Group("holding", [("x",)])]
    log = StreamedLog(iter([*groups_of(table), *others]))
    report, known = verify_log(log, vkey=VKEY), verify_log(table, vkey=VKEY)
    assert (report.problem, report.entries, report.root) == (None, known.entries, known.root)
    assert log.head() == table.stored_head
    assert list(log.rest()) == others


def test_little_is_kept_meanwhile() -> None:
    """Memory stays flat: of a log in order never more than a block, or what lies between two checkpoints, waits."""
    groups = groups_of(sample_log(400, batch=3))
    taken = 0

    def counted() -> Iterator[Group]:
        nonlocal taken
        for group in groups:
            taken += group.table == "leaf"
            yield group

    log = StreamedLog(counted())
    log.head()
    notes = log.checkpoints()
    most = 0
    next(notes)
    for index, _ in enumerate(log.leaves(0, 400)):
        most = max(most, taken * BLOCK - index)
        if index % 3 == 2 and index < 399:
            next(notes)
    assert most <= 2 * BLOCK
