"""Opens the database: SQLite (WAL, synchronous=FULL) embedded, PostgreSQL when one machine is outgrown.

Both keep the same two promises: what was committed survives a power cut, and one writer at a time has the log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.errors import ConfigError, LogUnavailableError
from gateway.store.schema import REVISION
from gateway.store.session import StatementError

Database: TypeAlias = Engine
"""An open database, for those who hand it on and never look inside."""

MIGRATIONS = Path(__file__).parent / "migrations"


WRITER_LOCK = 0x676174657761793A
"""The advisory lock of PostgreSQL that a writing transaction holds; each database has its own."""
# As BEGIN IMMEDIATE on SQLite: all that a writing transaction reads is what the last commit left, on every gateway.
TAKE_LOCK = f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"
ONE_MOMENT: Final = "REPEATABLE READ"

# A writer that waits this long, or a connection that died with the lock in its hand, must not stop everybody else.
# And whatever its administrator set, its messages do not quote what a failing statement was about to store.
POSTGRESQL_SESSION = (
    "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s -c log_parameter_max_length_on_error=0"
)
DURABLE = frozenset({"on", "remote_apply"})  # of synchronous_commit: an acknowledged commit survives a power cut


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Return an engine whose every connection is durable and keeps foreign keys.

    Long-lived connections only: closing the last one would checkpoint the WAL each time (DESIGN section 10).

    :raises ConfigError: the URL names another database than SQLite or PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _open_postgresql(parsed)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ConfigError("the database must be SQLite in a file, or PostgreSQL", hint="look at GATEWAY_DATABASE_URL")
    path = Path(parsed.database)
    if read_only and not path.exists():
        raise ConfigError("there is no database here yet", hint="run `gateway demo --keep` or start the gateway first")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _open_sqlite(parsed)


def _open_sqlite(url: URL) -> Engine:
    # autocommit at the driver, explicit BEGIN by us: pysqlite's own transactions start too late to be exact.
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 10},
        pool_size=8,
        max_overflow=24,
        pool_use_lifo=True,  # the connection used last knows its statements and pages best
        hide_parameters=True,  # an error's text must not quote what was being stored
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a power cut may not take back an entry that was acknowledged; NORMAL can, and would fork the log.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(sqlite_begin(writing=connection.get_execution_options().get("writing", False)))


def sqlite_begin(*, writing: bool) -> str:
    """Return the words that open a transaction on SQLite."""
    # A writer takes the lock at once: upgrading a read snapshot later could fail half-way.
    return "BEGIN IMMEDIATE" if writing else "BEGIN"


def _open_postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"options": POSTGRESQL_SESSION, "connect_timeout": 10, "application_name": "gateway"},
            pool_size=8,
            max_overflow=24,
            paramstyle="format",  # parameters by place, as on SQLite (`gateway.store.session`)
            pool_pre_ping=True,  # after a restart of the server the first urgent hand-over must not be the one to fail
            hide_parameters=True,
        )
    except ModuleNotFoundError as exc:
        raise ConfigError(
            "the driver for PostgreSQL is not installed", hint="install psycopg (`make setup` does), or use SQLite"
        ) from exc
    event.listen(engine, "connect", _make_durable)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _make_durable(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(
        "SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes')"
    )
    commit, *disk = cursor.fetchone() or ("", "off", "off")
    if commit not in DURABLE:  # set for this database or role by somebody who wanted speed
        cursor.execute("SET SESSION synchronous_commit = on")
    cursor.close()
    connection.commit()
    if disk != ["on", "on"]:
        raise ConfigError(
            "this PostgreSQL may forget what it acknowledged after a power cut",
            hint="set fsync and full_page_writes to on in its configuration",
        )


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql(TAKE_LOCK)


@contextmanager
def answering() -> Iterator[None]:
    """Turn the driver's word that the database is not there into ours, which quotes no address.

    :raises LogUnavailableError: it does not answer, broke off, or is damaged (no such table, no database at all).
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError, StatementError) as exc:
        raise LogUnavailableError(
            "the database does not answer, so nothing can be read or released",
            hint="look whether it runs, has room and is undamaged; then try again",
        ) from exc


def reading(engine: Engine) -> Engine:
    """Return the engine for reading: a transaction sees one moment, however many statements read it."""
    served = engine.dialect.name == "postgresql"  # SQLite gives that by itself
    return engine.execution_options(isolation_level=ONE_MOMENT) if served else engine


def is_served(url: str) -> bool:
    """Say whether the database is a server's, which several processes may share, and not a file."""
    return make_url(url).get_backend_name() == "postgresql"


def migrate(engine: Engine, *, to: str = REVISION) -> None:
    """Bring the database from nothing, or from an older version, to the present tables or to those of `to`.

    :raises LogUnavailableError: the database does not answer.
    :raises ConfigError: this program does not know the tables of `to`.
    """
    if is_current(engine, revision=to):
        return
    # Loaded only here: a start on a database that is up to date, as nearly all are, need not wait for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # Two processes that start together: one migrates, the other finds it done.
    with answering(), engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError as exc:
            raise ConfigError(
                "these tables are of a version that this program does not know", hint="use the program that made them"
            ) from exc


def is_current(engine: Engine, *, revision: str = REVISION) -> bool:
    """Say whether the database has exactly the tables of this version, or of that revision.

    :raises LogUnavailableError: the database does not answer.
    """
    return _revisions(engine) == [revision]


def has_years(connection: Engine | Connection) -> bool:
    """Say whether the tables know of the log's volumes: those of before migration 0007 hold one volume."""
    return inspect(connection).has_table("volume")


def is_new(engine: Engine) -> bool:
    """Say whether the database has no tables of ours yet.

    :raises LogUnavailableError: the database does not answer.
    """
    return not _revisions(engine)


def _revisions(engine: Engine) -> list[str]:
    with answering(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
