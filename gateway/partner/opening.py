"""Opens an envelope after checking, in this order: its place in the log, that it is ours, who signed it for whom."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.crypto.commitments import digest
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk, strict_object
from gateway.crypto.profiles import PROFILES, profile_of
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.errors import ConfigError
from gateway.log.envelope import Envelope
from gateway.log.policy import TrustPolicy
from gateway.log.verify import Stapled, read_message, verify_message
from gateway.model.partner import PublicKey
from gateway.model.terms import Json
from gateway.partner.keys import read_file

LARGEST_ENVELOPE = 4 * 1024 * 1024  # bytes
FILLING = {"pad", "rnd"}  # members against guessing; they tell nothing
CHECKS = (
    "the log's checkpoint is signed by the key in the trust policy",
    "the entry is in the log",
    "the log entry is about exactly this message",
    "the log entry was made for this recipient",
)
WITNESSED = "the witnesses that the trust policy asks for have seen the log entry"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who opens: our id, the issuer whose messages we take and its keys, and the log that we trust."""

    id: str
    issuer: str
    issuer_keys: Sequence[PublicKey]
    trust: TrustPolicy


def read_envelope(path: Path) -> Envelope:
    """Return the envelope of a file, unverified.

    :raises ConfigError: the file is no JSON object at all: most likely the wrong file.
    :raises SignatureInvalidError: it is one, but not an envelope as the gateway makes them: altered.
    """
    data = read_file(path, largest=LARGEST_ENVELOPE)
    try:
        strict_object(data)
    except ValueError as exc:
        raise ConfigError(f"{path.name} is not an envelope", hint="choose a file that fetch wrote") from exc
    return Envelope.from_json(data.decode())


def read_trust(path: Path) -> TrustPolicy:
    """Return the trust policy of a file (C2SP tlog-policy)."""
    try:
        return TrustPolicy.from_text(read_file(path).decode())
    except UnicodeDecodeError as exc:
        raise ConfigError(f"{path.name} is not a trust policy", hint="get trust.policy from the officer again") from exc


def checks_of(stapled: Stapled) -> list[str]:
    """Return what was checked of a message's proof, in words."""
    return [*CHECKS, WITNESSED] if stapled.seen and stapled.unwitnessed is None else list(CHECKS)


def seen_at(stapled: Stapled) -> dict[str, Json]:
    """Return when each witness first saw the checkpoint of the proof (UTC, RFC 3339), by its name."""
    return {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in sorted(stapled.seen.items())}


def open_envelope(
    envelope: Envelope, *, key: PrivateJwk, recipient: Recipient, now: dt.datetime, before_witness: bool = False
) -> Mapping[str, Json]:
    """Return the message's claims after every check; nothing is decrypted before the log's proof holds.

    `before_witness` is for an urgent hand-over: the log signed its entry, which the witnesses need not have seen yet.

    :raises NotWitnessedError: the witnesses have not seen it, and it may not be opened before.
    :raises LogTamperedError: the entry, its proof or its signature does not fit, or it was made for someone else.
    :raises CannotOpenError: it was encrypted to another key or altered.
    :raises SignatureInvalidError: not signed by the issuer, not for us, or not in date.
    """
    check = read_message if before_witness else verify_message
    check(envelope, recipient.trust, recipient=recipient.id, now=now)
    return read_disclosure(
        envelope.message,
        profile=PROFILES[profile_of(key)],  # pinned by our own key, never read from the message
        key=key,
        issuer_keys=recipient.issuer_keys,
        issuer=recipient.issuer,
        me=recipient.id,
        now=now,
        recalls=True,
    )


def shown(claims: Mapping[str, Json]) -> dict[str, Json]:
    """Return the claims without what only fills the message up."""
    return {name: value for name, value in claims.items() if name not in FILLING}


def receipt_for(
    envelope: Envelope,
    *,
    key: PrivateJwk,
    partner_id: str,
    issuer: str,
    message_id: str,
    state: ReceiptState,
    at: dt.datetime,
) -> str:
    """Return a signed receipt for exactly these bytes of the message."""
    return make_receipt(
        key=key,
        partner_id=partner_id,
        audience=issuer,
        message_id=message_id,
        payload_digest=digest(envelope.message.encode()),
        state=state,
        at=at,
    )
