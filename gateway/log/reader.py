"""What verification reads: a database, an export, or a backup that streams by."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from gateway.store.ports import Head


class LogReader(Protocol):
    """The reading half of `gateway.store.ports.LogTable`."""

    def head(self) -> Head:
        """Return the head."""
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
        """Return the hashes at one level for [start, stop), as far as they exist."""
        ...

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest, of sizes above `after`; None: all there are."""
        ...
