"""Has the database overwrite what was deleted: the bytes of an erased case must not stay in its files.

SQLite: secure_delete fills deleted rows with zeros, and a checkpoint carries those zeros from the WAL into the file and
cuts the WAL off. It never waits long with the writer's lock in its hand: an urgent hand-over must not wait for it.
PostgreSQL: VACUUM leaves the bytes of dead rows where they were, so the tables are rewritten (VACUUM FULL), small ones
at once and large ones only when asked, because everybody waits for a table meanwhile. Files of its WAL that are no
longer needed keep what was written until they are used again, so they are turned over.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from gateway.store import schema
from gateway.store.engine import answering
from gateway.store.session import StatementError

LARGE = 256 * 1024 * 1024  # bytes: rewriting this much takes some seconds
TRIES, PAUSE = 20, 0.5  # of a checkpoint, and seconds between two
HELD = 100  # milliseconds that a checkpoint may wait for readers with the writer's lock in its hand
BLOCK = 8 * 1024 * 1024  # bytes of a file that are searched at once
MOST_FILES = 16  # of PostgreSQL's WAL (16 MiB each) that are turned over; more are left to time
# What held anything of a case. The log's own tables are left alone: nothing of them was deleted.
TOUCHED = tuple(
    str(table.name)
    for table in (
        schema.detail,
        schema.case_key,
        schema.receipt,
        schema.pickup,
        schema.notice,
        schema.outbox,
        schema.judgement,
        schema.part,
        schema.disclosure,
        schema.hold,
        schema.withdrawal,
        schema.erased,
        schema.signal,
        schema.sign_in,
        schema.absence,
        schema.draft,
        schema.incident,
        schema.ownership_doubt,
        schema.deputy,
    )
)

Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What the database did. `left` are the tables, or "wal", in whose files deleted bytes may still stand."""

    left: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Say whether nothing that was deleted may still stand in its files."""
        return not self.left


def clean(engine: Engine, *, large: bool = False, rewrite: bool = False, sleep: Sleep = time.sleep) -> Cleaned:
    """Overwrite what was deleted; a gateway may work meanwhile.

    `large`: rewrite large tables too. `rewrite`: rewrite SQLite's file, which a checkpoint alone does not.

    :raises LogUnavailableError: the database does not answer.
    """
    if engine.dialect.name == "postgresql":
        with answering(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return _clean_postgresql(connection, large=large)
    with answering():
        # The driver's own connection: in a transaction, which SQLAlchemy would open, neither statement works.
        failed: type[Exception] = engine.dialect.loaded_dbapi.Error
        try:
            opened = engine.raw_connection()
        except failed as exc:
            raise StatementError(double=False) from exc
        try:
            return _clean_sqlite(opened.cursor(), failed, rewrite=rewrite, sleep=sleep)
        finally:
            opened.invalidate()  # back in the pool it would keep its short patience


def _clean_sqlite(cursor: DBAPICursor, failed: type[Exception], *, rewrite: bool, sleep: Sleep) -> Cleaned:
    try:
        if rewrite:
            cursor.execute("VACUUM")
        cursor.execute(f"PRAGMA busy_timeout={HELD}")
    except failed as exc:
        raise StatementError(double=False) from exc
    for attempt in range(TRIES):
        if attempt:
            sleep(PAUSE)
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except failed:  # somebody writes, or cuts the WAL off as well
            continue
        if cursor.fetchall()[0][0] == 0:
            return Cleaned(())
    return Cleaned(("wal",))


def _clean_postgresql(connection: Connection, *, large: bool) -> Cleaned:
    left = []
    connection.exec_driver_sql("SET lock_timeout = '2s'")
    for table in TOUCHED:
        size = connection.exec_driver_sql(f"SELECT pg_total_relation_size('{table}')").scalar()
        if isinstance(size, int) and size > LARGE and not large:
            connection.exec_driver_sql(f"VACUUM {table}")
            left.append(table)
            continue
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {table}")
        except DBAPIError:  # somebody reads the table for longer than everybody else may wait
            left.append(table)
    if not _turn_wal_over(connection):
        left.append("pg_wal")
    return Cleaned(tuple(left))


def _turn_wal_over(connection: Connection) -> bool:
    """Let PostgreSQL use each file of its WAL once more, which overwrites it; return whether it could.

    A file is not emptied when it is no longer needed but renamed, with its old content, for later use. Needs
    pg_ls_waldir, pg_switch_wal and CHECKPOINT, which its administrator may have to grant (docs/operations.md).
    """
    try:
        held = connection.exec_driver_sql("SELECT count(*) FROM pg_ls_waldir()").scalar()
        files = held if isinstance(held, int) else MOST_FILES + 1
        # Once around until the present file is set aside behind the others, and once until it is used again.
        for _ in range(2 * min(files, MOST_FILES) + 1):
            connection.exec_driver_sql("SELECT pg_switch_wal()")
            connection.exec_driver_sql("CHECKPOINT")
    except DBAPIError:
        return False
    return files <= MOST_FILES


def files_of(url: str) -> tuple[Path, ...]:
    """Return SQLite's file and journals as far as they are there; a server's files are not ours to read."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return ()
    path = Path(parsed.database)
    return tuple(one for one in (path, Path(f"{path}-wal"), Path(f"{path}-shm")) if one.exists())


def count_traces(paths: Sequence[Path], traces: Sequence[bytes]) -> int:
    """Count which of these byte strings stand in any of the files.

    MUST NOT run while this process has the database open: closing a file lets go of all locks that its process holds.
    """
    found: set[bytes] = set()
    overlap = max(map(len, traces), default=1) - 1
    for path in paths:
        # Read, and not mapped into memory: another process may cut the WAL off meanwhile.
        with path.open("rb") as file:
            before = b""
            while read := file.read(BLOCK):
                data = before + read
                found.update(trace for trace in traces if trace in data)
                before = data[-overlap:] if overlap else b""
    return len(found)
