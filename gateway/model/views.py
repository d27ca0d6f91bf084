"""What people see of a disclosure: on the team's pages, in the staff API and in the demo's account."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.approvals import Said
from gateway.model.decision import Approval, Outcome
from gateway.model.mirror import Preview
from gateway.model.notices import MessageKind, Missing
from gateway.model.pickup import LinkView
from gateway.model.terms import Json, Text, items, members, words


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

    `send_again`: its message was sealed to a key that was revoked and never left, so the request must be made again.

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
    kind: MessageKind = MessageKind.DISCLOSURE
    about: str | None = None  # the id of the message that a recall or correction is about
    missing: Missing | None = None  # the receipt that is overdue
    to_phone: bool = False  # it was recalled, and no recall could be sent: its recipient must be told by phone
    send_again: bool = False
    link: LinkView | None = None  # for a partner without keys, once released
    said: tuple[Said, ...] = ()  # what people said of it: refusal, advice, questions and answers, the oldest first
    may_ask: bool = False
    may_answer: bool = False
    as_deputy: bool = False  # what this person may do, they do in somebody's place


class Paper(StrEnum):
    """On what a fact that is stated otherwise rests now, beside what was named then."""

    OTHER = "other"  # another document, or a newer date
    SAME = "same"  # the same document of the same date
    NONE = "none"  # no document: the fact is left out, or it is the origin of a datum


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a request changes compared with an earlier one on its case that was refused, in whole or in part.

    Words of the vocabulary and a partner's id only, never a value: `recipient`, `ground`, `purpose` and the first of
    each pair of `roles` are what the earlier one named. `readable` is False when the earlier one cannot be opened.
    """

    earlier: str  # id of that request
    leaf_index: int
    recipient: str | None = None
    ground: str | None = None
    purpose: str | None = None
    roles: tuple[tuple[str, str], ...] = ()  # (then, now)
    facts: tuple[tuple[str, Paper], ...] = ()
    readable: bool = True

    def to_json(self) -> dict[str, Json]:
        """Return the form of the detail and of the staff API; what did not change has no key."""
        named = {"recipient": self.recipient, "ground": self.ground, "purpose": self.purpose}
        return {
            "earlier": self.earlier,
            "leaf_index": self.leaf_index,
            **{key: word for key, word in named.items() if word is not None},
            "roles": [[then, now] for then, now in self.roles],
            "facts": {name: paper.value for name, paper in self.facts},
            "readable": self.readable,
        }

    @classmethod
    def from_json(cls, value: Json) -> "ChangeView":
        """Return what `to_json` gave."""
        kept = members(value)
        named = {key: str(kept[key]) for key in ("recipient", "ground", "purpose") if key in kept}
        return cls(
            earlier=str(kept["earlier"]),
            leaf_index=int(str(kept["leaf_index"])),
            recipient=named.get("recipient"),
            ground=named.get("ground"),
            purpose=named.get("purpose"),
            roles=tuple((then, now) for then, now in map(words, items(kept["roles"]))),
            facts=tuple((name, Paper(str(paper))) for name, paper in members(kept["facts"]).items()),
            readable=kept["readable"] is True,
        )


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
    after_refusal: tuple[ChangeView, ...] = ()  # what it changes after refusals on its case, the newest first
    preview: Preview | None = None  # for a preview alone

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
            "after_refusal": [change.to_json() for change in self.after_refusal],
            **({} if self.preview is None else {"preview": self.preview.to_json()}),
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
                    "kind": part.kind.value,
                    "about": part.about,
                    "approval": part.approval.value,
                    "state": part.state.value,
                    "send_again": part.send_again,
                    "digest": part.digest,
                    "advice": part.advice,
                    "message_id": part.message_id,
                    "leaf_index": part.leaf_index,
                    **({} if part.link is None else {"link": part.link.to_json()}),
                    "receipts": [
                        {"state": r.state, "at": r.at.isoformat(timespec="seconds"), "leaf_index": r.leaf_index}
                        for r in part.receipts
                    ],
                }
                for part in self.parts
            ],
        }


OWN_LISTED = 200
"""How many of a person's own requests are listed, the newest."""


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One line of a list: no names, no address, no case number."""

    id: str
    recipient: str
    submitted_at: dt.datetime
    outcome: Outcome
    states: tuple[PartState, ...]
    waits_for_me: bool
    send_again: bool = False
    spoken: bool = False  # it was told by telephone, and entered afterwards
    link_due: bool = False  # its letter was not made, not opened, or opens no more


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A request that changed something after a refusal, for officers: no names, no address, no case number."""

    id: str
    submitted_at: dt.datetime
    leaf_index: int
    changes: tuple[ChangeView, ...]  # none when the case was erased
