"""A partner's new keys on their way in: a request, a challenge, and a number that two people read out by phone.

    partner  -> gateway   request: the new public keys, signed with the new signing key (it has that one)
    gateway  -> partner   challenge: a secret, sealed to the new encryption key, and the gateway's own names and keys
    partner reads out     a number over both keys, the request, the secret and the gateway's names and keys

Only who opened the challenge can know the number, so the right one also proves that the partner has the encryption key.
Whoever changes a file on its way changes the number. It has 106 bits: somebody who holds both files and looks for
another secret with the same number does not find one.
"""

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import digest
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, parse_jwks, public_key, strict_object, to_jwks
from gateway.crypto.jws import sign, verify
from gateway.crypto.profiles import PROFILES, key_for, profile_of
from gateway.errors import KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey, SealProfile
from gateway.model.terms import Json

REQUEST, CHALLENGE = "partner-enrolment+jwt", "partner-challenge+jwt"
DOMAIN = b"disclosure-enrolment/v1\0"
USES = ("enc", "sig")
SECRET = 32  # bytes
DIGITS, GROUP = 32, 4
LARGEST = 64 * 1024  # characters of a request or challenge
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NONCE = re.compile(r"[0-9a-f]{32}")
_LATEST = 253402300799  # seconds: the end of the year 9999


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """New keys, one for each use, and who says that they are theirs. `digest` is of the request's own text."""

    partner_id: str
    encryption: PublicKey
    signing: PublicKey
    at: dt.datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the gateway sealed to the new encryption key: its secret, and by what names and keys it is known."""

    request: str  # digest
    secret: bytes = field(repr=False)
    issuer: str
    gateway: str  # its address
    issuer_keys: tuple[PublicKey, ...]


def make_request(*, partner_id: str, encryption: PrivateJwk, signing: PrivateJwk, at: dt.datetime) -> str:
    """Return the request: a compact JWS over the partner's id, both public keys, a nonce and the time."""
    keys: list[Json] = [dict(key.public().jwk) for key in (encryption, signing)]
    claims: dict[str, Json] = {
        "iss": partner_id,
        "jti": secrets.token_hex(16),
        "iat": int(at.timestamp()),
        "keys": keys,
    }
    return sign(canonical(claims), typ=REQUEST, key=signing)


def read_request(token: str) -> EnrolmentRequest:
    """Return what a request says, which its own signing key signed.

    :raises SignatureInvalidError: not of exactly this form, or not signed with the signing key in it.
    :raises KeyUnavailableError: a key in it may not be used, or holds its private half.
    """
    if len(token) > LARGEST:
        raise _bad("the enrolment request is too large")
    keys = _keys(token)
    claims = verify(token, typ=REQUEST, keys=[keys["sig"]])
    partner_id, nonce, issued = claims.get("iss"), claims.get("jti"), claims.get("iat")
    if (
        set(claims) != {"iss", "jti", "iat", "keys"}
        or not isinstance(partner_id, str)
        or not _ID.fullmatch(partner_id)
        or not isinstance(nonce, str)
        or not _NONCE.fullmatch(nonce)
    ):
        raise _bad("the enrolment request does not have exactly iss, jti, iat and keys")
    return EnrolmentRequest(partner_id, keys["enc"], keys["sig"], _moment(issued), digest(token.encode()))


def _keys(token: str) -> dict[str, PublicKey]:
    """Return the keys that an unverified request names: only to know which of them must have signed it."""
    try:
        listed = strict_object(unb64url(token.split(".")[1])).get("keys")
    except (IndexError, ValueError) as exc:
        raise _bad("this is not an enrolment request") from exc
    if not isinstance(listed, list) or len(listed) != len(USES):
        raise _bad("an enrolment request has one key to encrypt to and one to verify with")
    keys = {key.use: key for key in map(public_key, listed)}
    if set(keys) != set(USES):
        raise _bad("an enrolment request has one key to encrypt to and one to verify with")
    return keys


def _moment(issued: Json) -> dt.datetime:
    if not isinstance(issued, int) or isinstance(issued, bool) or not 0 <= issued <= _LATEST:
        raise _bad("the time in the enrolment request is out of range")
    return dt.datetime.fromtimestamp(issued, dt.UTC)


def new_secret() -> bytes:
    """Return a new secret for a challenge."""
    return secrets.token_bytes(SECRET)


