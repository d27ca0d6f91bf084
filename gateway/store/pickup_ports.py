"""What may be asked of the store about links that open once (decision 0018)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.model.views import PartState


@dataclass(frozen=True, slots=True)
class NewPickup:
    """A link as it is sealed: the tag that finds it, the key of its receipts, and its own secret in a sealed box."""

    message_id: str
    link_tag: str
    receipt_key: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pickup:
    """A link that opens once, with its message's part, partner, state and moment of sealing.

    `secret` is its sealed secret until the letter is made; `expires` is set then. `wrong` counts wrong codes; tags are
    keyed hashes; `opened_at` is when it was handed over, to the browser of `browser_tag`.
    """

    message_id: str
    link_tag: str
    receipt_key: str
    secret: bytes | None = field(repr=False)
    code_tag: str | None
    expires: dt.datetime | None
    wrong: int
    browser_tag: str | None
    opened_at: dt.datetime | None
    part_id: str
    partner: str
    state: PartState
    sealed_at: dt.datetime


class Pickups(Protocol):
    """Links that open once, by their message or by the tag of their id."""

    def add(self, pickup: NewPickup) -> None:
        """Keep a link, in the same transaction as its message."""
        ...

    def of_message(self, message_id: str) -> Pickup | None:
        """Return a message's link, if it goes by one."""
        ...

    def by_link(self, link_tag: str) -> Pickup | None:
        """Return the link with this tag, if there is one."""
        ...

    def made(self, message_id: str, *, expires: dt.datetime) -> None:
        """Destroy the secret: the letter is made, and the link opens until then."""
        ...

    def set_code(self, message_id: str, code_tag: str) -> None:
        """Replace the code."""
        ...

    def count_refusal(self, link_tag: str, *, wrong: int) -> None:
        """Count `wrong` (0 or 1) codes against the link with this tag, if there is one, and one refusal in all.

        MUST be the same work whether or not there is such a link.
        """
        ...

    def claim(self, message_id: str, browser_tag: str, at: dt.datetime) -> bool:
        """Note who opened it, once; return False when somebody had."""
        ...

    def forget_secret(self, message_id: str) -> None:
        """Destroy the secret of a message that shall not leave."""
        ...

    def forget_old_secrets(self, sealed_until: dt.datetime) -> int:
        """Destroy the secrets of messages that were sealed until this moment; return how many."""
        ...

    def unopened(self, requester: str) -> Sequence[tuple[str, Pickup]]:
        """Return (request id, link) of a person's messages that still wait to be opened, oldest first."""
        ...
