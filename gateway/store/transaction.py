"""Transactions as the driver has them: what SQLAlchemy does around one cost more than several of its statements.

SQLAlchemy keeps the connections, makes each of them durable, and looks whether one is still alive before it is used.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import PoolProxiedConnection

from gateway.store.engine import ONE_MOMENT, TAKE_LOCK, sqlite_begin
from gateway.store.session import Session, StatementError


class Transaction:
    """An open transaction on a connection of the pool, as the driver has it."""

    def __init__(self, dialect: Dialect, connection: PoolProxiedConnection) -> None:
        """Work on this connection, on which the transaction was begun."""
        self._connection = connection
        self.session = Session(dialect, connection.cursor())
        self.ended = False

    def commit(self) -> None:
        """Make durable what was done; raise the driver's own error when that is not certain."""
        self._connection.commit()
        self.ended = True


class WriterConnection:
    """The connection of the one writer, which stays out of the pool between its transactions on SQLite.

    What SQLite remembers of the file it forgets when another connection writes; and readers take what lies uppermost.
    PostgreSQL's goes back each time: the pool looks whether it is still alive before it gives it out.
    """

    def __init__(self, engine: Engine) -> None:
        """Take none yet."""
        self._engine = engine
        self._keeps = engine.dialect.name == "sqlite"
        self._kept: PoolProxiedConnection | None = None

    def take(self) -> PoolProxiedConnection:
        """Return the connection that was kept, or one of the pool. Only who has the turn to write may ask."""
        kept, self._kept = self._kept, None
        return kept or self._engine.raw_connection()

    def give_back(self, connection: PoolProxiedConnection) -> None:
        """Keep a connection on which nothing is open, unless it was closed."""
        if self._keeps and connection.is_valid:
            self._kept = connection
        else:
            connection.close()

    def close(self) -> None:
        """Give the kept one to the pool."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


@contextmanager
def transaction(engine: Engine, writer: WriterConnection | None = None) -> Iterator[Transaction]:
    """Open a transaction, committed at the end unless something was raised. Without `writer` it sees one moment.

    A connection on which the database failed is closed: a COMMIT or ROLLBACK that failed may have left its transaction
    open, with the lock of the one writer, and back in the pool it would stop whoever comes next.

    :raises StatementError: the database does not answer, or refused to begin or to end it.
    """
    dialect, writing = engine.dialect, writer is not None
    failed: type[Exception] = dialect.loaded_dbapi.Error
    connection: PoolProxiedConnection | None = None
    over = False
    try:
        connection = writer.take() if writer else engine.raw_connection()
        _begin(dialect, connection, writing=writing)
        opened = Transaction(dialect, connection)
        try:
            with closing(opened.session):
                yield opened
        except BaseException:
            connection.rollback()
            _end(dialect, connection, writing=writing)
            over = True
            raise
        if not opened.ended:
            opened.commit()
        _end(dialect, connection, writing=writing)
        over = True
    except (failed, StatementError) as exc:
        if connection is not None:
            connection.invalidate()
        if isinstance(exc, StatementError):
            raise
        raise StatementError(double=False) from exc
    finally:
        if connection is not None and writer is not None and over:
            writer.give_back(connection)
        elif connection is not None:
            connection.close()  # back to the pool, which makes sure that nothing is open on it


def _begin(dialect: Dialect, connection: PoolProxiedConnection, *, writing: bool) -> None:
    if dialect.name == "postgresql" and not writing:
        dialect.set_isolation_level(_of_driver(connection), ONE_MOMENT)  # SQLite gives that by itself
        return
    cursor = connection.cursor()
    cursor.execute(sqlite_begin(writing=writing) if dialect.name == "sqlite" else TAKE_LOCK)
    cursor.close()


def _end(dialect: Dialect, connection: PoolProxiedConnection, *, writing: bool) -> None:
    if dialect.name == "postgresql" and not writing:
        dialect.reset_isolation_level(_of_driver(connection))  # for whoever gets the connection next


def _of_driver(connection: PoolProxiedConnection) -> DBAPIConnection:
    if connection.dbapi_connection is None:
        raise StatementError(double=False)  # it broke off
    return connection.dbapi_connection
