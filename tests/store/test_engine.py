"""Opening the database: durable on every connection, brought up to date once, and named when it is not there."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from gateway.demo.server import free_port
from gateway.errors import ConfigError, LogUnavailableError
from gateway.store.engine import MIGRATIONS, is_current, migrate, open_engine
from gateway.store.schema import REVISION, metadata
from gateway.store.writer import SqlStore
from tests.databases import POSTGRESQL, on_both


@pytest.mark.parametrize("url", ["mysql://localhost/gateway", "sqlite://", "sqlite:///"])
def test_another_database_is_refused(url: str) -> None:
    """SQLite in a file, or PostgreSQL: a log in memory would forget what it acknowledged."""
    with pytest.raises(ConfigError, match="must be SQLite in a file, or PostgreSQL"):
        open_engine(url)


def test_reading_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    """A wrong path is an error, not an empty log."""
    path = tmp_path / "absent" / "gateway.sqlite"
    with pytest.raises(ConfigError, match="no database here yet"):
        open_engine(f"sqlite:///{path}", read_only=True)
    assert not path.parent.exists()


def test_a_server_that_does_not_answer_is_named_without_its_address() -> None:
    """The address may hold a password; the error says what to do instead."""
    port = free_port()
    engine = open_engine(f"postgresql://gateway:canary@127.0.0.1:{port}/nowhere")
    for ask in (migrate, is_current):
        with pytest.raises(LogUnavailableError, match="does not answer") as caught:
            ask(engine)
        assert caught.value.hint
        assert not {"canary", str(port)} & set(f"{caught.value} {caught.value.hint}".split())
    with pytest.raises(LogUnavailableError), SqlStore(engine, None).read():
        pass
    engine.dispose()


@on_both
def test_the_migrations_bring_an_empty_database_up_to_date(database: str) -> None:
    """From nothing to the present tables, and twice is the same as once."""
    engine = open_engine(database)
    assert not is_current(engine)
    migrate(engine)
    migrate(engine)
    assert is_current(engine)
    engine.dispose()


def test_the_newest_migration_is_the_one_that_the_tables_name() -> None:
    """A migration that nobody named would never be run, and a name without migration stops every start."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


@on_both
def test_the_migrations_make_exactly_the_tables_of_the_schema(engine: Engine) -> None:
    """What the program asks for is what the migrations have made, column by column."""
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_every_connection_to_sqlite_is_durable(engine: Engine) -> None:
    """WAL with synchronous=FULL, foreign keys kept, erased bytes overwritten."""
    with engine.connect() as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]
    assert found == ["wal", 2, 1, 1]


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_every_connection_to_postgresql_is_durable(database: str) -> None:
    """Also where somebody has traded durability for speed for the whole database."""
    first = open_engine(database)
    with first.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        name = connection.engine.url.database
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    first.dispose()
    engine = open_engine(database)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "10s"
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "1min"
    engine.dispose()


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_a_postgresql_that_may_forget_is_refused(database: str) -> None:
    """With full_page_writes off a power cut can take back what was acknowledged."""
    engine = open_engine(database)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ALTER SYSTEM SET full_page_writes = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    try:
        with pytest.raises(ConfigError, match="may forget"):
            _until_refused(database)
    finally:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ALTER SYSTEM RESET full_page_writes"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()


def _until_refused(database: str) -> None:
    for _ in range(200):  # the server reads its configuration again in its own time
        engine = open_engine(database)
        try:
            is_current(engine)
        finally:
            engine.dispose()


@on_both
def test_an_error_of_the_database_quotes_no_value(engine: Engine) -> None:
    """What was being stored may be a case number; the driver's error must not repeat it."""
    with engine.connect() as connection, pytest.raises(Exception, match="no_such_column") as caught:
        connection.execute(text("SELECT no_such_column FROM leaf WHERE entry = :value"), {"value": b"canary"})
    assert "canary" not in str(caught.value)
