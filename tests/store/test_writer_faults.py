"""A database that fails while the writer works: nobody is told more than is so, and the next one can work."""

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from gateway.errors import LogUnavailableError
from gateway.store.writer import SqlStore, SqlUnit
from tests import faulty_driver
from tests.databases import on_both
from tests.faulty_driver import PLAN, Fault
from tests.store.conftest import CountingBatch

pytestmark = on_both


@pytest.fixture
def store(engine: Engine) -> Iterator[SqlStore]:
    """Return a store whose driver can be told to fail."""
    engine.dispose()
    faulty_driver.install(engine)
    engine.connect().close()  # a first connection has commits of its own
    yield SqlStore(engine, CountingBatch)
    PLAN.disarm()


def entries(store: SqlStore) -> list[bytes]:
    """Return all leaves."""
    with store.read() as unit:
        return list(unit.log.leaves(0, unit.log.head().size))


@pytest.mark.parametrize(("fault", "kept"), [(Fault.FAIL, []), (Fault.FAIL_AFTER, [b"perhaps"])])
def test_a_commit_that_fails_is_not_certain_and_its_connection_is_not_used_again(
    store: SqlStore, fault: Fault, kept: list[bytes]
) -> None:
    """The transaction may still be open on it, with the lock of the one writer: the next caller must not get it."""
    PLAN.arm(1, fault, only="commit")
    with pytest.raises(LogUnavailableError, match="not certain"):
        store.write(lambda unit: unit.append(b"perhaps"))
    assert PLAN.fired
    PLAN.disarm()
    assert entries(store) == kept
    assert store.write(lambda unit: unit.append(b"next")) == len(kept)
    assert entries(store) == [*kept, b"next"]


def test_a_job_that_could_not_be_taken_back_is_taken_back_with_its_connection(store: SqlStore) -> None:
    """A ROLLBACK that fails leaves nothing behind, and the next caller gets another connection."""

    def fail(unit: SqlUnit) -> None:
        unit.append(b"lost")
        PLAN.arm(1, Fault.FAIL, only="rollback")
        raise ValueError("on purpose")

    with pytest.raises((ValueError, LogUnavailableError)):
        store.write(fail)
    assert PLAN.fired
    PLAN.disarm()
    assert store.write(lambda unit: unit.append(b"next")) == 0
    assert entries(store) == [b"next"]


def test_a_database_that_stays_away_while_a_view_is_read_is_not_in_the_way_afterwards(store: SqlStore) -> None:
    """Ending the view fails, and taking it back too: the next reader gets another connection."""
    store.write(lambda unit: unit.append(b"first"))

    def look() -> None:
        with store.read() as unit:
            assert unit.log.head().size == 1
            PLAN.arm(1, Fault.FAIL_ON)

    with pytest.raises(LogUnavailableError, match="does not answer"):
        look()
    assert PLAN.fired
    PLAN.disarm()
    for _ in range(3):
        assert entries(store) == [b"first"]


def test_a_database_that_stays_away_while_a_job_runs_is_not_in_the_way_afterwards(store: SqlStore) -> None:
    """From each call on everything fails, taking back too: the next writer gets another connection, and the lock."""
    held = []  # whoever still holds the error, as a log or a page may, holds no lock with it

    def work(unit: SqlUnit) -> None:
        index = unit.append(b"lost")
        unit.log.insert_nodes([(0, index, bytes(32))])  # one statement for several rows: the driver keeps it longer
        unit.append(b"lost too")

    for at in itertools.count(1):
        PLAN.arm(at, Fault.FAIL_ON)
        try:
            store.write(work)
        except LogUnavailableError as error:
            held.append(error)
        PLAN.disarm()
        size = len(entries(store))
        assert store.write(lambda unit: unit.append(b"next")) == size
        if not PLAN.fired:
            break
    assert len(held) > 5
