"""The sealed recall: it names a message that its recipient has, asks to destroy it, and says nothing of anybody.

It has a type of its own (RFC 8725 section 3.11), so that a recall is never taken for a disclosure or the reverse, and
is as large as a small disclosure, so that its size does not tell.
"""

import datetime as dt
import secrets

from gateway.crypto.commitments import digest
from gateway.crypto.disclosure import RECALL
from gateway.crypto.encoding import b64url
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.jws import sign
from gateway.crypto.profiles import Profile
from gateway.model.partner import PublicKey
from gateway.model.payload import SealedPayload
from gateway.model.terms import Json
from gateway.seal.message import RANDOM, pad


def seal_recall(
    recalls: str,
    *,
    recipient: str,
    message_id: str,
    issuer: str,
    signer: PrivateJwk,
    to: PublicKey,
    profile: Profile,
    at: dt.datetime,
    lifetime: dt.timedelta,
) -> SealedPayload:
    """Return the recall of the message with the id `recalls`, valid from `at` for `lifetime`.

    :raises KeyUnavailableError: a key is of the wrong kind.
    """
    issued = int(at.timestamp())
    claims: dict[str, Json] = {
        "iss": issuer,
        "aud": recipient,
        "rkid": to.kid,
        "jti": message_id,
        "iat": issued,
        "nbf": issued,
        "exp": issued + int(lifetime.total_seconds()),
        "recalls": recalls,
        "asks": "destroy",
        "rnd": b64url(secrets.token_bytes(RANDOM)),
    }
    message = profile.encrypt(sign(pad(claims), typ=RECALL, key=signer), to=to)
    return SealedPayload(message_id, message, digest(message.encode()))
