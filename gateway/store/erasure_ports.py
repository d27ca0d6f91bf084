"""What may be asked of the store when a case is erased."""

from collections.abc import Iterable
from typing import Protocol

from gateway.store.records import ErasedSet


class Erasures(Protocol):
    """What is destroyed with a case beside its key and details, and the set of entries that erasures explain."""

    def destroy_requests(self, case_id: str) -> None:
        """Delete every request of a case and all that hangs on it, links and receipts too; no leaf is touched."""
        ...

    def forget_moments(self, consents: Iterable[str]) -> None:
        """Forget when these consents were withdrawn; that they were stays, so that none is used again."""
        ...

    def explained(self) -> ErasedSet | None:
        """Return the set of erased entries; None before the first erasure."""
        ...

    def explain(self, erased: ErasedSet) -> None:
        """Replace the set. MUST be in the transaction of the entry that commits to it."""
        ...
