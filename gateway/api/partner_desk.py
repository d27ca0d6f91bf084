"""What the partners' interface asks of the pipeline (`gateway.pipeline.desk.PartnerDesk`)."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Protocol

from gateway.log.envelope import Envelope
from gateway.model.partner import Partner
from gateway.model.terms import Json
from gateway.model.tokens import AccessGrant


class InboxItem(Protocol):
    """A message as its recipient sees it listed."""

    @property
    def message_id(self) -> str:
        """Return the message's id."""
        ...

    @property
    def sent_at(self) -> dt.datetime:
        """Return when it was put in the outbox; aware of its time zone."""
        ...

    @property
    def state(self) -> str:
        """Return waiting, delivered or recalled."""
        ...


class PartnerDeskProtocol(Protocol):
    """Every method that concerns messages says whose they must be; another's message MUST look absent."""

    @property
    def issuer(self) -> str:
        """Return this gateway's name in tokens and messages."""
        ...

    def issuer_jwks(self) -> Json:
        """Return the public keys that verify messages (RFC 7517, JWK Set)."""
        ...

    def partner(self, partner_id: str) -> Partner | None:
        """Return a partner, if there is one."""
        ...

    def inbox(self, partner_id: str, *, now: dt.datetime) -> Sequence[InboxItem]:
        """Return the partner's own messages, oldest first."""
        ...

    def envelope(self, partner_id: str, message_id: str, *, now: dt.datetime) -> Envelope:
        """Hand a message over; raise NotFoundError for an absent one and for another partner's."""
        ...

    def acknowledge(self, partner_id: str, message_id: str, receipt: str, *, now: dt.datetime) -> int:
        """Log a signed receipt and return its leaf index; raise NotFoundError or a ReceiptError."""
        ...

    def signal(self, partner: Partner, body: bytes, *, now: dt.datetime) -> None:
        """Take a signal in, whatever it is about; raise a RequestError for its form or its sender's kind alone."""
        ...

    def remember_assertion(self, partner_id: str, jti: str, *, expires: dt.datetime) -> bool:
        """Note a client assertion; return False when it was used before. MUST be atomic."""
        ...

    def remember_proof(self, thumbprint: str, jti: str, *, expires: dt.datetime) -> bool:
        """Note a proof of possession by this key; return False when it was used before. MUST be atomic."""
        ...

    def store_token(self, token_digest: str, grant: AccessGrant, *, signers: Collection[str]) -> bool:
        """Keep the digest of an access token with what it stands for; the token itself is never kept.

        MUST keep nothing and return False when one of the keys that may have signed for it counts no more.
        """
        ...

    def token_grant(self, token_digest: str, *, now: dt.datetime) -> AccessGrant | None:
        """Return what this token stands for, if it is still good."""
        ...

    def public_checkpoint(self, *, now: dt.datetime) -> str:
        """Return the newest signed note of before today; empty when there was none."""
        ...

    def checkpoint(self) -> str:
        """Return the log's latest signed note; empty before the first entry."""
        ...
