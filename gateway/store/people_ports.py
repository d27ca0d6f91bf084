"""What the pipeline may ask of the store about people who are signed in, and about what partners tell the team."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredSignIn:
    """A session. `digest` is of the cookie's token, `owner` tags the account, `box` opens with that token alone."""

    digest: str
    owner: str
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

    def remove_oldest(self, owner: str, *, keep: int) -> None:
        """End an account's sessions but the `keep` newest; those that end last are the newest."""
        ...

    def forget_ended(self, now: dt.datetime) -> None:
        """Drop the sessions that are over."""
        ...


@dataclass(frozen=True, slots=True)
class StoredSignal:
    """A partner's signal; `box` holds who sent what, under the key of the gateway's own affairs."""

    id: str
    received_at: dt.datetime
    idempotency_tag: str
    body_tag: str
    box: bytes = field(repr=False)
    leaf_index: int
    handled_by: str | None = None
    handled_at: dt.datetime | None = None


class Signals(Protocol):
    """What partners told the team, and desks that are away."""

    def add(self, signal: StoredSignal) -> None:
        """Keep a signal."""
        ...

    def by_idempotency(self, tag: str) -> StoredSignal | None:
        """Return the signal that was sent with this key, if any."""
        ...

    def since(self, moment: dt.datetime) -> Sequence[StoredSignal]:
        """Return the signals received after a moment, newest first."""
        ...

    def handle(self, signal_id: str, *, by: str, at: dt.datetime) -> None:
        """Note who handled a signal; raise NotFoundError when there is none that is still open."""
        ...

    def is_addressed(self, message_id: str, *, partner: str) -> bool:
        """Say whether a message of this partner's inbox has this id. ONE statement, whatever the answer."""
        ...

    def lift_for_message(self, message_id: str, *, partner: str) -> None:
        """Lift what the hand-over behind this partner's message held. ONE statement, whatever there is to lift."""
        ...

    def forget_until(self, moment: dt.datetime) -> Sequence[StoredSignal]:
        """Delete the signals received up to a moment, and return them."""
        ...

    def away(self, partner: str) -> str | None:
        """Return until which day (ISO) a partner's desk is away, if it ever was."""
        ...

    def set_away(self, partner: str, until: str, leaf_index: int) -> None:
        """Note until which day a desk is away."""
        ...
