"""What the stages ask of the store at the partners' door (`ports.Unit`)."""

import datetime as dt
from typing import Protocol

from gateway.model.tokens import AccessGrant


class Door(Protocol):
    """What partners show at the door: single-use assertions and short-lived tokens."""

    def remember_assertion(self, tag: str, *, expires: dt.datetime) -> bool:
        """Note an assertion; return False when it was seen before. MUST be atomic."""
        ...

    def add_token(self, digest: str, grant: AccessGrant) -> None:
        """Keep the digest of an access token, and what it stands for."""
        ...

    def token_grant(self, digest: str, *, now: dt.datetime) -> AccessGrant | None:
        """Return what this token stands for, if it is still good."""
        ...

    def forget_expired(self, now: dt.datetime) -> None:
        """Drop assertions and tokens that are over."""
        ...

    def forget_tokens_of(self, partner: str) -> None:
        """Drop every token of a partner: whoever holds one signs in again, with a key that counts."""
        ...
