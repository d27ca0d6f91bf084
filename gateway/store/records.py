"""Rows as frozen values, for the stages that read and write them through `gateway.store.ports`."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.decision import Approval, Outcome
from gateway.model.notices import MessageKind
from gateway.model.views import PartState


@dataclass(frozen=True, slots=True)
class CaseKey:
    """A case's data key, wrapped by the gateway's key. `tag` is the keyed hash of the case number."""

    case_id: str
    tag: str
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Detail:
    """What a leaf's `detail` commits to, under the case key. Deleting it erases it; the tree still verifies."""

    leaf_index: int
    case_id: str
    salt: bytes = field(repr=False)
    recipient_salt: bytes | None = field(repr=False)
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A leaf with what it commits to and the key of its case, as far as they were not erased."""

    leaf_index: int
    entry: bytes = field(repr=False)
    detail: Detail | None
    wrapped: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredDisclosure:
    """A submitted request. `box` is the encrypted request while a part waits, else None.

    `after_refusal`: it changes something after a refusal on its case; what, stands in the detail of its decision.
    """

    id: str
    case_id: str
    requester: str
    recipient: str
    submitted_at: dt.datetime
    outcome: Outcome
    idempotency_tag: str
    body_tag: str
    leaf_index: int
    box: bytes | None = field(repr=False)
    after_refusal: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request on the same case. `undone`: a part of it was refused, voided or recalled."""

    id: str
    outcome: Outcome
    leaf_index: int
    undone: bool


@dataclass(frozen=True, slots=True)
class StoredPart:
    """The subjects of one request that leave together, or the recall or correction (`kind`) of the message `about`.

    `digest` is the approval digest of what would leave; `nonce` went into it, and is kept sealed under the case's key.
    """

    id: str
    disclosure_id: str
    approval: Approval
    state: PartState
    nonce: bytes = field(repr=False)
    digest: str
    message_id: str | None
    leaf_index: int | None
    review_due: dt.datetime | None
    kind: MessageKind = MessageKind.DISCLOSURE
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of a part: approve, refuse, advise_positive, ask_back ... (`gateway.approve.duties`).

    `instead_of`: in whose place, for a deputy. `against`: a decision that differs from the FG's advice.
    """

    part_id: str
    person: str
    kind: str
    digest: str
    at: dt.datetime
    leaf_index: int
    instead_of: str | None = None
    against: bool = False


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A sealed message for one partner. It exists only in the transaction that also holds its leaf.

    `urgent`: a receipt is owed soon. After the ISO date `destroy_by` the receipt `destroyed` is owed.
    `fetched_at`: when its recipient first fetched it.
    """

    leaf_index: int
    message_id: str
    part_id: str
    partner: str
    message: str = field(repr=False)
    sent_at: dt.datetime
    state: PartState
    urgent: bool = False
    destroy_by: str | None = None
    fetched_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A partner's signed receipt, as received."""

    leaf_index: int
    message_id: str
    state: str
    at: dt.datetime
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one tuple was decided in one month, of decisions that were erased."""

    tag: str
    box: bytes = field(repr=False)
    count: int


@dataclass(frozen=True, slots=True)
class ErasedSet:
    """The entries of the log that erasures explain, as `bits` (`gateway.log.erased`), and what opens the commitment.

    `leaf_index` is the newest erasure, whose detail commits to `bits` with `salt`.
    """

    leaf_index: int
    salt: bytes = field(repr=False)
    bits: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredBundle:
    """A policy that is or was active: its exact files, packed, and the approvers' signatures (one signed note, or "").

    `digest` is the SHA-256 of `files`; `previous` that of the bundle before it ("" for the first).
    """

    sequence: int
    digest: str
    previous: str
    files: bytes = field(repr=False)
    signatures: str = field(repr=False)
    activated_at: dt.datetime
    leaf_index: int


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A partner's public key (`jwk` as canonical JSON). `leaf_index` is the entry that let it count, or revoked it.

    It counts from `since` up to, not including, `until`, unless it was revoked.
    """

    kid: str
    partner: str
    use: str
    jwk: str
    since: dt.datetime
    until: dt.datetime | None
    revoked: dt.datetime | None
    leaf_index: int

    def counts(self, at: dt.datetime) -> bool:
        """Say whether messages are handed over to this key, and its signatures believed, at this moment."""
        return self.revoked is None and self.since <= at and (self.until is None or at < self.until)


class EnrolmentState(StrEnum):
    """What became of an enrolment."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class StoredEnrolment:
    """New keys of a partner (`keys` is a JWK set), from the request with this `digest`.

    `proof` is the hash of the number that the partner reads out, which only who opened the challenge can know.
    """

    id: str
    partner: str
    digest: str
    keys: str
    proof: str = field(repr=False)
    state: EnrolmentState
    at: dt.datetime
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that the partner read out the right number by phone."""

    enrolment: str
    person: str
    at: dt.datetime
    leaf_index: int
