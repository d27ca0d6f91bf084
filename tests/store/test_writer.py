"""The one writer: group commit, all or nothing per job, and no acknowledged entry lost."""

import threading
from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import Engine, text

from gateway.errors import LogUnavailableError, NotFoundError
from gateway.store.ports import Head
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both

pytestmark = on_both


def append(entry: bytes, unit: SqlUnit) -> int:
    """Append one leaf."""
    return unit.append(entry)


def entries(store: SqlStore) -> Sequence[bytes]:
    """Return all leaves."""
    with store.read() as unit:
        return list(unit.log.leaves(0, unit.log.head().size))


def test_a_job_that_fails_leaves_nothing_behind(store: SqlStore) -> None:
    """A job that raises takes back its own rows and leaves, and its error reaches its caller."""

    def fail(unit: SqlUnit) -> None:
        unit.append(b"lost")
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        store.write(fail)
    assert entries(store) == []
    assert store.write(lambda unit: unit.append(b"kept")) == 0
    assert entries(store) == [b"kept"]


def test_a_reading_view_cannot_append(store: SqlStore) -> None:
    """Only a writing job can add to the log."""
    with store.read() as unit, pytest.raises(LogUnavailableError):
        unit.append(b"never")


def test_a_store_without_a_log_key_cannot_write(engine: Engine) -> None:
    """Reading commands hold no key and cannot write."""
    with pytest.raises(LogUnavailableError):
        SqlStore(engine, None).write(lambda unit: unit.append(b"never"))


def test_a_fence_stops_a_second_writer(store: SqlStore, engine: Engine) -> None:
    """When somebody else moved the head, the whole group fails and nothing of it stays."""
    store.write(lambda unit: unit.append(b"first"))

    def meddle(unit: SqlUnit) -> None:
        unit.append(b"second")
        unit.log.write_head(Head(7, (), "foreign"), was=1)

    with pytest.raises(LogUnavailableError):
        store.write(meddle)
    assert entries(store) == [b"first"]


def test_the_database_refuses_to_change_the_log(store: SqlStore, engine: Engine) -> None:
    """UPDATE and DELETE on leaves are refused by the database itself."""
    store.write(lambda unit: unit.append(b"first"))
    for statement in ("UPDATE leaf SET entry = entry", "DELETE FROM leaf", "UPDATE checkpoint SET note = ''"):
        with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    assert entries(store) == [b"first"]


def test_a_missing_entry_is_an_error(store: SqlStore) -> None:
    """Asking for an index that is not there raises."""
    with store.read() as unit, pytest.raises(NotFoundError):
        unit.log.leaf(0)


def test_many_threads_get_each_index_once_and_share_commits(store: SqlStore) -> None:
    """Every acknowledged index is there, none twice, and a group shares one checkpoint."""
    given: list[int] = []
    errors: list[BaseException] = []
    start = threading.Barrier(16)

    def work(number: int) -> None:
        start.wait()
        for step in range(10):
            try:
                given.append(store.write(partial(append, f"{number}-{step}".encode())))
            except BaseException as error:
                errors.append(error)
                raise

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(given) == list(range(160))
    with store.read() as unit:
        assert len(list(unit.log.checkpoints())) <= 160
