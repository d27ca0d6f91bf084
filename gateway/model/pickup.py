"""A link that opens once, as the team sees it (decision 0018)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.terms import Json

SECRET_KEPT = dt.timedelta(days=5)
"""How long the secret of a link waits for its letter."""


class LinkState(StrEnum):
    """Where a link stands."""

    READY = "ready"  # sealed; the letter was not made yet
    LOST = "lost"  # the letter was not made in time, or the message was taken back
    SENT = "sent"  # the letter was made; it waits to be opened
    EXPIRED = "expired"
    CLOSED = "closed"  # after too many wrong codes
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link. `until` is when the letter must have been made, or opened; `overdue`: it should have been opened by now.

    `mine`: this person may make the letter and the code.
    """

    state: LinkState
    until: dt.datetime | None
    has_code: bool
    tries_left: int
    overdue: bool
    mine: bool

    def to_json(self) -> dict[str, Json]:
        """Return the form of the staff interface."""
        return {
            "state": self.state.value,
            "until": None if self.until is None else self.until.isoformat(),
            "has_code": self.has_code,
            "tries_left": self.tries_left,
            "overdue": self.overdue,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just made: the fragment that goes behind the address, and until when it opens."""

    fragment: str
    until: dt.datetime

    def __repr__(self) -> str:
        """Show nothing of it: the fragment opens the message."""
        return "Link()"
