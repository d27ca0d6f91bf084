"""The log opened by its address alone, as a process of its own opens it."""

import pytest

from gateway.errors import ConfigError
from gateway.store.engine import migrate, open_engine
from gateway.store.log_view import open_log
from tests.databases import on_both
from tests.refusals import refused


@on_both
def test_the_address_is_enough_to_read_the_log(database: str) -> None:
    """On either database, without keys; nothing stays open behind it."""
    engine = open_engine(database)
    migrate(engine)
    engine.dispose()
    with open_log(database) as log:
        assert log.head().size == 0
        assert list(log.checkpoints()) == list(log.checkpoints(7)) == []


def test_where_no_database_is_there_is_no_log(database: str) -> None:
    """None is made by looking."""
    with refused(ConfigError, "there is no database here yet"), open_log(database):
        pytest.fail("there is a database")
