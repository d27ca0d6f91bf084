"""The sealed message (CONTRACT, "What a partner receives"): signed claims, padded, encrypted to one recipient."""

import datetime as dt
import secrets

from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import digest
from gateway.crypto.encoding import b64url
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.jws import sign
from gateway.crypto.profiles import Profile
from gateway.errors import MinimisationError
from gateway.model.partner import PublicKey
from gateway.model.payload import Payload, SealedPayload
from gateway.model.terms import Json

TYPE = "disclosure+jwt"
STEP = 1024  # bytes; without padding the size tells how much is known about someone
RANDOM = 16  # bytes
PAD = "pad"  # MUST not be among the claims


def seal(
    payload: Payload,
    *,
    message_id: str,
    issuer: str,
    signer: PrivateJwk,
    to: PublicKey,
    profile: Profile,
    at: dt.datetime,
    lifetime: dt.timedelta,
) -> SealedPayload:
    """Return the message that only the holder of `to` can open, valid from `at` for `lifetime`.

    :raises MinimisationError: nothing would leave, or the payload was made for another key.
    :raises KeyUnavailableError: a key is of the wrong kind.
    """
    if not payload.subjects or not all(subject.data for subject in payload.subjects):
        raise MinimisationError("a message without data would leave", hint="this is a fault in the program")
    if payload.recipient_key_id != to.kid:
        raise MinimisationError(
            "the message was approved for another key of the recipient",
            hint="submit it again: the partner has a new key",
        )
    claims = _claims(payload, message_id=message_id, issuer=issuer, at=at, lifetime=lifetime)
    token = sign(pad(claims), typ=TYPE, key=signer)
    message = profile.encrypt(token, to=to)
    return SealedPayload(message_id, message, digest(message.encode()))


def pad(claims: dict[str, Json]) -> bytes:
    """Return the canonical JSON of the claims and a member `pad` that makes it a whole number of steps long."""
    # Written in two halves around `pad`, so that the claims are not written twice to learn their length.
    before, after = (
        canonical({name: value for name, value in claims.items() if (name < PAD) is early})[1:-1]
        for early in (True, False)
    )
    head, tail = (before + b"," if before else b""), (b"," + after if after else b"")
    short = -len(b'{%b"pad":""%b}' % (head, tail)) % STEP
    return b'{%b"pad":"%b"%b}' % (head, b"0" * short, tail)


def _claims(
    payload: Payload, *, message_id: str, issuer: str, at: dt.datetime, lifetime: dt.timedelta
) -> dict[str, Json]:
    issued = int(at.timestamp())
    corrects: dict[str, Json] = {} if payload.corrects is None else {"corrects": payload.corrects}
    return {
        **corrects,
        "iss": issuer,
        "aud": payload.recipient,
        "rkid": payload.recipient_key_id,
        "jti": message_id,
        "iat": issued,
        "nbf": issued,
        "exp": issued + int(lifetime.total_seconds()),
        "sub": payload.disclosure_id,
        "ground": payload.ground,
        "purpose": payload.purpose,
        "legal_basis": list(payload.legal_basis),
        "obligations": payload.obligations.to_json(),
        "bundle": payload.bundle,
        "approval_digest": payload.approval_digest,
        "subjects": [subject.to_json() for subject in payload.subjects],
        # Two messages with the same content never have the same signature or a guessable digest.
        "rnd": b64url(secrets.token_bytes(RANDOM)),
    }
