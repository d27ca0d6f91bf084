"""A partner as partners.yaml describes it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.notices import NoticeWishes
from gateway.model.terms import Truth
from gateway.model.tokens import STANDARD, TokenRules

LANDLORDS = frozenset({"housing_corporation", "private_landlord"})
"""Kinds of partners whose own dwelling it must be that they are told about."""


class SealProfile(StrEnum):
    """How a message to a partner is signed and encrypted; pinned per partner, never negotiated (DESIGN section 5)."""

    HPKE9 = "hpke9"  # hybrid post-quantum; what a new partner gets unless its software cannot
    JOSE = "jose"
    NLGOV = "nlgov"
    LINK = "link"  # a private person without software: a letter with a link that opens once

    @property
    def post_quantum(self) -> bool:
        """Say whether what somebody keeps of the wire today stays closed to a quantum computer."""
        return self in {SealProfile.HPKE9, SealProfile.LINK}  # the key of a link is never on the wire


@dataclass(frozen=True, slots=True)
class Commitment:
    """A signed paper with the partner: an agreement or a DPIA. It holds from `since` up to, not including, `until`."""

    reference: str
    since: dt.date
    until: dt.date

    def current(self, on: dt.date) -> bool:
        """Say whether the paper holds on this day."""
        return self.since <= on < self.until


@dataclass(frozen=True, slots=True)
class Contact:
    """Where people reach the partner: a desk, never a private person's address."""

    desk: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A partner's public key as a JWK (RFC 7517). `kid` is its RFC 7638 thumbprint."""

    kid: str
    use: str  # "enc" or "sig"; of which kind: `gateway.crypto.key_kinds`
    jwk: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Partner:
    """Who may receive. `ownership_verified` is the land-registry check of a private landlord, good for 30 days."""

    id: str
    kind: str
    name: str
    active: bool
    contact: Contact
    agreement: Commitment | None
    dpia: Commitment | None
    ownership_verified: dt.date | None
    profile: SealProfile
    has_holdings: bool
    retention_days: int  # destroy at the recipient this many days after receipt
    keys: tuple[PublicKey, ...]
    tokens: TokenRules = STANDARD
    substitute: Contact | None = None  # looks while the desk is away
    notices: NoticeWishes = field(default_factory=NoticeWishes)

    def key(self, use: str) -> PublicKey | None:
        """Return the first key for this use, or None when the partner has not enrolled one."""
        return next((key for key in self.keys if key.use == use), None)

    def agreement_current(self, on: dt.date) -> Truth:
        """Return whether the agreement holds; for a private landlord also whether ownership was checked in 30 days."""
        if self.agreement is None or not self.agreement.current(on):
            return Truth.NO
        if self.kind == "private_landlord":
            checked = self.ownership_verified
            if checked is None or not dt.timedelta(0) <= on - checked <= dt.timedelta(days=30):
                return Truth.NO
        return Truth.YES

    def dpia_current(self, on: dt.date) -> Truth:
        """Return whether the DPIA for this exchange is in date."""
        return Truth.YES if self.dpia is not None and self.dpia.current(on) else Truth.NO
