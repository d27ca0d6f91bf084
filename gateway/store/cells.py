"""Cells as typed values: what was never written there is an alarm, not a guess.

Moments are text: UTC, ISO 8601 with microseconds, so that text order is time order on every database.
"""

import datetime as dt
from collections.abc import Sequence

from gateway.errors import LogTamperedError
from gateway.store.session import Row, Value


def text(cell: Value) -> str:
    """Return a text; raise LogTamperedError for anything else."""
    if isinstance(cell, str):
        return cell
    raise _never_written()


def number(cell: Value) -> int:
    """Return a whole number; raise LogTamperedError for anything else."""
    if isinstance(cell, int):
        return cell
    raise _never_written()


def blob(cell: Value) -> bytes:
    """Return bytes; raise LogTamperedError for anything else."""
    if isinstance(cell, bytes):
        return cell
    raise _never_written()


def blobs(rows: Sequence[Row], column: int = 0) -> list[bytes]:
    """Return one column of many rows, all of it bytes; raise LogTamperedError when a cell is anything else."""
    cells = [row[column] for row in rows]
    if not set(map(type, cells)) <= {bytes}:
        raise _never_written()
    return cells  # type: ignore[return-value]  # as was just seen


def to_moment(at: dt.datetime) -> str:
    """Return the moment as stored; it MUST be aware."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def moment(cell: Value) -> dt.datetime:
    """Return the stored moment."""
    return dt.datetime.fromisoformat(text(cell))


def _never_written() -> LogTamperedError:
    return LogTamperedError(
        "a cell of the database has a form that was never written",
        hint="keep the database as it is and call the privacy officer",
    )
