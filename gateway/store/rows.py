"""Rows of any table as plain values, the same from SQLite and PostgreSQL: what a backup is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Cell: TypeAlias = int | str | bytes | None
Row: TypeAlias = tuple[Cell, ...]

HASH = 32  # bytes in a SHA-256 node


class Kind(StrEnum):
    """What a column holds."""

    INTEGER = "integer"
    TEXT = "text"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `nullable` ones may be None."""

    name: str
    kind: Kind
    nullable: bool

    def fits(self, cell: Cell) -> bool:
        """Say whether this column may hold the value: SQLite itself would take any type anywhere."""
        if cell is None:
            return self.nullable
        match self.kind:
            case Kind.INTEGER:
                return isinstance(cell, int) and not isinstance(cell, bool)
            case Kind.TEXT:
                return isinstance(cell, str)
            case Kind.BYTES:
                return isinstance(cell, bytes)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: its name and its columns, in the order of the cells in a row."""

    table: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Some rows of one table."""

    table: str
    rows: Sequence[Row]


def frontier_of(packed: bytes) -> tuple[bytes, ...]:
    """Return the hashes of a frontier as it is stored."""
    return tuple(packed[i : i + HASH] for i in range(0, len(packed), HASH))


def shift_at(first: int, level: int) -> int:
    """Return ceil(first / 2^level): where the nodes of a level stand for a volume that begins there."""
    return -(-first >> level)
