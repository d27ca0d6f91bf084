"""A leaf of the disclosure log (CONTRACT, "A log leaf"). It never holds personal data, a partner or a role."""

from dataclasses import dataclass
from enum import StrEnum


class LeafType(StrEnum):
    """What happened."""

    DECISION = "decision"
    RELEASE = "release"
    APPROVAL = "approval"
    REVIEW = "review"
    RECEIPT = "receipt"
    RECALL = "recall"
    ERASURE = "erasure"
    ACCESS = "access"
    POLICY = "policy"
    KEY = "key"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry. Digests and commitments are "sha256:" + 64 hex; `prev` is the index of the entry it follows from.

    `outcome` is an Outcome value for decisions and releases, else a closed word of the stage that wrote it.
    `payload`, `recipient` and `prev` are left out of the bytes when None.
    """

    type: LeafType
    id: str
    time: str
    outcome: str
    bundle: str
    detail: str
    payload: str | None = None
    recipient: str | None = None
    prev: int | None = None
