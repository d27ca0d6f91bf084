"""Notices: that something waits, never what. By which ways people and programs are told, and what is told of."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.terms import Json

TEAM = "team"
"""The recipient of a notice to the team; a partner's id never begins with these words (partners.yaml has no such)."""
APPROVERS = "approvers"
OFFICER = "officer"
"""The privacy officer's mailbox, for what only the officer can answer."""
DEPUTIES = "deputies"
SUBSTITUTE = "/substitute"
"""After a partner's id: the desk that looks while the partner's own is away. No id holds a slash."""


class MessageKind(StrEnum):
    """What a part of a request is: data, the word that earlier data are to be destroyed, or data in place of earlier.

    What was said by telephone is a part as well, and no message: nothing of it was sealed.
    """

    DISCLOSURE = "disclosure"
    RECALL = "recall"
    CORRECTION = "correction"
    ORAL = "oral"


class NoticeKind(StrEnum):
    """Why somebody is told. It is never told itself: a notice has the same words whatever its reason."""

    MESSAGE = "message"  # a partner's inbox has a new message
    REMINDER = "reminder"  # a partner owes a receipt
    APPROVAL = "approval"  # something waits for an approver
    QUESTION = "question"  # something waits for the privacy officer
    ATTENTION = "attention"  # something waits for the team: a message not for its recipient, or one to phone


class Channel(StrEnum):
    """The way of a notice."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class NoticeWishes:
    """How a partner wants to be told (partners.yaml, `notices`): by e-mail to its desk, and at an own address."""

    by_email: bool = True
    webhook: str | None = None


@dataclass(frozen=True, slots=True)
class Channels:
    """Which ways this gateway has. `team`, `approvers`, `officer` and `deputies`: whether there is an address for them.

    `remind_after` is how long something may wait for an approver before they are told again.
    """

    email: bool = False
    webhook: bool = False
    team: bool = False
    approvers: bool = False
    officer: bool = False
    deputies: bool = False
    remind_after: dt.timedelta = dt.timedelta(hours=24)


class Missing(StrEnum):
    """What is wrong with the receipts of a message."""

    UNANSWERED = "unanswered"  # the partner did not say that it received the message
    UNDESTROYED = "undestroyed"  # the day came by which it had to destroy the message, and it did not say that it did
    NOT_FOR_US = "not_for_us"  # the partner says that the message is not for it


@dataclass(frozen=True, slots=True)
class OwedLine:
    """A receipt that is missing, as the team sees it: no case number, nothing of what the message held."""

    disclosure_id: str
    message_id: str
    partner: str
    kind: MessageKind
    what: Missing
    urgent: bool
    since: dt.datetime
    reminders: int

    def to_json(self) -> dict[str, Json]:
        """Return the form of the command's and the interface's answer."""
        return {
            "request": self.disclosure_id,
            "message": self.message_id,
            "partner": self.partner,
            "kind": self.kind.value,
            "missing": self.what.value,
            "urgent": self.urgent,
            "since": self.since.isoformat(timespec="minutes"),
            "reminders": self.reminders,
        }
