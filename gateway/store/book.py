"""The log of all years on one open session: its volumes, and entries by their index over all of them (`ports.Book`)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlalchemy import insert, select

from gateway.errors import LogTamperedError, LogUnavailableError, NotFoundError
from gateway.store.cells import blob, number, text
from gateway.store.log_table import SqlLogTable
from gateway.store.ports import Head
from gateway.store.rows import frontier_of
from gateway.store.schema import volume
from gateway.store.session import Session, Statement, StatementError, Value
from gateway.store.volume_ports import Volume

VOLUMES = Statement(
    select(volume.c.first, volume.c.origin, volume.c.frontier, volume.c.checkpoint).order_by(volume.c.first)
)
ADD_VOLUME = Statement(insert(volume))


class SqlBook:
    """Book on one open session."""

    def __init__(self, session: Session, *, years: bool = True) -> None:
        """Work inside the session's transaction; without `years` the tables are of before there were volumes."""
        self._session = session
        self._years = years
        self._whole = SqlLogTable(session, first=0)
        self.newest = SqlLogTable(session, first=None if years else 0)

    def size(self) -> int:
        """Return how many entries there are in all volumes."""
        return self.newest.first + self.newest.head().size

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        return self._whole.leaf(index)

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order; raise LogTamperedError at a gap."""
        return self._whole.leaves(start, stop)

    def volumes(self) -> Sequence[Volume]:
        """Return the volumes, the first one first; raise LogTamperedError when they do not follow one another."""
        return [told for told, _ in self._look()]

    def volume(self, number: int) -> SqlLogTable:
        """Return one of `volumes` by its place among them; all but the newest can only be read."""
        told, sealed = self._look()[number]
        return self.newest if sealed is None else SqlLogTable(self._session, first=told.first, sealed=sealed)

    def ends_of(self, number: int) -> tuple[bytes, bytes]:
        """Return the first and the last entry of one of `volumes`, by its place among them."""
        told, _ = self._look()[number]
        return self.leaf(told.first), self.leaf(told.first + told.size - 1)

    def place_of(self, index: int) -> tuple[SqlLogTable, int]:
        """Return the volume that an entry stands in, and its index there; raise NotFoundError when there is none."""
        if index >= self.newest.first:  # nearly always, and it spares reading where the others begin
            return self.newest, index - self.newest.first
        for told, sealed in self._look():
            if told.first <= index < told.first + told.size:
                return SqlLogTable(self._session, first=told.first, sealed=sealed), index - told.first
        raise NotFoundError(f"the log has no entry {index}", hint="look at the size with `gateway log checkpoint`")

    def begin(self, origin: str) -> int:
        """Begin a new volume of this name, and return the index of its first entry, which MUST be added at once.

        :raises LogUnavailableError: there is a volume of this name, or the newest one has no entries.
        """
        before = self.newest.head()
        names = {told.origin for told in self.volumes()}
        if not before.size or origin in names:
            raise LogUnavailableError(
                "a new volume cannot begin: there is one of this name, or the one before it has no entries",
                hint="look at `gateway log checkpoint`",
            )
        first = self.newest.first + before.size
        packed = b"".join(before.frontier)
        row: dict[str, Value] = {"first": first, "origin": origin, "frontier": packed, "checkpoint": before.checkpoint}
        try:
            self._session.run(ADD_VOLUME, row)
        except StatementError as exc:
            raise LogUnavailableError(
                "another process begins a new volume at this moment", hint="look at `gateway log checkpoint`"
            ) from exc
        self.newest.move_to(first)
        return first

    def _look(self) -> list[tuple[Volume, Head | None]]:
        """Return each volume with its head at its end; the newest one has none, it is read when it is asked for."""
        rows = self._session.rows(VOLUMES, {}) if self._years else []
        head = self.newest.head()
        starts = [0, *(number(row[0]) for row in rows)]
        ends = [
            Head(number(row[0]) - first, frontier_of(blob(row[2])), text(row[3]))
            for first, row in zip(starts[:-1], rows, strict=True)
        ]
        begun = [text(row[1]) for row in rows]
        first_note = ends[0].checkpoint if ends else head.checkpoint
        names = [first_note.partition("\n")[0], *begun]
        sizes = [*(end.size for end in ends), head.size]
        follow = starts[-1] == self.newest.first and all(first < second for first, second in pairwise(starts))
        if not follow or (rows and not head.size):
            raise LogTamperedError(
                "the volumes of the log do not follow one another", hint="keep the database; call the privacy officer"
            )
        told = [Volume(first, name, size) for first, name, size in zip(starts, names, sizes, strict=True)]
        return list(zip(told, [*ends, None], strict=True))
