"""What the pipeline may ask of the store about approvals: what is open, what went against advice, who is a deputy."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from gateway.model.people import StaffRole
from gateway.store.records import Judgement


class DeputyState(StrEnum):
    """The life of a deputyship."""

    NAMED = "named"  # the deputy has not agreed yet, and may do nothing
    AGREED = "agreed"
    ENDED = "ended"  # before its last day


@dataclass(frozen=True, slots=True)
class StoredDeputy:
    """Who acts in whose place, in one role, from the first to the last day (both included).

    `giver` and `deputy` are identities; `box` holds their names, under the key of the gateway's own affairs.
    """

    id: str
    giver: str
    deputy: str
    role: StaffRole
    begins: dt.date
    ends: dt.date
    state: DeputyState
    box: bytes = field(repr=False)
    leaf_index: int


class Approvals(Protocol):
    """Parts that somebody must still judge, and deputies."""

    def open_parts(self, limit: int) -> Sequence[str]:
        """Return the ids of parts that wait, or whose review is open: the soonest review first, then the oldest."""
        ...

    def against_advice(self, limit: int) -> Sequence[tuple[str, Judgement]]:
        """Return the newest decisions that differ from the FG's advice, each with the id of its request."""
        ...

    def last_told(self) -> dt.datetime | None:
        """Return when a notice for the approvers was last queued."""
        ...

    def add_deputy(self, deputy: StoredDeputy) -> None:
        """Keep a new deputyship."""
        ...

    def deputy(self, deputy_id: str) -> StoredDeputy:
        """Return a deputyship; raise NotFoundError when there is none."""
        ...

    def change_deputy(self, deputy: StoredDeputy, *, was: DeputyState) -> None:
        """Replace its state, box and entry. MUST raise DuplicateRequestError when its state is no longer `was`."""
        ...

    def deputies_of(self, person: str) -> Sequence[StoredDeputy]:
        """Return the deputyships that this person gave or was given, the latest first."""
        ...

    def deputies(self, *, on: dt.date) -> Sequence[StoredDeputy]:
        """Return everybody's deputyships whose last day is this one or later, and that were not ended before."""
        ...

    def stands_in(self, person: str, *, on: dt.date) -> Sequence[StoredDeputy]:
        """Return the deputyships under which this person may act on this day."""
        ...

    def has_deputies(self, *, on: dt.date) -> bool:
        """Say whether anybody acts in somebody's place on this day."""
        ...

    def forget_deputies(self, before: dt.date) -> None:
        """Delete those whose last day was before this one."""
        ...
