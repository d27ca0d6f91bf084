"""The log's rows: leaves, perfect-subtree hashes and checkpoints (`gateway.store.ports.LogTable`)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import and_, bindparam, insert, or_, select, update

from gateway.errors import LogTamperedError, LogUnavailableError, NotFoundError
from gateway.store.cells import blob, blobs, number, text
from gateway.store.ports import Head
from gateway.store.schema import checkpoint, head, leaf, node
from gateway.store.session import Session, Statement, Value

HASH = 32  # bytes in a SHA-256 node
PAGE = 2048  # rows read at once when the whole log is walked
SMALLEST = -(2**31)  # what the databases take for an INTEGER

HEAD = Statement(select(head.c.size, head.c.frontier, head.c.checkpoint))
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


@lru_cache(maxsize=NODES_AT_ONCE)
def _some_nodes(count: int) -> Statement:
    places = (and_(node.c.level == bindparam(f"level{i}"), node.c.idx == bindparam(f"index{i}")) for i in range(count))
    return Statement(select(node.c.level, node.c.idx, node.c.hash).where(or_(*places)))


class SqlLogTable:
    """LogTable on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def head(self) -> Head:
        """Return the head; an empty log has size 0."""
        row = self._session.row(HEAD, {})
        if row is None:
            return Head(0, (), "")
        packed = blob(row[1])
        return Head(number(row[0]), tuple(packed[i : i + HASH] for i in range(0, len(packed), HASH)), text(row[2]))

    def write_head(self, head: Head, *, was: int) -> None:
        """Replace the head if its size is still `was`, and keep the checkpoint by size."""
        values: dict[str, Value] = {
            "size": head.size,
            "frontier": b"".join(head.frontier),
            "checkpoint": head.checkpoint,
        }
        if self._session.run(MOVE_HEAD, {**values, "was": was}) == 0:
            if was != 0 or self._session.row(HEAD, {}) is not None:
                raise LogUnavailableError(
                    "another process wrote to this log", hint="run one gateway on this database, then start again"
                )
            self._session.run(ADD_HEAD, {"id": 0, **values})
        self._session.run(ADD_CHECKPOINT, {"size": head.size, "note": head.checkpoint})

    def insert_leaf(self, index: int, entry: bytes) -> None:
        """Add the exact leaf bytes."""
        self._session.run(ADD_LEAF, {"idx": index, "entry": entry})

    def insert_nodes(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Add (level, index, hash) rows."""
        rows: list[dict[str, Value]] = [
            {"level": level, "idx": index, "hash": digest} for level, index, digest in nodes
        ]
        self._session.run_for_each(ADD_NODE, rows)

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        row = self._session.row(LEAF, {"idx": index})
        if row is None:
            raise NotFoundError(f"the log has no entry {index}", hint="look at the size with `gateway log checkpoint`")
        return blob(row[0])

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order; raise LogTamperedError at a gap."""
        for first in range(start, stop, PAGE):
            last = min(first + PAGE, stop)
            rows = self._session.rows(LEAVES, {"first": first, "last": last})
            present = len(rows)
            if [index for index, _ in rows] != list(range(first, last)):
                present = next((n for n, (index, _) in enumerate(rows, first) if index != n), first + present) - first
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
            places |= {f"index{i}": index for i, (_, index) in enumerate(some)}
            for level, index, digest in self._session.rows(_some_nodes(len(some)), places):
                found[number(level), number(index)] = blob(digest)
        missing = next((place for place in wanted if place not in found), None)
        if missing is not None:
            raise LogTamperedError(
                f"tree node {missing[1]} of level {missing[0]} is missing", hint="keep the database; call the officer"
            )
        return found

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), in order."""
        rows = self._session.rows(LEVEL, {"level": level, "first": start, "last": stop})
        return blobs(rows)

    def checkpoint(self, size: int) -> str | None:
        """Return the signed note kept for this size, if there is one."""
        row = self._session.row(NOTE, {"size": size})
        return None if row is None else text(row[0])

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest, of sizes above `after`; None: all there are."""
        after = SMALLEST if after is None else after
        while rows := self._session.rows(NOTES, {"after": after}):
            for size, note in rows:
                yield number(size), text(note)
            after = number(rows[-1][0])
