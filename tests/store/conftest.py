"""A migrated, empty store on either database, with a log that only counts."""

import pytest
from sqlalchemy import Engine

from gateway.store.ports import Head, LogTable
from gateway.store.writer import SqlStore


class CountingBatch:
    """A log without hashes: it keeps the size, which is all that these rules are about."""

    def __init__(self, table: LogTable) -> None:
        """Read the size."""
        self._table = table
        self._start = self._size = table.head().size

    def append(self, entry: bytes) -> int:
        """Add a row."""
        self._table.insert_leaf(self._size, entry)
        self._size += 1
        return self._size - 1

    def mark(self) -> object:
        """Return the size."""
        return self._size

    def back_to(self, mark: object) -> None:
        """Go back to a size."""
        assert isinstance(mark, int)
        self._size = mark

    def close(self) -> str | None:
        """Write the head once."""
        if self._size == self._start:
            return None
        self._table.write_head(Head(self._size, (), f"note {self._size}"), was=self._start)
        return f"note {self._size}"


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """Return a store on it."""
    return SqlStore(engine, CountingBatch)
