"""The checkpoint that the public sees: one a day, as the log stood when the day began.

How fast the log grows within a day betrays that there is a control going on; partners and witnesses, who are part of it
anyway, see the newest one.
"""

import datetime as dt
from bisect import bisect_left

from gateway.log.leaf import decode
from gateway.store.ports import LogTable, Store, Unit


class PublicNote:
    """Finds the day's checkpoint once, and keeps it for that day."""

    def __init__(self, store: Store) -> None:
        """Look in this store."""
        self._store = store
        self._kept: tuple[dt.date, str] | None = None

    def of_day(self, day: dt.date) -> str:
        """Return the newest signed note from before this day (UTC); empty when the log is younger.

        The times of entries never run back, so they are searched by halves.
        """
        kept = self._kept
        if kept is None or kept[0] != day:
            with self._store.read() as unit:
                kept = self._kept = (day, _before(unit, day))
        return kept[1]


def _before(unit: Unit, day: dt.date) -> str:
    volumes = unit.book.volumes()
    for number in reversed(range(len(volumes))):
        table = unit.book.volume(number)
        older = bisect_left(range(volumes[number].size), day.isoformat(), key=lambda index: _day(table, index))
        # A checkpoint is signed for each commit, which may hold entries of both sides of midnight.
        for size in range(older, 0, -1):
            note = table.checkpoint(size)
            if note is not None:
                return note
    return ""


def _day(table: LogTable, index: int) -> str:
    return decode(table.leaf(index)).time[:10]
