"""Reads the whole store as of one moment, and fills an empty one: how a backup leaves a database and enters another.

The log comes first: its head, where its volumes begin, then each volume in blocks of entries, with the tree nodes and
checkpoints that these entries complete. So whoever reads the rows in this order can verify the log in one pass, without
keeping it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Select, Table, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import ConfigError, LogTamperedError
from gateway.store import schema
from gateway.store.book import SqlBook
from gateway.store.engine import answering, has_years, is_current, is_new, migrate, reading
from gateway.store.ports import LogTable
from gateway.store.rows import Column, Group, Kind, Row, Shape, shift_at
from gateway.store.session import Session
from gateway.store.volume_ports import Book

BLOCK = 1024  # entries, and rows in a group at most
FETCH = 64  # rows read at once of tables whose rows can be large
LOG_TABLES = (schema.head, schema.volume, schema.leaf, schema.node, schema.checkpoint)


def _shape(table: Table) -> Shape:
    # str(): a name of SQLAlchemy's is a text with habits of its own.
    columns = (Column(str(column.name), _kind(column.type), bool(column.nullable)) for column in table.columns)
    return Shape(str(table.name), tuple(columns))


def _kind(of: sa.types.TypeEngine[object]) -> Kind:
    if isinstance(of, sa.Integer):
        return Kind.INTEGER
    return Kind.BYTES if isinstance(of, sa.LargeBinary) else Kind.TEXT


_OTHERS = tuple(table for table in schema.metadata.sorted_tables if table not in LOG_TABLES)
SHAPES = tuple(_shape(table) for table in (*LOG_TABLES, *_OTHERS))
"""Every table, in the order in which an empty database can be filled."""


class SqlSnapshot:
    """The store as of one moment."""

    revision = schema.REVISION
    shapes = SHAPES

    def __init__(self, connection: Connection) -> None:
        """Read inside the connection's transaction, which gives one view."""
        self._connection = connection
        book = SqlBook(Session.within(connection))
        self.book: Book = book
        self.log: LogTable = book.newest

    def groups(self) -> Iterator[Group]:
        """Yield every row once, in the order that this module's first lines tell.

        :raises LogTamperedError: the log's tables hold rows that belong to no entry.
        """
        volumes = self.book.volumes()
        yield from self._whole(schema.head)
        yield from self._whole(schema.volume)
        counted = {schema.leaf.name: 0, schema.node.name: 0, schema.checkpoint.name: 0}
        for volume in volumes:
            for start in range(0, volume.size, BLOCK):
                for group in self._block(volume.first, start, min(start + BLOCK, volume.size)):
                    counted[group.table] += len(group.rows)
                    yield group
        for table in (schema.leaf, schema.node, schema.checkpoint):
            if self._connection.execute(select(sa.func.count()).select_from(table)).scalar() != counted[table.name]:
                raise LogTamperedError(
                    f"table `{table.name}` holds rows that belong to no entry of the log, or lacks some",
                    hint="keep the database as it is, run `gateway log verify` and call the privacy officer",
                )
        for table in _OTHERS:
            # INVARIANT: the key of a draft or an incident lives no longer than it does, so no backup has either.
            if table in (schema.draft, schema.incident):
                continue
            yield from self._whole(table)

    def _block(self, first: int, start: int, stop: int) -> Iterator[Group]:
        """Yield the entries of [start, stop) of the volume that begins at `first`, and what came to be with them."""
        leaf, node, checkpoint = schema.leaf, schema.node, schema.checkpoint
        entries = (leaf.c.idx >= first + start, leaf.c.idx < first + stop)
        yield from self._read(leaf, select(leaf).where(*entries).order_by(leaf.c.idx))
        level = 0
        while stop >> level:
            shift = shift_at(first, level)
            some = (node.c.level == level, node.c.idx >= shift + (start >> level), node.c.idx < shift + (stop >> level))
            yield from self._read(node, select(node).where(*some).order_by(node.c.idx))
            level += 1
        signed = (checkpoint.c.size > first + start, checkpoint.c.size <= first + stop)
        yield from self._read(checkpoint, select(checkpoint).where(*signed).order_by(checkpoint.c.size))

    def _whole(self, table: Table) -> Iterator[Group]:
        return self._read(table, select(table).order_by(*table.primary_key), fetch=FETCH)

    def _read(self, table: Table, wanted: Select[tuple[object, ...]], *, fetch: int = BLOCK) -> Iterator[Group]:
        found = self._connection.execute(wanted, execution_options={"yield_per": fetch})
        for rows in found.partitions():
            yield Group(table.name, [_row(row) for row in rows])


