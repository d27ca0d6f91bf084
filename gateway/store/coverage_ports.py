"""What may be asked of the store to hold the entries of the log against all that rests on them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Kept(NamedTuple):
    """An entry and what the store keeps beside it; what is not there is None.

    `wrapped` says whether the key of the detail's case is there. `acknowledged`: the message has a receipt.
    `receipt_of` is the index of the release whose receipt this entry is, -1 when its message is not there.
    """

    leaf_index: int
    entry: bytes
    detail: bool
    wrapped: bool
    recipient_salt: bytes | None
    partner: str | None
    message: str | None
    state: str | None
    acknowledged: bool
    receipt_of: int | None
    receipt_state: str | None


class Accounts(Protocol):
    """Entries with their details, messages and receipts, read by many at once."""

    def kept(self, start: int, stop: int) -> Sequence[Kept]:
        """Return the entries of [start, stop) in order, each with what is kept beside it."""
        ...

    def strays(self, size: int) -> Sequence[str]:
        """Name the tables with rows that belong to no entry of a log of `size`."""
        ...
