"""The log of a backup, read in one pass: `gateway.log.audit.verify_log` needs no more, and memory stays flat."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gateway.errors import LogTamperedError, NotFoundError
from gateway.store.ports import Head
from gateway.store.rows import Cell, Group, frontier_of, shift_at
from gateway.store.volume_ports import Volume

LOG_TABLES = frozenset({"head", "volume", "leaf", "node", "checkpoint"})
_KEEP = "the backup was made of an altered database: keep both and call the privacy officer"


class StreamedLog:
    """A `LogReader` over groups that come in the order of `gateway.store.snapshot`: each thing can be read once.

    It reads the log's first volume, and after `volume` was asked for another one, that one: in their order, each once
    (`gateway.log.years.Shelf`). What was read ahead waits in queues. For a log in order that is one block of entries,
    or as many as lie between two checkpoints.
    """

    def __init__(self, groups: Iterator[Group]) -> None:
        """Read nothing yet."""
        self._groups = groups
        self._beyond: Group | None = None  # the first group that is not of the log
        self._head: Head | None = None
        self._begun: list[tuple[int, str, Head]] = []  # where later volumes begin, and how the one before ended
        self._first = 0  # of the volume that is read now
        self._end: int | None = None  # where it ends, unless it is the newest
        self._ends: dict[int, tuple[bytes, bytes]] = {}  # the first and last entry of each volume, by its beginning
        self._looked = False
        self._leaves: deque[tuple[int, bytes]] = deque()
        self._levels: dict[int, deque[tuple[int, bytes]]] = {}
        self._notes: deque[tuple[int, str]] = deque()

    def head(self) -> Head:
        """Return the head of the volume that is read now; an empty log has size 0."""
        self._look()
        if self._end is not None:
            return next(end for first, _, end in self._begun if first == self._end)
        newest = self._head or Head(0, (), "")
        return Head(newest.size - self._first, newest.frontier, newest.checkpoint)

    def volumes(self) -> Sequence[Volume]:
        """Return the volumes, the first one first; raise LogTamperedError when they do not follow one another."""
        self._look()
        newest = self._head or Head(0, (), "")
        starts = [0, *(first for first, _, _ in self._begun), newest.size]
        if self._begun and any(second <= first for first, second in pairwise(starts)):
            raise LogTamperedError("the volumes of the log do not follow one another", hint=_KEEP)
        notes = [*(end.checkpoint for _, _, end in self._begun), newest.checkpoint]
        names = [notes[0].partition("\n")[0], *(origin for _, origin, _ in self._begun)]
        return [Volume(first, name, last - first) for name, (first, last) in zip(names, pairwise(starts), strict=True)]

    def volume(self, number: int) -> "StreamedLog":
        """Read this volume from here on; the one before it was read to its end."""
        told = self.volumes()
        self._first = told[number].first
        self._end = told[number + 1].first if number + 1 < len(told) else None
        return self

    def ends_of(self, number: int) -> tuple[bytes, bytes]:
        """Return the first and the last entry of a volume that was read."""
        try:
            return self._ends[self.volumes()[number].first]
        except KeyError as exc:
            raise LogTamperedError("a volume of the log has no entries", hint=_KEEP) from exc

    def leaf(self, index: int) -> bytes:
        """Return the next entry if it has this index; raise NotFoundError otherwise."""
        while not self._leaves and self._absorb():
            pass
        place = self._first + index
        if not self._leaves or self._leaves[0][0] != place or (self._end is not None and place >= self._end):
            raise NotFoundError(f"the backup has no entry {index} here", hint="a backup is read in one pass")
        entry = self._leaves.popleft()[1]
        self._ends[self._first] = (self._ends.get(self._first, (entry, entry))[0], entry)
        return entry

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the entries of [start, stop) in order; raise LogTamperedError at a gap."""
        for index in range(start, stop):
            try:
                yield self.leaf(index)
            except NotFoundError as exc:
                raise LogTamperedError(f"entry {index} is missing", hint=_KEEP) from exc

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Give nothing: a proof needs the hashes in another order than they come."""
        raise NotFoundError("a backup gives no proofs", hint="restore it first")

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), as far as they exist, and forget them."""
        queue = self._levels.setdefault(level, deque())
        shift = shift_at(self._first, level)
        last = shift + stop if self._end is None else min(shift + stop, shift_at(self._end, level))
        while (not queue or queue[-1][0] < last - 1) and not self._is_past() and self._absorb():
            pass
        found: list[bytes] = []
        while queue and queue[0][0] < last:
            index, digest = queue.popleft()
            if index - shift != start + len(found):
                raise LogTamperedError(f"tree nodes of level {level} are not in order at {index - shift}", hint=_KEEP)
            found.append(digest)
        return found

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest; nothing but all of them."""
        if after is not None:
            raise NotFoundError("a backup is read from its first entry", hint="restore it first")
        first, end = self._first, self._end
        while True:
            while not self._notes and not self._is_past() and self._absorb():
                pass
            if not self._notes or (end is not None and self._notes[0][0] > end):
                return
            size, note = self._notes.popleft()
            yield size - first, note

    def rest(self) -> Iterator[Group]:
        """Yield the groups behind the log.

        :raises LogTamperedError: a row of the log was never asked for, or stands among the others.
        """
        while self._absorb():
            pass
        if self._leaves or self._notes or any(self._levels.values()):
            raise LogTamperedError("the backup holds rows that belong to no entry of its log", hint=_KEEP)
        if self._beyond is not None:
            yield self._beyond
        for group in self._groups:
            if group.table in LOG_TABLES:
                raise LogTamperedError("the backup holds rows of the log outside the log", hint=_KEEP)
            yield group

    def _look(self) -> None:
        """Take in what stands before the first entry: the head, and where the volumes begin."""
        while not self._looked and not self._leaves and self._absorb():
            pass
        self._looked = True

    def _is_past(self) -> bool:
        """Say whether all of the volume that is read now was taken in: entries of the next one are here."""
        return self._end is not None and bool(self._leaves) and self._leaves[-1][0] >= self._end

    def _absorb(self) -> bool:
        """Take in the next group of the log; return False when there is none."""
        if self._beyond is not None:
            return False
        group = next(self._groups, None)
        if group is None:
            return False
        if group.table not in LOG_TABLES:
            self._beyond = group
            return False
        for row in group.rows:
            self._take(group.table, row)
        return True

    def _take(self, table: str, row: tuple[Cell, ...]) -> None:
        match table, row:
            case "leaf", (int(index), bytes(entry)):
                self._leaves.append((index, entry))
            case "node", (int(level), int(index), bytes(digest)):
                self._levels.setdefault(level, deque()).append((index, digest))
            case "checkpoint", (int(size), str(note)):
                self._notes.append((size, note))
            case "head", (int(), int(size), bytes(packed), str(note)) if self._head is None:
                self._head = Head(size, frontier_of(packed), note)
            case "volume", (int(first), str(origin), bytes(packed), str(note)) if not self._looked:
                before = self._begun[-1][0] if self._begun else 0
                self._begun.append((first, origin, Head(first - before, frontier_of(packed), note)))
            case _:
                raise LogTamperedError(f"a row of `{table}` has not the agreed form", hint=_KEEP)
