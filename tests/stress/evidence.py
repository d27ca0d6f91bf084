"""What a database holds after a fault, read with the bare driver: nothing of the gateway's own reading code is used."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg

from tests.databases import SQLITE_PREFIX

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A sealed message as it waits in the outbox."""

    leaf_index: int
    message_id: str
    part_id: str
    partner: str
    message: str
    state: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a request."""

    id: str
    disclosure_id: str
    state: str
    message_id: str | None
    leaf_index: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One consistent view of everything that a record is made of."""

    entries: tuple[bytes, ...]
    nodes: dict[tuple[int, int], bytes]
    head: tuple[int, bytes, str] | None  # size, frontier, signed note
    checkpoints: tuple[tuple[int, str], ...]
    details: tuple[int, ...]  # the leaf of each
    disclosures: dict[str, int]  # id: the leaf of its decision
    parts: dict[str, Part]
    judgements: tuple[tuple[str, str, int], ...]  # part, kind, leaf
    outbox: tuple[Release, ...]
    receipts: tuple[tuple[int, str, str], ...]  # leaf, message, token
    deputies: dict[str, tuple[str, int]]  # id: state, leaf


class Cursor(Protocol):
    """What DB-API cursors of both drivers can do."""

    def execute(self, query: str, /) -> object:
        """Run a statement."""
        ...

    def fetchall(self) -> Sequence[Row]:
        """Return all rows."""
        ...


def _read(cursor: Cursor) -> Evidence:
    def rows(query: str) -> Sequence[Row]:
        cursor.execute(query)
        return cursor.fetchall()

    def number(value: object) -> int:
        assert isinstance(value, int)
        return value

    def blob(value: object) -> bytes:
        assert isinstance(value, (bytes, memoryview))
        return bytes(value)

    leaves = rows("SELECT idx, entry FROM leaf ORDER BY idx")
    assert [row[0] for row in leaves] == list(range(len(leaves))), "the leaves have a gap"
    head = rows("SELECT size, frontier, checkpoint FROM head")
    assert len(head) < 2, "the log has two heads"
    parts = [
        Part(str(a), str(b), str(c), None if d is None else str(d), None if e is None else number(e), str(f))
        for a, b, c, d, e, f in rows("SELECT id, disclosure_id, state, message_id, leaf_index, kind FROM part")
    ]
    return Evidence(
        entries=tuple(blob(row[1]) for row in leaves),
        nodes={(number(a), number(b)): blob(c) for a, b, c in rows("SELECT level, idx, hash FROM node")},
        head=(number(head[0][0]), blob(head[0][1]), str(head[0][2])) if head else None,
        checkpoints=tuple((number(a), str(b)) for a, b in rows("SELECT size, note FROM checkpoint ORDER BY size")),
        details=tuple(number(row[0]) for row in rows("SELECT idx FROM detail ORDER BY idx")),
        disclosures={str(a): number(b) for a, b in rows("SELECT id, leaf_index FROM disclosure")},
        parts={part.id: part for part in parts},
        judgements=tuple(
            (str(a), str(b), number(c)) for a, b, c in rows("SELECT part_id, kind, leaf_index FROM judgement")
        ),
        outbox=tuple(
            Release(number(a), str(b), str(c), str(d), str(e), str(f))
            for a, b, c, d, e, f in rows("SELECT leaf_index, message_id, part_id, partner, message, state FROM outbox")
        ),
        receipts=tuple(
            (number(a), str(b), str(c)) for a, b, c in rows("SELECT leaf_index, message_id, token FROM receipt")
        ),
        deputies={str(a): (str(b), number(c)) for a, b, c in rows("SELECT id, state, leaf_index FROM deputy")},
    )


def database_file(url: str) -> Path:
    """Return the file of a SQLite URL."""
    assert url.startswith(SQLITE_PREFIX)
    return Path(url.removeprefix(SQLITE_PREFIX))


def copy_of(url: str, folder: Path) -> str:
    """Copy a SQLite database as a crash left it, file and write-ahead log; return the copy's URL.

    Looking at the original would recover it; so the copy is recovered, and the next gateway finds what the crash left.
    The index of the log (-shm) is not copied: after a power cut there is none either.
    """
    found = database_file(url)
    copy = folder / found.name
    for ending in ("", "-wal", "-shm"):
        copy.with_name(copy.name + ending).unlink(missing_ok=True)
    for ending in ("", "-wal"):
        part = found.with_name(found.name + ending)
        if part.exists():
            shutil.copyfile(part, copy.with_name(copy.name + ending))
    return f"{SQLITE_PREFIX}{copy}"


def read_evidence(url: str) -> Evidence:
    """Return what the database holds, as one reading view."""
    if url.startswith(SQLITE_PREFIX):
        with closing(sqlite3.connect(database_file(url), isolation_level=None)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the file is corrupt"
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], "a row points nowhere"
            connection.execute("BEGIN")
            return _read(connection.cursor())
    with psycopg.connect(url) as server:
        server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return _read(server.cursor())


SEEN = (
    "SELECT o.leaf_index, o.message_id, o.message, l.entry FROM outbox o LEFT JOIN leaf l ON l.idx = o.leaf_index"
    " ORDER BY o.leaf_index DESC LIMIT 40"
)
NOTE = "SELECT checkpoint FROM head"


@contextmanager
def watch(url: str) -> Iterator[Cursor]:
    """Open a connection as somebody else would who may read: another process, while the gateway works."""
    if url.startswith(SQLITE_PREFIX):
        place = f"file:{database_file(url)}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, isolation_level=None)) as connection:
            yield connection.cursor()
        return
    with psycopg.connect(url, autocommit=True) as server:
        yield server.cursor()
