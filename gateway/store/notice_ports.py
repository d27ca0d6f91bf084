"""What is asked of the store about notices, and about receipts that are owed (`gateway.store.ports`)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gateway.model.notices import Channel, MessageKind, NoticeKind
from gateway.model.views import PartState


class NoticeState(StrEnum):
    """The life of a notice."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """Somebody is to be told. `id` is a random UUID, the same at each try, so that a repeat is recognised.

    `recipient` is a partner's id, perhaps with SUBSTITUTE, or TEAM or APPROVERS; `message_id` is what it is about, for
    the gateway alone.
    """

    id: str
    kind: NoticeKind
    channel: Channel
    recipient: str
    message_id: str | None
    urgent: bool
    created_at: dt.datetime
    due_at: dt.datetime
    tries: int = 0
    state: NoticeState = NoticeState.WAITING


@dataclass(frozen=True, slots=True)
class Owed:
    """A message whose partner may owe a receipt: `receipts` are the states it has told."""

    message_id: str
    disclosure_id: str
    partner: str
    kind: MessageKind
    sent_at: dt.datetime
    state: PartState
    urgent: bool
    destroy_by: str | None
    receipts: frozenset[str]


class Notices(Protocol):
    """Notices, queued in the same transaction as what they tell of."""

    def add(self, notice: StoredNotice) -> None:
        """Queue a notice."""
        ...

    def due(self, now: dt.datetime, limit: int) -> Sequence[tuple[StoredNotice, PartState | None]]:
        """Return notices that may be tried now, the urgent and then the oldest first, with their messages' states."""
        ...

    def claim(self, notice: StoredNotice, *, until: dt.datetime) -> bool:
        """Keep others from trying it until then; return False when another was first. MUST be atomic."""
        ...

    def change(self, notice: StoredNotice) -> None:
        """Replace what became of it: state, tries and when it is due."""
        ...

    def drop(self, notice_id: str) -> None:
        """Delete a notice that is no longer true."""
        ...

    def has_sent(self, before: dt.datetime) -> bool:
        """Say whether `forget_sent` would delete anything."""
        ...

    def forget_sent(self, before: dt.datetime) -> int:
        """Delete what was sent or given up and is older than this; return how many."""
        ...

    def last_of(self, message_id: str) -> Mapping[NoticeKind, tuple[dt.datetime, int]]:
        """Return when each kind of notice about a message was last queued, and how often."""
        ...

    def counts(self) -> Mapping[NoticeState, int]:
        """Return how many notices there are in each state."""
        ...

    def owed(self, *, sent_before: dt.datetime, on: dt.date) -> Sequence[Owed]:
        """Return messages sent before a moment without any receipt, not for their recipient, or past `destroy_by`."""
        ...
