"""The log of a backup, read in one pass: `gateway.log.audit.verify_log` needs no more, and memory stays flat."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from gateway.errors import LogTamperedError, NotFoundError
from gateway.log.merkle import HASH
from gateway.store.ports import Head
from gateway.store.rows import Cell, Group

LOG_TABLES = frozenset({"head", "leaf", "node", "checkpoint"})
_KEEP = "the backup was made of an altered database: keep both and call the privacy officer"


class StreamedLog:
    """A `LogReader` over groups that come in the order of `gateway.store.snapshot`: each thing can be read once.

    What was read ahead waits in queues. For a log in order that is one block of entries, or as many as lie between
    two checkpoints.
    """

    def __init__(self, groups: Iterator[Group]) -> None:
        """Read nothing yet."""
        self._groups = groups
        self._beyond: Group | None = None  # the first group that is not of the log
        self._head: Head | None = None
        self._leaves: deque[tuple[int, bytes]] = deque()
        self._levels: dict[int, deque[tuple[int, bytes]]] = {}
        self._notes: deque[tuple[int, str]] = deque()

    def head(self) -> Head:
        """Return the head; an empty log has size 0."""
        if self._head is None and self._beyond is None:
            self._absorb()
        return self._head or Head(0, (), "")

    def leaf(self, index: int) -> bytes:
        """Return the next entry if it has this index; raise NotFoundError otherwise."""
        while not self._leaves and self._absorb():
            pass
        if not self._leaves or self._leaves[0][0] != index:
            raise NotFoundError(f"the backup has no entry {index} here", hint="a backup is read in one pass")
        return self._leaves.popleft()[1]

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
        while (not queue or queue[-1][0] < stop - 1) and self._absorb():
            pass
        found: list[bytes] = []
        while queue and queue[0][0] < stop:
            index, digest = queue.popleft()
            if index != start + len(found):
                raise LogTamperedError(f"tree nodes of level {level} are not in order at {index}", hint=_KEEP)
            found.append(digest)
        return found

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest; nothing but all of them."""
        if after is not None:
            raise NotFoundError("a backup is read from its first entry", hint="restore it first")
        while True:
            while not self._notes and self._absorb():
                pass
            if not self._notes:
                return
            yield self._notes.popleft()

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
                frontier = tuple(packed[at : at + HASH] for at in range(0, len(packed), HASH))
                self._head = Head(size, frontier, note)
            case _:
                raise LogTamperedError(f"a row of `{table}` has not the agreed form", hint=_KEEP)
