"""Moments as text columns: UTC, ISO 8601 with microseconds, so that text order is time order on every database."""

import datetime as dt


def to_column(at: dt.datetime) -> str:
    """Return the moment as stored; it MUST be aware."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def from_column(text: str) -> dt.datetime:
    """Return the stored moment."""
    return dt.datetime.fromisoformat(text)


def maybe(text: str | None) -> dt.datetime | None:
    """Return the stored moment, or None when there is none."""
    return None if text is None else from_column(text)
