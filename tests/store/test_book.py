"""The log of several years in the same tables: each volume counts from its own first entry, all from the very first."""

from contextlib import closing

import pytest
from sqlalchemy import Engine, insert, text

from gateway.errors import LogTamperedError, LogUnavailableError, NotFoundError
from gateway.log.appender import Log
from gateway.log.checkpoint import Checkpoint
from gateway.store.ports import Head
from gateway.store.schema import volume
from gateway.store.volume_ports import Volume
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.log.volumes import SIGNERS, append, begin, fill_volumes, store_of

pytestmark = on_both

OLD, NEW = [b"a", b"b", b"c"], [b"d", b"e"]


@pytest.fixture
def two(engine: Engine) -> Engine:
    """Return a log of three entries in 2026 and two in 2027."""
    fill_volumes(engine, [[OLD], [NEW]])
    return engine


def test_a_process_that_did_not_see_the_new_volume_adds_nothing(two: Engine) -> None:
    """It holds the old key alone: its next entry is refused, and nothing of it stays."""
    alone = Log(SIGNERS[0], SIGNERS[0].name).open_batch
    with closing(SqlStore(two, alone)) as late, pytest.raises(LogUnavailableError, match="no key is at hand"):
        late.write(lambda unit: unit.append(b"late"))
    with store_of(two).read() as unit:
        assert list(unit.book.leaves(0, unit.book.size())) == OLD + NEW


def test_the_fence_sees_the_volume(engine: Engine) -> None:
    """Who found the log before a volume began cannot move its head after that."""
    append(engine, OLD)
    begin(engine, SIGNERS[1], NEW[0])
    with closing(store_of(engine)) as store, pytest.raises(LogUnavailableError, match="another process"):
        store.write(lambda unit: unit.book.volume(1).write_head(Head(4, (), "late"), was=3))


def test_a_closed_volume_takes_nothing(two: Engine) -> None:
    """Its head, its entries and its tree stay as they were when it was closed."""
    with closing(store_of(two)) as store, pytest.raises(LogUnavailableError, match="closed"):
        store.write(lambda unit: unit.book.volume(0).write_head(Head(4, (), "late"), was=3))


@pytest.mark.parametrize("row", ["UPDATE volume SET first = 2", "DELETE FROM volume"])
def test_the_database_refuses_to_move_a_volume(two: Engine, row: str) -> None:
    """Rows are only ever added."""
    with pytest.raises(Exception, match="append-only"), two.begin() as connection:
        connection.execute(text(row))


@pytest.mark.parametrize("first", [4, 5, 9])
def test_nothing_is_signed_in_a_volume_that_nobody_began(two: Engine, first: int) -> None:
    """Somebody added a row: an empty volume would be a new tree, begun by a stranger."""
    row = {"first": first, "origin": SIGNERS[2].name, "frontier": b"", "checkpoint": ""}
    with two.begin() as connection:
        connection.execute(insert(volume), row)
    with pytest.raises(LogTamperedError):
        append(two, [b"x"])
    with store_of(two).read() as unit:
        assert unit.book.leaf(4) == b"e"
        if first > 4:
            with pytest.raises(LogTamperedError):
                unit.book.volumes()


@pytest.mark.parametrize("name", [0, 1])
def test_no_name_comes_twice(two: Engine, name: int) -> None:
    """A volume has the name of its key, and no key signs two trees."""
    with pytest.raises(LogUnavailableError, match="one of this name"):
        begin(two, SIGNERS[name], b"x")


def test_an_empty_log_has_no_second_volume(engine: Engine) -> None:
    """There is nothing to close."""
    with pytest.raises(LogUnavailableError, match="no entries"):
        begin(engine, SIGNERS[1], b"x")


@pytest.mark.parametrize("index", [-1, 5, 1 << 40])
def test_an_index_outside_all_volumes_is_not_found(two: Engine, index: int) -> None:
    """Whichever volume it would be in."""
    with store_of(two).read() as unit:
        table, place = unit.book.place_of(index) if index > 0 else (unit.log, index)
        with pytest.raises(NotFoundError):
            table.leaf(place)
        if index < 0:
            with pytest.raises(NotFoundError):
                unit.book.place_of(index)


def test_a_volume_shows_nothing_of_its_neighbours(two: Engine) -> None:
    """Entries, nodes and checkpoints of the others are not there."""
    with store_of(two).read() as unit:
        old, new = unit.book.volume(0), unit.book.volume(1)
        for table, index in ((old, 3), (old, -1), (new, -1), (new, 2)):
            with pytest.raises(NotFoundError):
                table.leaf(index)
        assert [list(old.level(level, 0, 9)) for level in (1, 2, 3)] == [list(old.level(1, 0, 1)), [], []]
        assert [len(new.level(level, 0, 9)) for level in (0, 1, 2)] == [2, 1, 0]
        assert (old.checkpoint(4), old.checkpoint(5), new.checkpoint(0), new.checkpoint(-2)) == (None,) * 4
        assert [size for size, _ in old.checkpoints()] == [3]
        assert [size for size, _ in new.checkpoints()] == [1, 2]


def test_each_volume_is_a_log_by_itself(two: Engine) -> None:
    """Its own name, size, checkpoints and key."""
    with store_of(two).read() as unit:
        names = [signer.name for signer in SIGNERS[:2]]
        assert list(unit.book.volumes()) == [Volume(0, names[0], 3), Volume(3, names[1], 2)]
        assert unit.log.first == 3
        for number, entries in enumerate((OLD, NEW)):
            table = unit.book.volume(number)
            head = table.head()
            checkpoint = Checkpoint.verify(head.checkpoint, SIGNERS[number].vkey)
            assert (checkpoint.size, head.size) == (len(entries), len(entries))
            assert table.checkpoint(len(entries)) == head.checkpoint
            assert list(table.leaves(0, len(entries))) == entries
        assert [unit.book.leaf(index) for index in range(5)] == OLD + NEW
        assert [(unit.book.place_of(i)[0].first, unit.book.place_of(i)[1]) for i in (0, 2, 3, 4)] == [
            (0, 0),
            (0, 2),
            (3, 0),
            (3, 1),
        ]
