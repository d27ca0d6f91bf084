"""The plaintext of a backup (gateway-backup/1). What is here may never change: another form is another FORMAT.

    length (4 bytes, big-endian), manifest: canonical JSON {"revision", "entries", "tables": [{"name", "columns"}]}
    then groups of rows: the table's place in the manifest (1 byte), number of rows (4), length (4), the cells
    then the end: 255, length (4), canonical JSON {"rows": {table: number}}

A cell is 0 (nothing) · 1 and 8 bytes (signed) · 2, length and UTF-8 · 3, length and bytes. No pickling, no types of a
database, no expressions: reading it can only ever give these four.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.errors import CannotOpenError, LogTamperedError
from gateway.model.terms import Json, items, members
from gateway.store.rows import Cell, Column, Group, Kind, Row, Shape

END = 255
LARGEST = 64 * 1024 * 1024  # bytes of one group, and so of one cell
FULL = 4 * 1024 * 1024  # bytes after which a group is closed
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
REVISION = re.compile(r"[0-9a-z_]{1,32}")
_LENGTH = struct.Struct(">I")
_NUMBER = struct.Struct(">q")
_COUNT_AND_LENGTH = struct.Struct(">II")
_GROUP = struct.Struct(">BII")
_NOTHING, _INTEGER, _TEXT, _BYTES = range(4)


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Add bytes."""
        ...


class Source(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Return exactly so many bytes; raise CannotOpenError when there are fewer."""
        ...


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup is of: the tables' revision, the number of log entries, and the shape of each table."""

    revision: str
    entries: int
    shapes: tuple[Shape, ...]

    def to_json(self) -> Json:
        """Return the canonical form's value."""
        tables: list[Json] = [
            {"name": shape.table, "columns": [[each.name, each.kind.value, each.nullable] for each in shape.columns]}
            for shape in self.shapes
        ]
        return {"revision": self.revision, "entries": self.entries, "tables": tables}

    @classmethod
    def from_json(cls, value: Json) -> "Manifest":
        """Return what `to_json` gave; raise CannotOpenError for anything else."""
        told = members(value)
        try:
            shapes = tuple(
                Shape(
                    str(table["name"]),
                    tuple(
                        Column(str(name), Kind(str(kind)), nullable is True)
                        for name, kind, nullable in map(items, items(table["columns"]))
                    ),
                )
                for table in map(members, items(told["tables"]))
            )
            manifest = cls(str(told["revision"]), int(str(told["entries"])), shapes)
        except (KeyError, ValueError) as exc:
            raise _unknown_form() from exc
        names = [shape.table for shape in shapes]
        words = [*names, *(column.name for shape in shapes for column in shape.columns)]
        if (
            manifest.to_json() != value
            or REVISION.fullmatch(manifest.revision) is None
            or not all(NAME.fullmatch(word) for word in words)
            or not 0 < len(names) < END
            or len(set(names)) != len(names)
        ):
            raise _unknown_form()
        return manifest


class ArchiveWriter:
    """Writes a manifest, then groups of rows, then the end."""

    def __init__(self, sink: Sink, manifest: Manifest) -> None:
        """Write the manifest."""
        self._sink = sink
        self._places = {shape.table: (place, shape) for place, shape in enumerate(manifest.shapes)}
        self.rows = {shape.table: 0 for shape in manifest.shapes}
        self._text(manifest.to_json())

    def add(self, group: Group) -> None:
        """Write some rows.

        :raises LogTamperedError: a cell is of another type than its column ever holds.
        """
        place, shape = self._places[group.table]
        waiting: list[bytes] = []
        size = 0
        for row in group.rows:
            waiting.append(_encode(row, shape))
            size += len(waiting[-1])
            if size >= FULL:
                self._put(place, waiting)
                waiting, size = [], 0
        if waiting:
            self._put(place, waiting)
        self.rows[group.table] += len(group.rows)

    def finish(self) -> None:
        """Write the end."""
        self._sink.write(bytes([END]))
        self._text({"rows": dict(self.rows)})

    def _put(self, place: int, rows: Sequence[bytes]) -> None:
        data = b"".join(rows)
        self._sink.write(_GROUP.pack(place, len(rows), len(data)) + data)

    def _text(self, value: Json) -> None:
        data = canonical(value)
        self._sink.write(_LENGTH.pack(len(data)) + data)


class ArchiveReader:
    """Reads what `ArchiveWriter` wrote; every error is CannotOpenError."""

    def __init__(self, source: Source) -> None:
        """Read the manifest."""
        self._source = source
        self.manifest = Manifest.from_json(self._text())
        self.rows = {shape.table: 0 for shape in self.manifest.shapes}

    def groups(self) -> Iterator[Group]:
        """Yield the groups of rows, and check their number at the end."""
        while (place := self._source.read(1)[0]) != END:
            if place >= len(self.manifest.shapes):
                raise _unknown_form()
            shape = self.manifest.shapes[place]
            count, length = _COUNT_AND_LENGTH.unpack(self._source.read(_COUNT_AND_LENGTH.size))
            if count == 0 or length > LARGEST:
                raise _unknown_form()
            self.rows[shape.table] += count
            yield Group(shape.table, _decode(self._source.read(length), shape, count))
        if self._text() != {"rows": self.rows}:
            raise _unknown_form()

    def _text(self) -> Json:
        length: int = _LENGTH.unpack(self._source.read(_LENGTH.size))[0]
        if length > LARGEST:
            raise _unknown_form()
        data = self._source.read(length)
        try:
            return parse_canonical(data)
        except LogTamperedError as exc:
            raise _unknown_form() from exc


def _decode(data: bytes, shape: Shape, count: int) -> list[Row]:
    rows: list[Row] = []
    at = 0
    try:
        for _ in range(count):
            row: list[Cell] = []
            for column in shape.columns:
                cell, at = _cell(data, at)
                if not column.fits(cell):
                    raise _unknown_form()
                row.append(cell)
            rows.append(tuple(row))
    except (struct.error, IndexError, UnicodeDecodeError) as exc:
        raise _unknown_form() from exc
    if at != len(data):
        raise _unknown_form()
    return rows


def _cell(data: bytes, at: int) -> tuple[Cell, int]:
    form = data[at]
    at += 1
    if form == _NOTHING:
        return None, at
    if form == _INTEGER:
        return _NUMBER.unpack_from(data, at)[0], at + _NUMBER.size
    end = at + _LENGTH.size + _LENGTH.unpack_from(data, at)[0]
    held = data[at + _LENGTH.size : end]
    if form not in {_TEXT, _BYTES} or end > len(data):
        raise _unknown_form()
    return (held if form == _BYTES else held.decode()), end


def _encode(row: Sequence[Cell], shape: Shape) -> bytes:
    cells = []
    for column, cell in zip(shape.columns, row, strict=True):
        if not column.fits(cell):
            raise LogTamperedError(
                f"a row of `{shape.table}` has a form that was never written",
                hint="keep the database as it is and call the privacy officer",
            )
        if cell is None:
            cells.append(bytes([_NOTHING]))
        elif isinstance(cell, int):
            cells.append(bytes([_INTEGER]) + _NUMBER.pack(cell))
        else:
            data = cell.encode() if isinstance(cell, str) else cell
            cells.append(bytes([_TEXT if isinstance(cell, str) else _BYTES]) + _LENGTH.pack(len(data)) + data)
    return b"".join(cells)


def _unknown_form() -> CannotOpenError:
    return CannotOpenError(
        "the backup has a form that this program never wrote",
        hint="use the program that made it; if this one did, call the privacy officer",
    )
