"""A log table in dictionaries: what the log's own rules are tested on, and altered in."""

from collections.abc import Iterator, Mapping, Sequence

from gateway.errors import LogTamperedError, LogUnavailableError, NotFoundError
from gateway.store.ports import Head


class MemoryTable:
    """LogTable (`gateway.store.ports`) without a database. Tests alter its dictionaries as an administrator could."""

    first = 0  # it is the first volume of its log

    def __init__(self) -> None:
        """Start empty."""
        self.stored_head = Head(0, (), "")
        self.entries: dict[int, bytes] = {}
        self.hashes: dict[tuple[int, int], bytes] = {}
        self.notes: dict[int, str] = {}
        self.reads = 0

    def head(self) -> Head:
        """Return the head, and count that it was asked for."""
        self.reads += 1
        return self.stored_head

    def write_head(self, head: Head, *, was: int) -> None:
        """Replace the head behind the fence."""
        if self.stored_head.size != was:
            raise LogUnavailableError("another process wrote to this log", hint="run one gateway only")
        self.stored_head = head
        self.notes[head.size] = head.checkpoint

    def insert_leaf(self, index: int, entry: bytes) -> None:
        """Add a leaf, never over another."""
        assert index not in self.entries
        self.entries[index] = entry

    def insert_nodes(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Add nodes, never over others."""
        for level, index, digest in nodes:
            assert (level, index) not in self.hashes
            self.hashes[level, index] = digest

    def leaf(self, index: int) -> bytes:
        """Return a leaf."""
        if index not in self.entries:
            raise NotFoundError("there is no such entry", hint="look at the size")
        return self.entries[index]

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield leaves in order."""
        for index in range(start, stop):
            if index not in self.entries:
                raise LogTamperedError(f"entry {index} is missing", hint="call the officer")
            yield self.entries[index]

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return nodes."""
        if any(place not in self.hashes for place in wanted):
            raise LogTamperedError("a tree node is missing", hint="call the officer")
        return {place: self.hashes[place] for place in wanted}

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return one level's hashes, as far as they exist."""
        return [self.hashes[level, index] for index in range(start, stop) if (level, index) in self.hashes]

    def checkpoint(self, size: int) -> str | None:
        """Return the note kept for a size."""
        return self.notes.get(size)

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield the notes by size."""
        yield from ((size, note) for size, note in sorted(self.notes.items()) if after is None or size > after)
