"""What people see of a disclosure: on the team's pages, in the staff API and in the demo's account."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.decision import Approval, Outcome
from gateway.model.terms import Json, Text


class FieldState(StrEnum):
    """What happens with one requested field."""

    RELEASED = "released"
    PENDING = "pending"
    WITHHELD = "withheld"


class PartState(StrEnum):
    """The life of a part: the subjects of one request that leave together, under one approval."""

    WAITING = "waiting"  # for an approval; nothing has left
    RELEASED = "released"  # sealed and logged; the partner has not fetched it yet
    DELIVERED = "delivered"  # the partner fetched it
    REFUSED = "refused"  # the second person or manager said no
    VOIDED = "voided"  # the decision changed before delivery: it never left
    RECALLED = "recalled"  # the review was negative or consent was withdrawn after delivery


@dataclass(frozen=True, slots=True)
class FieldView:
    """One requested field and why it goes, waits or stays."""

    name: str
    label: Text
    state: FieldState
    reason: Text | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubjectView:
    """The decision about one subject."""

    ref: str
    role: str
    outcome: Outcome
    approval: Approval
    fields: tuple[FieldView, ...]
    explanation: Text
    legal_basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A partner's signed statement about a message."""

    state: str  # received | opened | not_for_us | acted | destroyed
    at: dt.datetime
    leaf_index: int


@dataclass(frozen=True, slots=True)
class PartView:
    """What leaves together. `contents` is exactly what the recipient reads; None once sealed (nobody here can open it).

    `digest` is what an approver binds to; `advice` is the FG's recorded advice ("positive", "negative") or None;
    `may_*` say what the person who looks may do now.
    """

    id: str
    approval: Approval
    state: PartState
    digest: str
    contents: Json = field(repr=False)
    advice: str | None
    review_due: dt.datetime | None
    message_id: str | None
    leaf_index: int | None
    receipts: tuple[ReceiptView, ...]
    may_approve: bool
    may_advise: bool
    may_review: bool
    why_not: Text | None


@dataclass(frozen=True, slots=True)
class DisclosureView:
    """One disclosure request as its requester, approvers and officers see it. `leaf_index`: its decision in the log."""

    id: str
    case_ref: str = field(repr=False)
    recipient: str
    ground: str
    purpose: str
    requester: str  # name for display
    submitted_at: dt.datetime
    outcome: Outcome
    subjects: tuple[SubjectView, ...]
    parts: tuple[PartView, ...]
    leaf_index: int | None  # None for a preview: nothing was stored or logged

    def to_json(self) -> dict[str, Json]:
        """Return the form of the staff API; it names fields and reasons, never values."""
        return {
            "id": self.id,
            "recipient": self.recipient,
            "ground": self.ground,
            "purpose": self.purpose,
            "submitted_at": self.submitted_at.isoformat(timespec="seconds"),
            "outcome": self.outcome.value,
            "leaf_index": self.leaf_index,
            "subjects": [
                {
                    "ref": subject.ref,
                    "role": subject.role,
                    "outcome": subject.outcome.value,
                    "approval": subject.approval.value,
                    "released": [f.name for f in subject.fields if f.state is FieldState.RELEASED],
                    "pending": [f.name for f in subject.fields if f.state is FieldState.PENDING],
                    "withheld": [
                        {"field": f.name, "rules": list(f.rules), "reason": f.reason.to_json() if f.reason else None}
                        for f in subject.fields
                        if f.state is FieldState.WITHHELD
                    ],
                    "explanation": subject.explanation.to_json(),
                    "legal_basis": list(subject.legal_basis),
                }
                for subject in self.subjects
            ],
            "parts": [
                {
                    "id": part.id,
                    "approval": part.approval.value,
                    "state": part.state.value,
                    "digest": part.digest,
                    "advice": part.advice,
                    "message_id": part.message_id,
                    "leaf_index": part.leaf_index,
                    "receipts": [
                        {"state": r.state, "at": r.at.isoformat(timespec="seconds"), "leaf_index": r.leaf_index}
                        for r in part.receipts
                    ],
                }
                for part in self.parts
            ],
        }


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One line of a list: no names, no address, no case number."""

    id: str
    recipient: str
    submitted_at: dt.datetime
    outcome: Outcome
    states: tuple[PartState, ...]
    waits_for_me: bool
