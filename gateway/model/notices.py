"""Notices: that something waits, never what. By which ways people and programs are told, and what is told of."""

from dataclasses import dataclass
from enum import StrEnum

TEAM = "team"
"""The recipient of a notice to the team; a partner's id never begins with these words (partners.yaml has no such)."""
APPROVERS = "approvers"


class MessageKind(StrEnum):
    """What a sealed message is: data, the word that earlier data are to be destroyed, or data in place of earlier."""

    DISCLOSURE = "disclosure"
    RECALL = "recall"
    CORRECTION = "correction"


class NoticeKind(StrEnum):
    """Why somebody is told. It is never told itself: a notice has the same words whatever its reason."""

    MESSAGE = "message"  # a partner's inbox has a new message
    REMINDER = "reminder"  # a partner owes a receipt
    APPROVAL = "approval"  # something waits for an approver
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
    """Which ways this gateway has. `team` and `approvers`: whether there is an address for them."""

    email: bool = False
    webhook: bool = False
    team: bool = False
    approvers: bool = False
