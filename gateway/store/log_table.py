"""The log's rows: leaves, perfect-subtree hashes and checkpoints (`gateway.store.ports.LogTable`)."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, and_, insert, or_, select, update

from gateway.errors import LogTamperedError, LogUnavailableError, NotFoundError
from gateway.store import schema
from gateway.store.ports import Head

HASH = 32  # bytes in a SHA-256 node
PAGE = 2000  # leaves read at once when the whole log is walked


class SqlLogTable:
    """LogTable on one open connection."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._connection = connection

    def head(self) -> Head:
        """Return the head; an empty log has size 0."""
        row = self._connection.execute(select(schema.head)).one_or_none()
        if row is None:
            return Head(0, (), "")
        packed = bytes(row.frontier)
        return Head(row.size, tuple(packed[i : i + HASH] for i in range(0, len(packed), HASH)), row.checkpoint)

    def write_head(self, head: Head, *, was: int) -> None:
        """Replace the head if its size is still `was`, and keep the checkpoint by size."""
        values = {"size": head.size, "frontier": b"".join(head.frontier), "checkpoint": head.checkpoint}
        fenced = update(schema.head).where(schema.head.c.size == was).values(values)
        if self._connection.execute(fenced).rowcount == 0:
            if was != 0 or self._connection.execute(select(schema.head.c.id)).first() is not None:
                raise LogUnavailableError(
                    "another process wrote to this log", hint="run one gateway on this database, then start again"
                )
            self._connection.execute(insert(schema.head).values(id=0, **values))
        self._connection.execute(insert(schema.checkpoint).values(size=head.size, note=head.checkpoint))

    def insert_leaf(self, index: int, entry: bytes) -> None:
        """Add the exact leaf bytes."""
        self._connection.execute(insert(schema.leaf), {"idx": index, "entry": entry})

    def insert_nodes(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Add (level, index, hash) rows."""
        if nodes:
            rows = [{"level": level, "idx": index, "hash": digest} for level, index, digest in nodes]
            self._connection.execute(insert(schema.node), rows)

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        found = self._connection.execute(select(schema.leaf.c.entry).where(schema.leaf.c.idx == index)).scalar()
        if found is None:
            raise NotFoundError(f"the log has no entry {index}", hint="look at the size with `gateway log checkpoint`")
        return bytes(found)

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order; raise LogTamperedError at a gap."""
        leaf = schema.leaf.c
        for first in range(start, stop, PAGE):
            last = min(first + PAGE, stop)
            wanted = select(leaf.idx, leaf.entry).where(leaf.idx >= first, leaf.idx < last).order_by(leaf.idx)
            expected = first
            for row in self._connection.execute(wanted):
                if row.idx != expected:
                    break
                expected += 1
                yield bytes(row.entry)
            if expected != last:
                raise LogTamperedError(f"entry {expected} is missing", hint="keep the database; call the officer")

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return the hashes of these nodes; raise LogTamperedError when one is missing."""
        node = schema.node.c
        found: dict[tuple[int, int], bytes] = {}
        for some in batched_list(wanted):
            match = or_(*(and_(node.level == level, node.idx == index) for level, index in some))
            for row in self._connection.execute(select(schema.node).where(match)):
                found[row.level, row.idx] = bytes(row.hash)
        missing = next((place for place in wanted if place not in found), None)
        if missing is not None:
            raise LogTamperedError(
                f"tree node {missing[1]} of level {missing[0]} is missing", hint="keep the database; call the officer"
            )
        return found

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), in order."""
        node = schema.node.c
        wanted = select(node.hash).where(node.level == level, node.idx >= start, node.idx < stop).order_by(node.idx)
        return [bytes(digest) for digest in self._connection.execute(wanted).scalars()]

    def checkpoint(self, size: int) -> str | None:
        """Return the signed note kept for this size, if there is one."""
        kept = schema.checkpoint.c
        note: str | None = self._connection.execute(select(kept.note).where(kept.size == size)).scalar()
        return note

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest."""
        kept = schema.checkpoint.c
        for row in self._connection.execute(select(kept.size, kept.note).order_by(kept.size)):
            yield row.size, row.note


def batched_list(places: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    """Yield the places in runs short enough for one statement."""
    for start in range(0, len(places), 100):
        yield places[start : start + 100]
