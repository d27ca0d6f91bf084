"""Compact JSON Web Signatures (RFC 7515): Ed25519 (RFC 8037, named as in RFC 9864), or PS256 with a key made for that.

The key says which of the two, never the text.

joserfc verifies; what it lets pass (research/seal.md section 4) is refused here first: an empty `crit`, `b64`, an
embedded `jwk`, duplicate members, another `kid` than the key's, and a second spelling of the same base64.
"""

from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry, deserialize_compact

from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.imported import ed25519_pair, imported_public, rsa_pair
from gateway.crypto.jwk import PrivateJwk, algorithm, strict_object
from gateway.crypto.key_kinds import ED25519, PS256
from gateway.errors import KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

ALGS = (ED25519, PS256)
LARGEST = 256 * 1024  # bytes of a whole token
SEGMENTS = 3
HEADERS = 64  # of keys of ours and of types, kept at most
HINT = "do not use it; keep the file and ask its sender for a new one"


class _Registry(JWSRegistry):
    max_payload_length = LARGEST  # ours is checked over the whole token


_PSS = PSS(mgf=MGF1(SHA256()), salt_length=32)  # PS256: RFC 7518 section 3.5
_REGISTRY = _Registry(algorithms=list(ALGS))


def sign(payload: bytes, *, typ: str, key: PrivateJwk) -> str:
    """Return the compact JWS with header `{alg, kid, typ}`.

    :raises KeyUnavailableError: the key is not for signing.
    :raises SignatureInvalidError: the payload is too large to be accepted by anyone.
    """
    if key.use != "sig" or key.alg not in ALGS:
        raise KeyUnavailableError("this key is not for signing", hint="look at the keys' `use`")
    text = f"{_header(key.alg, key.kid, typ)}.{b64url(payload)}"
    if key.alg == ED25519:
        signature = ed25519_pair(key).sign(text.encode()).signature
    else:
        signature = rsa_pair(key).sign(text.encode(), _PSS, SHA256())
    token = f"{text}.{b64url(signature)}"
    if len(token) > LARGEST:
        raise SignatureInvalidError("the message is too large to be signed", hint="send fewer subjects at a time")
    return token


@lru_cache(maxsize=HEADERS)
def _header(alg: str, kid: str, typ: str) -> str:
    return b64url(canonical({"alg": alg, "kid": kid, "typ": typ}))


def verify(token: str, *, typ: str, keys: Sequence[PublicKey]) -> dict[str, Json]:
    """Return the payload, a JSON object, of a token of this type that one of these keys signed.

    :raises SignatureInvalidError: anything else, also a form that other programs accept.
    """
    if len(token) > LARGEST:
        raise _bad("the signed text is too large")
    segments = token.split(".")
    if len(segments) != SEGMENTS or not all(segments):
        raise _bad("this is not a compact signature")
    header, payload, _ = (unb64url(segment) for segment in segments)
    alg, kid = _named(header, typ)
    key = next((key for key in keys if key.kid == kid), None)
    if key is None:
        raise SignatureInvalidError(
            "it is signed with a key that is not trusted here",
            hint="get the sender's newest key set and check it by phone",
        )
    if key.use != "sig":
        raise _bad("it names a key that is not for signing")
    try:
        if alg != algorithm(key):
            raise _bad("it is signed in another way than its key is for")
        deserialize_compact(token, imported_public(key), registry=_REGISTRY)
        return strict_object(payload)
    except JoseError as exc:
        raise _bad("the signature does not fit the text") from exc
    except KeyUnavailableError as exc:
        raise _bad("it names a key that is not for signing") from exc
    except (ValueError, KeyError) as exc:
        raise _bad("the signed text is not one JSON object without doubles") from exc


def _named(header: bytes, typ: str) -> tuple[str, str]:
    try:
        members = strict_object(header)
    except ValueError as exc:
        raise _bad("the header is not one JSON object without doubles") from exc
    alg, kid = members.get("alg"), members.get("kid")
    if set(members) != {"alg", "typ", "kid"} or not isinstance(alg, str) or alg not in ALGS or not isinstance(kid, str):
        raise _bad(f"the header does not have exactly alg ({' or '.join(ALGS)}), typ and kid")
    if members["typ"] != typ:
        raise _bad(f"this is not of the type `{typ}`")
    return alg, kid


def _bad(message: str) -> SignatureInvalidError:
    return SignatureInvalidError(message, hint=HINT)
