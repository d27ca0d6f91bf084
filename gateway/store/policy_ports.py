"""What may be asked of the store about policies that were active, and about decisions that were erased."""

from collections.abc import Sequence
from typing import Protocol

from gateway.store.records import StoredBundle, Tally


class Bundles(Protocol):
    """Every policy that was ever active. Rows are only ever added."""

    def newest(self) -> StoredBundle | None:
        """Return the bundle with the highest sequence number, if any was ever active."""
        ...

    def by_digest(self, digest: str) -> StoredBundle | None:
        """Return the bundle with this digest; when it was active more than once, its newest row."""
        ...

    def sequences(self) -> Sequence[tuple[int, str]]:
        """Return (sequence number, digest) of every bundle, oldest first."""
        ...

    def add(self, bundle: StoredBundle) -> None:
        """Keep a bundle, in the transaction of its leaf. MUST raise DuplicateRequestError when its number is taken."""
        ...


class Counts(Protocol):
    """Counts of erased decisions: no case, partner, entry or order."""

    def add(self, counted: Tally) -> None:
        """Add to the count with this tag; its box is kept the first time only."""
        ...

    def all(self) -> Sequence[Tally]:
        """Return every count, in order of its tag, which tells nothing."""
        ...