def make_challenge(
    request: EnrolmentRequest,
    *,
    secret: bytes,
    profile: SealProfile,
    issuer: str,
    issuer_key: PrivateJwk,
    issuer_keys: Sequence[PublicKey],
    gateway: str,
) -> bytes:
    """Return the challenge's file: canonical JSON, with the secret signed and then sealed to the new encryption key.

    :raises KeyUnavailableError: the key is not one for this profile.
    """
    claims: dict[str, Json] = {
        "iss": issuer,
        "aud": request.partner_id,
        "sub": request.digest,
        "gateway": gateway,
        "secret": b64url(secret),
    }
    if profile not in PROFILES or key_for(profile, [request.encryption]) is None:
        raise KeyUnavailableError(
            f"the encryption key is not one for the profile `{profile.value}` of partners.yaml",
            hint="let the partner make keys for it: `gateway partner keygen --profile`",
        )
    message = PROFILES[profile].encrypt(sign(canonical(claims), typ=CHALLENGE, key=issuer_key), to=request.encryption)
    listed: list[Json] = [dict(key.jwk) for key in issuer_keys]
    return canonical({"challenge": message, "issuer_keys": listed}) + b"\n"


def open_challenge(data: bytes, *, key: PrivateJwk, me: str, request: str) -> Challenge:
    """Return what the gateway sealed to this key. Whether it *is* the gateway, only the number shows.

    :param request: the partner's own request, as it was sent.
    :raises SignatureInvalidError: the file has not this form, or answers another request.
    :raises CannotOpenError: it was sealed to another key, or altered.
    """
    try:
        told = strict_object(data) if len(data) <= LARGEST else {}
    except ValueError as exc:
        raise _bad("this is not a challenge") from exc
    message = told.get("challenge")
    if set(told) != {"challenge", "issuer_keys"} or not isinstance(message, str):
        raise _bad("this is not a challenge")
    issuer_keys = parse_jwks(canonical({"keys": told["issuer_keys"]}))
    token = PROFILES[profile_of(key)].decrypt(message, key=key)
    claims = verify(token, typ=CHALLENGE, keys=issuer_keys)
    words = {name: value for name, value in claims.items() if isinstance(value, str)}
    if set(claims) != {"iss", "aud", "sub", "gateway", "secret"} or len(words) != len(claims):
        raise _bad("the challenge does not have exactly iss, aud, sub, gateway and secret")
    secret = unb64url(words["secret"])
    if len(secret) != SECRET:
        raise _bad("the secret in the challenge has another length")
    if words["aud"] != me or words["sub"] != digest(request.encode()):
        raise _bad("this challenge answers another enrolment request")
    return Challenge(words["sub"], secret, words["iss"], words["gateway"], issuer_keys)


def fingerprint(request: EnrolmentRequest, challenge: Challenge) -> str:
    """Return the number to read out: 32 digits in groups of four."""
    covered: dict[str, Json] = {
        "partner": request.partner_id,
        "keys": [request.encryption.kid, request.signing.kid],
        "request": request.digest,
        "secret": b64url(challenge.secret),
        "issuer": challenge.issuer,
        "gateway": challenge.gateway,
        "issuer_keys": list[Json](sorted(key.kid for key in challenge.issuer_keys)),
    }
    number = int.from_bytes(hashlib.sha256(DOMAIN + canonical(covered)).digest()) % 10**DIGITS
    digits = f"{number:0{DIGITS}d}"
    return " ".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def proof_of(number: str) -> str:
    """Return what is kept of a number that was read out, however it was spaced; the number cannot be found from it."""
    return digest(DOMAIN + "".join(re.findall(r"[0-9]", number)).encode())


def is_right(number: str, proof: str) -> bool:
    """Say whether this is the number: 32 digits, with spaces, dots or hyphens between them or none."""
    digits = re.sub(r"[\s.\-]", "", number)
    right_form = re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits, re.ASCII) is not None
    return hmac.compare_digest(proof_of(digits), proof) and right_form


def key_set(request: EnrolmentRequest) -> str:
    """Return both keys as a JWK set."""
    return to_jwks([request.encryption, request.signing]).decode()


def _bad(message: str) -> SignatureInvalidError:
    return SignatureInvalidError(message, hint="do not use it; ask its sender for a new one, and check it by phone")
