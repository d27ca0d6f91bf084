"""The log's tables alone, opened for reading by an address: what a process of its own needs to verify a part."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.store.engine import open_engine
from gateway.store.ports import LogTable
from gateway.store.writer import SqlStore


@contextmanager
def open_log(url: str, number: int = -1) -> Iterator[LogTable]:
    """Open one consistent view of a volume of the log in the database at `url`: the newest, or the one at this place.

    :raises ConfigError: there is no database.
    :raises LogUnavailableError: the database does not answer.
    """
    store = SqlStore(open_engine(url, read_only=True), None)
    try:
        with store.read() as unit:
            yield unit.log if number == -1 else unit.book.volume(number)
    finally:
        store.close()
