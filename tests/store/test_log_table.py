"""The log's rows on either database: only ever added, behind a fence, read back byte for byte."""

import pytest

from gateway.errors import LogTamperedError, LogUnavailableError, NotFoundError
from gateway.store.ports import Head
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both

pytestmark = on_both

ENTRIES = [b"", b"\x00\xff binary \x00", "é".encode(), b"x" * 4096]
NODES = [(level, index, bytes([level, index]) * 16) for level in (0, 1) for index in range(130)]


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Return a store with four leaves, many nodes and the checkpoints of two commits."""

    def add(unit: SqlUnit) -> None:
        for entry in ENTRIES[:2]:
            unit.append(entry)
        unit.log.insert_nodes(NODES)

    store.write(add)
    store.write(lambda unit: [unit.append(entry) for entry in ENTRIES[2:]])
    return store


def test_an_empty_log_has_size_zero(store: SqlStore) -> None:
    """Nothing was signed yet, and nothing is read."""
    with store.read() as unit:
        assert unit.log.head() == Head(0, (), "")
        assert list(unit.log.leaves(0, 0)) == []
        assert list(unit.log.checkpoints()) == []
        assert unit.log.checkpoint(0) is None


@pytest.mark.parametrize("index", [-1, 4, 2**31 - 1])
def test_an_index_outside_the_log_is_not_found(filled: SqlStore, index: int) -> None:
    """There is no such entry, and the error says where the end is to be found."""
    with filled.read() as unit, pytest.raises(NotFoundError, match="no entry"):
        unit.log.leaf(index)


def test_a_gap_is_tampering(filled: SqlStore) -> None:
    """Asking for more leaves than there are is an alarm, not a short answer."""
    with filled.read() as unit, pytest.raises(LogTamperedError, match="entry 4 is missing"):
        list(unit.log.leaves(0, 5))


def test_a_missing_node_is_tampering(filled: SqlStore) -> None:
    """A proof is never made from what is there by chance."""
    with filled.read() as unit, pytest.raises(LogTamperedError, match="tree node 7 of level 9"):
        unit.log.nodes([(0, 0), (9, 7)])


def test_an_entry_is_never_replaced(filled: SqlStore) -> None:
    """The same index twice is refused by the database, and the whole job with it."""
    with pytest.raises(LogUnavailableError):
        filled.write(lambda unit: unit.log.insert_leaf(1, b"other"))
    with filled.read() as unit:
        assert unit.log.leaf(1) == ENTRIES[1]


@pytest.mark.parametrize("was", [0, 3, 5])
def test_the_head_moves_only_from_the_size_it_has(filled: SqlStore, was: int) -> None:
    """The fence: whoever thinks that the log has another size has missed a commit."""
    with pytest.raises(LogUnavailableError, match="another process wrote"):
        filled.write(lambda unit: unit.log.write_head(Head(9, (), "foreign"), was=was))
    with filled.read() as unit:
        assert unit.log.head().size == 4


def test_what_was_stored_comes_back_byte_for_byte(filled: SqlStore) -> None:
    """Leaves, nodes, head and checkpoints, in order."""
    with filled.read() as unit:
        assert list(unit.log.leaves(0, 4)) == ENTRIES
        assert list(unit.log.leaves(1, 3)) == ENTRIES[1:3]
        wanted = [(level, index) for level, index, _ in NODES]
        assert unit.log.nodes(wanted) == {(level, index): digest for level, index, digest in NODES}
        assert list(unit.log.level(1, 3, 6)) == [digest for level, index, digest in NODES if level == 1][3:6]
        assert list(unit.log.level(0, 128, 200)) == [digest for level, index, digest in NODES if level == 0][128:]
        assert list(unit.log.checkpoints()) == [(2, "note 2"), (4, "note 4")]
        assert (unit.log.checkpoint(2), unit.log.checkpoint(3)) == ("note 2", None)
        assert unit.log.head() == Head(4, (), "note 4")


def test_a_frontier_comes_back_as_it_was(store: SqlStore) -> None:
    """The hashes of the perfect subtrees, largest first."""
    frontier = tuple(bytes([number]) * 32 for number in range(3))
    store.write(lambda unit: unit.log.write_head(Head(7, frontier, "note"), was=0))
    with store.read() as unit:
        assert unit.log.head() == Head(7, frontier, "note")