def _row(row: Sequence[object]) -> Row:
    # PostgreSQL's driver may give a memoryview; a cell of any other type is refused where it is written down.
    return cast(Row, tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row))


@contextmanager
def snapshot(engine: Engine) -> Iterator[SqlSnapshot]:
    """Open one consistent view of the whole store; others may go on writing meanwhile.

    :raises LogUnavailableError: the database does not answer.
    """
    with answering(), reading(engine).begin() as connection:
        yield SqlSnapshot(connection)


class SqlRefill:
    """An empty database that is being filled, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Write inside the connection's transaction."""
        self._connection = connection
        self.book: Book = SqlBook(Session.within(connection), years=has_years(connection))

    @property
    def log(self) -> LogTable:
        """Return the newest volume of what was filled in so far."""
        return self.book.volume(-1)

    def insert(self, shape: Shape, group: Group) -> None:
        """Add rows.

        :raises ConfigError: the database does not take them.
        """
        names = [column.name for column in shape.columns]
        target = sa.table(group.table, *(sa.column(name) for name in names))
        try:
            self._connection.execute(sa.insert(target), [dict(zip(names, row, strict=True)) for row in group.rows])
        except SQLAlchemyError as exc:
            raise ConfigError(
                f"the database does not take the rows of `{group.table}`, so nothing was restored",
                hint="look at the database and its room; then restore into an empty one",
            ) from exc

    def go_on_counting(self, shapes: Sequence[Shape]) -> None:
        """Let PostgreSQL count on from the highest number that came with the rows; SQLite does so by itself."""
        if self._connection.dialect.name != "postgresql":
            return
        for table in (schema.metadata.tables[shape.table] for shape in shapes if shape.table in schema.metadata.tables):
            counted = table.autoincrement_column
            if counted is not None:
                sequence = sa.func.pg_get_serial_sequence(table.name, counted.name)
                highest = sa.func.max(counted)
                self._connection.execute(
                    select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None)))
                )


@contextmanager
def refill(engine: Engine, revision: str) -> Iterator[SqlRefill]:
    """Fill an empty database with rows of this revision's tables; all of them, or none when the block raises.

    :raises ConfigError: the database is not empty, or has tables of another revision, or nobody knows this one.
    :raises LogUnavailableError: the database does not answer.
    """
    with answering(), engine.begin() as connection:
        _refuse_filled(connection)  # before any table is made
    if is_new(engine):
        migrate(engine, to=revision)
    elif not is_current(engine, revision=revision):
        raise ConfigError(
            "the database has tables of another version than the backup", hint="restore into a new, empty database"
        )
    with answering(), engine.execution_options(writing=True).begin() as connection:
        _refuse_filled(connection)
        yield SqlRefill(connection)


def _refuse_filled(connection: Connection) -> None:
    for name in sa.inspect(connection).get_table_names():
        one = select(sa.literal(1)).select_from(sa.table(name)).limit(1)
        if name != "alembic_version" and connection.execute(one).first() is not None:
            raise ConfigError(
                "the database is not empty, and a restore never replaces anything",
                hint="set GATEWAY_DATABASE_URL to a new, empty database, or move the old one away and keep it",
            )
