"""What the pipeline may ask of the store about people who are signed in."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredSignIn:
    """A session. `digest` is of the token in the cookie; `box` opens with that token alone."""

    digest: str
    box: bytes = field(repr=False)
    ends: dt.datetime
    idle_ends: dt.datetime


class SignIns(Protocol):
    """Sessions of people."""

    def add(self, sign_in: StoredSignIn) -> None:
        """Keep a new session."""
        ...

    def get(self, digest: str, *, now: dt.datetime) -> StoredSignIn | None:
        """Return a session that has not ended, neither by age nor by idleness."""
        ...

    def prolong(self, digest: str, *, idle_ends: dt.datetime, now: dt.datetime) -> None:
        """Move the moment at which idleness ends a session that has not ended."""
        ...

    def remove(self, digest: str) -> None:
        """End a session at once."""
        ...

    def forget_ended(self, now: dt.datetime) -> None:
        """Drop the sessions that are over."""
        ...
