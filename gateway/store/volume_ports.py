"""What may be asked of the store about the log's volumes: one for each year, one after another.

Inside a volume everything counts from its own first entry, as C2SP has it: `LogTable`. Everywhere else an index counts
from the gateway's very first entry, so that no page, key or command changes when a year ends: `Book`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the ports of the whole store name these
    from gateway.store.ports import LogTable


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume: its name ("" while the very first entry is to come), the index of its first entry, its size."""

    first: int
    origin: str
    size: int


class Book(Protocol):
    """The log of all years. Indexes and sizes here count from the gateway's very first entry."""

    def size(self) -> int:
        """Return how many entries there are in all volumes."""
        ...

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        ...

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order."""
        ...

    def volumes(self) -> Sequence[Volume]:
        """Return the volumes, the first one first.

        :raises LogTamperedError: they do not follow one another.
        """
        ...

    def volume(self, number: int) -> "LogTable":
        """Return one of `volumes` by its place among them; all but the newest can only be read."""
        ...

    def ends_of(self, number: int) -> tuple[bytes, bytes]:
        """Return the first and the last entry of one of `volumes`, by its place among them."""
        ...

    def place_of(self, index: int) -> "tuple[LogTable, int]":
        """Return the volume that an entry stands in, and its index there; raise NotFoundError when there is none."""
        ...

    def begin(self, origin: str) -> int:
        """Begin a new volume of this name, and return the index of its first entry, which MUST be added at once.

        From here on `Unit.log` is the new volume. MUST NOT be called when anything was appended in this transaction.

        :raises LogUnavailableError: there is a volume of this name, or the newest one has no entries.
        """
        ...
