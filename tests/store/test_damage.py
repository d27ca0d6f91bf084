"""A damaged database is one that does not answer: nothing can be read or released, on either database."""

import pytest
from sqlalchemy import Engine, text

from gateway.errors import LogUnavailableError
from gateway.store.writer import SqlStore
from tests.databases import on_both

pytestmark = on_both


def test_a_missing_table_is_a_database_that_does_not_answer(store: SqlStore, engine: Engine) -> None:
    """A person is told what to do, in our words: the driver's would quote the statement."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE head RENAME TO head_gone"))
    with pytest.raises(LogUnavailableError) as caught, store.read() as unit:
        unit.log.head()
    assert "head" not in f"{caught.value} {caught.value.hint}"
    with pytest.raises(LogUnavailableError):
        store.write(lambda unit: unit.append(b"never"))
