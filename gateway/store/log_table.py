"""The log's rows: leaves, perfect-subtree hashes and checkpoints (`gateway.store.ports.LogTable`), of one volume.

All volumes share the tables. A volume whose first entry is number `first` of all keeps its entry i as first + i, the
checkpoint of its first n entries as first + n, and its node (level, j) as ceil(first / 2^level) + j: there the volume
before it has none, as ceil(a) + floor(b) <= ceil(a + b).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from gateway.errors import LogTamperedError, LogUnavailableError, NotFoundError
from gateway.store.cells import blob, blobs, number, text
from gateway.store.ports import Head
from gateway.store.rows import frontier_of, shift_at
from gateway.store.schema import checkpoint, head, leaf, node, volume
from gateway.store.session import Session, Statement, Value

PAGE = 2048  # rows read at once when the whole log is walked
SMALLEST = -(2**31)  # what the databases take for an INTEGER

NEWEST = select(func.coalesce(func.max(volume.c.first), 0)).scalar_subquery()
FIRST = Statement(select(NEWEST))
HEAD = Statement(select(head.c.size, head.c.frontier, head.c.checkpoint, NEWEST))
HEAD_ALONE = Statement(select(head.c.size, head.c.frontier, head.c.checkpoint))
MOVE_HEAD = Statement(
    update(head)
    .where(head.c.size == bindparam("was"))
    .values({name: bindparam(name) for name in ("size", "frontier", "checkpoint")})
)
ADD_HEAD = Statement(insert(head))
ADD_CHECKPOINT = Statement(insert(checkpoint))
ADD_LEAF = Statement(insert(leaf))
ADD_NODE = Statement(insert(node))
LEAF = Statement(select(leaf.c.entry).where(leaf.c.idx == bindparam("idx")))
LEAVES = Statement(
    select(leaf.c.idx, leaf.c.entry)
    .where(leaf.c.idx >= bindparam("first"), leaf.c.idx < bindparam("last"))
    .order_by(leaf.c.idx)
)
LEVEL = Statement(
    select(node.c.hash)
    .where(node.c.level == bindparam("level"), node.c.idx >= bindparam("first"), node.c.idx < bindparam("last"))
    .order_by(node.c.idx)
)
NOTE = Statement(select(checkpoint.c.note).where(checkpoint.c.size == bindparam("size")))
NOTES = Statement(
    select(checkpoint.c.size, checkpoint.c.note)
    .where(checkpoint.c.size > bindparam("after"))
    .order_by(checkpoint.c.size)
    .limit(PAGE)
)
NODES_AT_ONCE = 32
ENDLESS = 1 << 31  # more entries than the databases take


@lru_cache(maxsize=NODES_AT_ONCE)
def _some_nodes(count: int) -> Statement:
    places = (and_(node.c.level == bindparam(f"level{i}"), node.c.idx == bindparam(f"index{i}")) for i in range(count))
    return Statement(select(node.c.level, node.c.idx, node.c.hash).where(or_(*places)))


class SqlLogTable:
    """LogTable on one open session."""

    def __init__(self, session: Session, *, first: int | None = None, sealed: Head | None = None) -> None:
        """Work inside the session's transaction: on the newest volume, or on one of which these are first and end."""
        self._session = session
        self._first = first
        self._sealed = sealed

    @property
    def first(self) -> int:
        """Return the index, over all volumes, of the volume's first entry."""
        if self._first is None:
            row = self._session.row(FIRST, {})
            self._first = 0 if row is None else number(row[0])
        return self._first

    def move_to(self, first: int) -> None:
        """Go on with the volume that this transaction begins there."""
        self._first = first

    def head(self) -> Head:
        """Return the head; an empty log has size 0.

        :raises LogTamperedError: it counts fewer entries than the volumes before have.
        """
        if self._sealed is not None:
            return self._sealed
        row = self._session.row(HEAD if self._first is None else HEAD_ALONE, {})
        if row is None:
            return Head(0, (), "")
        if self._first is None:
            self._first = number(row[3])
        size = number(row[0]) - self._first
        if size < 0:
            raise LogTamperedError(
                "the head of the log counts fewer entries than the volumes before it have",
                hint="keep the database; call the privacy officer",
            )
        if size == 0 and self._first:  # the volume begins: the row is still of the one before
            return Head(0, (), "")
        return Head(size, frontier_of(blob(row[1])), text(row[2]))

    def write_head(self, head: Head, *, was: int) -> None:
        """Replace the head if its size is still `was`, and keep the checkpoint by size.

        Sizes only grow over all volumes, so a process that did not see that a new one began finds another size.
        """
        if self._sealed is not None:
            raise LogUnavailableError("this volume of the log was closed", hint="this is a fault in the program")
        values: dict[str, Value] = {
            "size": self.first + head.size,
            "frontier": b"".join(head.frontier),
            "checkpoint": head.checkpoint,
        }
        if self._session.run(MOVE_HEAD, {**values, "was": self.first + was}) == 0:
            if self.first + was != 0 or self._session.row(HEAD_ALONE, {}) is not None:
                raise LogUnavailableError(
                    "another process wrote to this log", hint="run one gateway on this database, then start again"
                )
            self._session.run(ADD_HEAD, {"id": 0, **values})
        self._session.run(ADD_CHECKPOINT, {"size": values["size"], "note": head.checkpoint})

    def insert_leaf(self, index: int, entry: bytes) -> None:
        """Add the exact leaf bytes."""
        self._session.run(ADD_LEAF, {"idx": self.first + index, "entry": entry})

    def insert_nodes(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Add (level, index, hash) rows."""
        rows: list[dict[str, Value]] = [
            {"level": level, "idx": self._shift(level) + index, "hash": digest} for level, index, digest in nodes
        ]
        self._session.run_for_each(ADD_NODE, rows)

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        row = self._session.row(LEAF, {"idx": self.first + index}) if 0 <= index < self._size() else None
        if row is None:
            raise NotFoundError(f"the log has no entry {index}", hint="look at the size with `gateway log checkpoint`")
        return blob(row[0])

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order; raise LogTamperedError at a gap."""
        for first in range(start, stop, PAGE):
            last = min(first + PAGE, stop)
            rows = self._session.rows(LEAVES, {"first": self.first + first, "last": self.first + last})
            present, place = len(rows), self.first + first
            if [index for index, _ in rows] != list(range(place, self.first + last)):
                present = next((n for n, (index, _) in enumerate(rows) if index != place + n), present)
            yield from blobs(rows[:present], 1)
            if first + present != last:
                raise LogTamperedError(
                    f"entry {first + present} is missing", hint="keep the database; call the officer"
                )

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return the hashes of these nodes; raise LogTamperedError when one is missing."""
        found: dict[tuple[int, int], bytes] = {}
        for start in range(0, len(wanted), NODES_AT_ONCE):
            some = wanted[start : start + NODES_AT_ONCE]
            places = {f"level{i}": level for i, (level, _) in enumerate(some)}
            places |= {f"index{i}": self._shift(level) + index for i, (level, index) in enumerate(some)}
            for level, index, digest in self._session.rows(_some_nodes(len(some)), places):
                found[number(level), number(index) - self._shift(number(level))] = blob(digest)
        missing = next((place for place in wanted if place not in found), None)
        if missing is not None:
            raise LogTamperedError(
                f"tree node {missing[1]} of level {missing[0]} is missing", hint="keep the database; call the officer"
            )
        return found

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), in order."""
        shift = self._shift(level)
        last = shift + stop
        if self._sealed is not None:  # what follows is the next volume's
            last = min(last, shift_at(self.first + self._sealed.size, level))
        return blobs(self._session.rows(LEVEL, {"level": level, "first": shift + start, "last": last}))

    def checkpoint(self, size: int) -> str | None:
        """Return the signed note kept for this size, if there is one."""
        if size > self._size() or (size <= 0 < self.first):  # there stand other volumes' checkpoints
            return None
        row = self._session.row(NOTE, {"size": self.first + size})
        return None if row is None else text(row[0])

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest, of sizes above `after`; None: all there are."""
        last = self.first + self._size()
        # Before the very first volume there is nothing, so what stands there was put there.
        after = SMALLEST if after is None and not self.first else self.first + max(0, after or 0)
        while rows := self._session.rows(NOTES, {"after": after}):
            for size, note in rows:
                if number(size) > last:
                    return
                yield number(size) - self.first, text(note)
            after = number(rows[-1][0])

    def _size(self) -> int:
        """Return where this volume ends; for the newest one that is wherever its rows end."""
        return ENDLESS - self.first if self._sealed is None else self._sealed.size

    def _shift(self, level: int) -> int:
        return shift_at(self.first, level) if self.first else 0
