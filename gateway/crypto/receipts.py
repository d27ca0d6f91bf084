"""A partner's signed statement about one message: compact JWS, typ disclosure-receipt+jwt (CONTRACT, "HTTP")."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.crypto.canonical import canonical
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.jws import sign, verify
from gateway.errors import SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

TYPE = "disclosure-receipt+jwt"
LATEST = 253402300799  # seconds: the end of the year 9999, the last moment that Python's dates can hold
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ReceiptState(StrEnum):
    """What the partner says happened to the message."""

    RECEIVED = "received"
    OPENED = "opened"
    NOT_FOR_US = "not_for_us"
    ACTED = "acted"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class ReceiptClaims:
    """What a well-signed receipt says; whether it is about our message is for `gateway.receipt.verify` to check."""

    partner_id: str
    audience: str
    message_id: str
    payload_digest: str  # "sha256:" + hex of the message as fetched
    state: ReceiptState
    at: dt.datetime


def make_receipt(
    *,
    key: PrivateJwk,
    partner_id: str,
    audience: str,
    message_id: str,
    payload_digest: str,
    state: ReceiptState,
    at: dt.datetime,
) -> str:
    """Return the signed receipt; raise KeyUnavailableError when the key is not for signing.

    `audience` is the gateway's issuer name; `at` goes in by the second.
    """
    claims: dict[str, Json] = {
        "iss": partner_id,
        "aud": audience,
        "sub": message_id,
        "h": payload_digest,
        "state": state.value,
        "iat": int(at.timestamp()),
    }
    return sign(canonical(claims), typ=TYPE, key=key)


def read_receipt(token: str, *, keys: Sequence[PublicKey]) -> ReceiptClaims:
    """Return what a receipt signed with one of these keys says.

    :raises SignatureInvalidError: not a receipt of exactly this form, or not signed with one of these keys.
    """
    claims = verify(token, typ=TYPE, keys=keys)
    issued = claims.pop("iat", None)
    words = {name: value for name, value in claims.items() if isinstance(value, str)}
    if (
        words.keys() != {"iss", "aud", "sub", "h", "state"}
        or len(words) != len(claims)
        or words["state"] not in {state.value for state in ReceiptState}
        or _DIGEST.fullmatch(words["h"]) is None
        or not isinstance(issued, int)
        or isinstance(issued, bool)
        or not 0 <= issued <= LATEST
    ):
        raise SignatureInvalidError(
            "the receipt does not have exactly iss, aud, sub, h, state and iat", hint="make it with the partner's kit"
        )
    at = dt.datetime.fromtimestamp(issued, dt.UTC)
    return ReceiptClaims(words["iss"], words["aud"], words["sub"], words["h"], ReceiptState(words["state"]), at)
