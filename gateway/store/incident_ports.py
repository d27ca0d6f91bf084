"""What may be asked of the store about incidents, and about doubts who owns a dwelling."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredIncident:
    """An incident: `box` opens with its own key, which `wrapped` holds under the gateway's."""

    id: str
    owner: str
    case_tag: str = field(repr=False)
    wrapped: bytes = field(repr=False)
    box: bytes = field(repr=False)
    created_at: dt.datetime
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class StoredDoubt:
    """A request in which the land register and the list of holdings disagreed, or the look was too long ago."""

    disclosure_id: str
    leaf_index: int
    at: dt.datetime


class Incidents(Protocol):
    """Incidents of the team; nobody finds one that is over."""

    def add(self, incident: StoredIncident) -> None:
        """Keep a new incident."""
        ...

    def get(self, incident_id: str, *, now: dt.datetime) -> StoredIncident | None:
        """Return an incident that is not over."""
        ...

    def open(self, *, now: dt.datetime) -> Sequence[StoredIncident]:
        """Return every incident that is not over, newest first."""
        ...

    def remove(self, incident_id: str) -> None:
        """Delete an incident with its key."""
        ...

    def forget_case(self, case_tag: str) -> None:
        """Delete the incidents of a case with their keys."""
        ...

    def forget_expired(self, now: dt.datetime) -> Sequence[StoredIncident]:
        """Delete the incidents that are over, and return them."""
        ...

    def add_doubt(self, doubt: StoredDoubt) -> None:
        """Keep a doubt for the officers' list."""
        ...

    def doubts(self, limit: int) -> Sequence[StoredDoubt]:
        """Return the newest doubts, newest first."""
        ...
