"""What is asked of the store about combinations without a rule, and about the figures of months that are over."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.model.decision import Approval, Outcome
from gateway.model.views import PartState


@dataclass(frozen=True, slots=True)
class StoredGap:
    """A combination that people asked about. `box` holds which, under the key of the gateway's own affairs.

    Days are ISO dates. `leaf_index` is the entry of the answer; None while there is none.
    """

    tag: str
    box: bytes = field(repr=False)
    first_on: str
    last_on: str
    asked: int
    answer: str | None = None
    due: str | None = None
    answered_on: str | None = None
    leaf_index: int | None = None


class Gaps(Protocol):
    """Combinations without a rule."""

    def note_ask(self, tag: str, on: str) -> bool:
        """Keep that somebody asked on a day; return False when that is known already."""
        ...

    def forget_asks(self, before: str) -> int:
        """Delete who asked before a day; return how many. The counts stay."""
        ...

    def get(self, tag: str) -> StoredGap | None:
        """Return a combination, if anybody asked about it."""
        ...

    def all(self) -> Sequence[StoredGap]:
        """Return every combination, in order of its tag, which tells nothing."""
        ...

    def put(self, gap: StoredGap) -> None:
        """Keep a combination, in place of what was kept of it."""
        ...


@dataclass(frozen=True, slots=True)
class CountedPart:
    """One part of a request: when somebody first judged it, and when its recipient first answered, if they did."""

    disclosure_id: str
    approval: Approval
    state: PartState
    judged_at: dt.datetime | None
    received_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CountedRequest:
    """One request, as it is counted: where its ground stands in the log, and nothing of whom it is about."""

    id: str
    leaf_index: int
    outcome: Outcome
    submitted_at: dt.datetime


class Figures(Protocol):
    """What is counted of a month, and what was published of it."""

    def requests(self, start: dt.datetime, stop: dt.datetime) -> Sequence[CountedRequest]:
        """Return the requests submitted in [start, stop), oldest first."""
        ...

    def parts(self, start: dt.datetime, stop: dt.datetime) -> Sequence[CountedPart]:
        """Return the parts of those requests; recalls and corrections are none of them."""
        ...

    def published(self, month: str) -> str | None:
        """Return what was published of a month, if anything was."""
        ...

    def publish(self, month: str, body: str) -> None:
        """Keep what is published of a month; it never changes. What was published before stays."""
        ...
