"""What the store remembers outside the database: only what is durable, and before anyone acts upon it."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Engine

from gateway.errors import LogUnavailableError
from gateway.store.ports import Head
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.store.conftest import CountingBatch

pytestmark = on_both


class Notebook:
    """A memory that notes what it is told, and how large the log was for everybody else at that moment."""

    def __init__(self, size: Callable[[], int]) -> None:
        """Ask `size` each time."""
        self._size = size
        self.told: list[tuple[str, int]] = []
        self.settled = 0

    def remember(self, checkpoint: str) -> None:
        """Note it."""
        self.told.append((checkpoint, self._size()))

    def settle(self) -> None:
        """Count it."""
        self.settled += 1


@pytest.fixture
def notebook(engine: Engine) -> Notebook:
    """Return a notebook that looks at the database from outside."""

    def size() -> int:
        with SqlStore(engine, None).read() as unit:
            return unit.log.head().size

    return Notebook(size)


def append(entry: bytes, unit: SqlUnit) -> int:
    """Append one leaf."""
    return unit.append(entry)


def test_what_was_not_committed_is_not_remembered(engine: Engine, notebook: Notebook) -> None:
    """A job that fails, a commit that fails and a commit without entries tell the memory nothing."""
    store = SqlStore(engine, CountingBatch, notebook)

    def fail(unit: SqlUnit) -> None:
        unit.append(b"lost")
        raise ValueError("on purpose")

    def meddle(unit: SqlUnit) -> None:
        unit.append(b"lost")
        unit.log.write_head(Head(7, (), "foreign"), was=0)

    with pytest.raises(ValueError, match="on purpose"):
        store.write(fail)
    with pytest.raises(LogUnavailableError):
        store.write(meddle)
    store.write(lambda unit: unit.circumstances.replace_holdings("dudok-wonen", ["tag"]))
    assert notebook.told == []


def test_each_commit_is_remembered_once_and_is_durable_by_then(engine: Engine, notebook: Notebook) -> None:
    """Others can already see the entry when its checkpoint is remembered; closing settles the memory."""
    store = SqlStore(engine, CountingBatch, notebook)
    assert [store.write(partial(append, entry)) for entry in (b"a", b"b")] == [0, 1]
    assert notebook.told == [("note 1", 1), ("note 2", 2)]
    store.close()
    assert notebook.settled == 1
