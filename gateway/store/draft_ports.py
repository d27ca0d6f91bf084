"""What may be asked of the store about requests that somebody is still typing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.model.draft import Abandoned


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft: `box` opens with its own key, which `wrapped` holds under the gateway's."""

    id: str
    owner: str
    ground: str
    wrapped: bytes = field(repr=False)
    box: bytes = field(repr=False)
    created_at: dt.datetime
    expires: dt.datetime

    @property
    def month(self) -> str:
        """Return the month under which it counts when nobody sends it: that in which it was begun."""
        return self.created_at.strftime("%Y-%m")


class Drafts(Protocol):
    """Drafts, each of one person; nobody finds another's, nor one that is over."""

    def add(self, draft: StoredDraft) -> None:
        """Keep a new draft."""
        ...

    def get(self, draft_id: str, *, owner: str, now: dt.datetime) -> StoredDraft | None:
        """Return a person's own draft; None for an absent one, one that is over and another's alike."""
        ...

    def of_owner(self, owner: str, *, now: dt.datetime) -> Sequence[StoredDraft]:
        """Return a person's own drafts, oldest first."""
        ...

    def change(self, draft_id: str, *, owner: str, ground: str, box: bytes) -> None:
        """Replace what a person's own draft holds."""
        ...

    def remove(self, draft_id: str, *, owner: str) -> StoredDraft | None:
        """Delete a person's own draft with its key, and return it; None when there is none."""
        ...

    def forget_expired(self, now: dt.datetime) -> Sequence[StoredDraft]:
        """Delete the drafts that are over, and return them."""
        ...

    def count_abandoned(self, month: str, ground: str) -> None:
        """Count one draft that was never submitted."""
        ...

    def abandoned(self) -> Sequence[Abandoned]:
        """Return the counts, by month and ground."""
        ...
