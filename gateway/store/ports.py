"""What the stages may ask of the store. They see these Protocols, never SQLAlchemy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """The state of the log after the last commit.

    `frontier` holds the roots of the perfect subtrees of `size`, largest first (RFC 9162 section 2.1.2);
    `checkpoint` is the C2SP signed note over this size and root ("" before the first entry).
    """

    size: int
    frontier: tuple[bytes, ...]
    checkpoint: str


class LogTable(Protocol):
    """Leaves, perfect-subtree hashes and checkpoints. Rows are only ever added."""

    def head(self) -> Head:
        """Return the head; an empty log has size 0."""
        ...

    def write_head(self, head: Head, *, was: int) -> None:
        """Replace the head and keep its checkpoint by size.

        MUST raise LogUnavailableError when the stored size is not `was`: someone else wrote (the fence).
        """
        ...

    def insert_leaf(self, index: int, entry: bytes) -> None:
        """Add the exact leaf bytes. MUST NOT replace an entry."""
        ...

    def insert_nodes(self, nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Add (level, index, hash) of perfect subtrees; level 0 holds the leaf hashes."""
        ...

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        ...

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order."""
        ...

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return the hashes of these (level, index) nodes; raise LogTamperedError when one is missing."""
        ...

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), in order."""
        ...

    def checkpoint(self, size: int) -> str | None:
        """Return the signed note kept for this size, if there is one."""
        ...

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest."""
        ...


class LogBatch(Protocol):
    """The log while one transaction is open: many jobs append, and the batch signs one checkpoint at its end."""

    def append(self, entry: bytes) -> int:
        """Add a leaf and return its index."""
        ...

    def mark(self) -> object:
        """Return the state to come back to when a job of the batch fails."""
        ...

    def back_to(self, mark: object) -> None:
        """Forget what was appended since `mark` (the store rolls its rows back itself)."""
        ...

    def close(self) -> None:
        """Write the head and one signed checkpoint, if anything was appended."""
        ...
