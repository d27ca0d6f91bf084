"""Hands statements to the database's driver: written with SQLAlchemy Core, put into words once, run without it.

Building and compiling a statement for every row cost more than all cryptography of a release (docs/performance.md).
A test that makes a statement fail does so in the driver: SQLAlchemy's events see nothing of what runs here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

Value = str | int | bytes | None
Row = tuple[Value, ...]


class StatementError(Exception):
    """The database refused a statement. `double`: the row is there already; else look at the cause."""

    def __init__(self, *, double: bool) -> None:
        """Keep why; the driver's own words may quote a value, and stay in the cause."""
        super().__init__("the row is there already" if double else "the database refused a statement")
        self.double = double


@dataclass(frozen=True, slots=True)
class _Words:
    """A statement for one database: its text, the names of its parameters in order, and those that never change."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Value]

    def fill(self, values: Mapping[str, Value]) -> list[Value]:
        constants = self.constants
        if not constants:
            return [values[name] for name in self.names]
        return [values[name] if name in values else constants[name] for name in self.names]


class Statement:
    """One statement; its parameters are the names of its `bindparam`s, or the columns of an insert."""

    def __init__(self, clause: Executable) -> None:
        """Keep the clause until a database asks for it in its own words."""
        if not isinstance(clause, ClauseElement):
            raise TypeError("this is not a statement")
        self._clause = clause
        self.known: dict[str, _Words] = {}
        """What each database was told before, by the name of its dialect."""

    def words(self, dialect: Dialect) -> _Words:
        """Return the statement for this database."""
        known = self.known.get(dialect.name)
        if known is None:
            compiled = self._clause.compile(dialect=dialect)
            if not isinstance(compiled, SQLCompiler):
                raise TypeError("this is not a statement with parameters")
            fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
            known = _Words(str(compiled), tuple(compiled.positiontup or ()), fixed)
            self.known[dialect.name] = known
        return known


class Session:
    """One open transaction, through the driver's own cursor in it."""

    def __init__(self, dialect: Dialect, cursor: DBAPICursor) -> None:
        """Work inside the transaction of the cursor's connection."""
        self._dialect = dialect
        self._name = dialect.name
        self._cursor = cursor
        self._error: type[Exception] = dialect.loaded_dbapi.Error

    @classmethod
    def within(cls, connection: Connection) -> "Session":
        """Return the session of a transaction of SQLAlchemy's."""
        return cls(connection.dialect, connection.connection.cursor())

    def close(self) -> None:
        """Let go of the last statement: one that lives on keeps SQLite's lock, also after its connection was closed."""
        self._cursor.close()

    def run(self, statement: Statement, values: Mapping[str, Value]) -> int:
        """Run a statement that changes rows; return how many it changed.

        :raises StatementError: the database refused it.
        """
        self._execute(statement, values)
        return self._cursor.rowcount

    def run_for_each(self, statement: Statement, rows: Sequence[Mapping[str, Value]]) -> None:
        """Run a statement for every row; raise StatementError when one is refused."""
        if not rows:
            return
        words = statement.words(self._dialect)
        try:
            self._cursor.executemany(words.sql, [words.fill(row) for row in rows])
        except self._error as exc:
            raise StatementError(double=_is_double(exc)) from exc

    def rows(self, statement: Statement, values: Mapping[str, Value]) -> Sequence[Row]:
        """Return all rows that a query finds."""
        self._execute(statement, values)
        return self._cursor.fetchall()

    def row(self, statement: Statement, values: Mapping[str, Value]) -> Row | None:
        """Return the first row that a query finds, or None."""
        rows = self.rows(statement, values)
        return rows[0] if rows else None

    def say(self, words: str) -> None:
        """Run a constant such as SAVEPOINT; raise StatementError when it is refused."""
        try:
            self._cursor.execute(words, ())
        except self._error as exc:
            raise StatementError(double=False) from exc

    def _execute(self, statement: Statement, values: Mapping[str, Value]) -> None:
        words = statement.known.get(self._name) or statement.words(self._dialect)
        try:
            self._cursor.execute(words.sql, words.fill(values))
        except self._error as exc:
            raise StatementError(double=_is_double(exc)) from exc


def _is_double(error: Exception) -> bool:
    sqlite = getattr(error, "sqlite_errorname", "")
    served = getattr(error, "sqlstate", "")
    return sqlite in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"} or served == "23505"
