"""Opens the database: SQLite (WAL, synchronous=FULL) embedded, PostgreSQL when one machine is outgrown."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.errors import ConfigError

MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Return an engine whose every connection is durable and keeps foreign keys.

    Long-lived connections only: closing the last one would checkpoint the WAL each time (DESIGN section 10).

    :raises ConfigError: the URL names another database than SQLite or PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=8)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ConfigError("the database must be SQLite in a file, or PostgreSQL", hint="look at GATEWAY_DATABASE_URL")
    path = Path(parsed.database)
    if read_only and not path.exists():
        raise ConfigError("there is no database here yet", hint="run `gateway demo --keep` or start the gateway first")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # autocommit at the driver, explicit BEGIN by us: pysqlite's own transactions start too late to be exact.
    engine = create_engine(
        parsed,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 10},
        pool_size=8,
        max_overflow=24,
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a power cut may not take back an entry that was acknowledged; NORMAL can, and would fork the log.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: upgrading a read snapshot later could fail half-way.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def migrate(engine: Engine) -> None:
    """Bring the database from nothing, or from an older version, to the present tables."""
    with engine.begin() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Say whether the database has exactly the tables of this version."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_alembic()).get_current_head()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
