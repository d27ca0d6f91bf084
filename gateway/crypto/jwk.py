"""Keys as JSON Web Keys (RFC 7517) on curve 25519 (OKP, RFC 8037); a key's name is its RFC 7638 thumbprint.

One curve per use: Ed25519 signs (`use` "sig"), X25519 receives (`use` "enc"). Everything else is refused.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nacl.bindings import crypto_core_ed25519_is_valid_point

from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url, unb64url
from gateway.errors import KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

CURVES: Mapping[str, str] = {"sig": "Ed25519", "enc": "X25519"}
ALGORITHMS: Mapping[str, frozenset[str]] = {
    "sig": frozenset({"Ed25519", "EdDSA"}),  # the second name is the older one for the same thing (RFC 9864)
    "enc": frozenset({"ECDH-ES"}),
}
KEY_BYTES = 32
MOST_KEYS = 16
LARGEST_SET = 64 * 1024  # bytes
NOT_STRICT = "not one strict JSON object"
_FIELD = 2**255 - 19
# The points of curve 25519 and of its twist whose order divides 8, in their only right spelling: with each of them the
# shared secret is zero whatever ours is (RFC 7748 section 6.1). A table, because an exchange costs two multiplications.
_LOW_ORDER = frozenset(
    {
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        _FIELD - 1,
    }
)
_PUBLIC = {"kty", "crv", "x", "kid", "use"}


@dataclass(frozen=True, slots=True, weakref_slot=True)
class PrivateJwk:
    """A key pair of ours or of a partner. `x` and `d` are base64url; repr() hides `d`."""

    kid: str
    use: str
    crv: str
    x: str
    d: str = field(repr=False)

    def to_json(self) -> dict[str, Json]:
        """Return the private JWK; it belongs in a keyring or in the partner's own key file only."""
        return {**_members(self.public()), "d": self.d}

    @classmethod
    def from_json(cls, value: Json) -> "PrivateJwk":
        """Return the key of `to_json`.

        :raises KeyUnavailableError: a member is missing, unknown or wrong, or the halves do not belong together.
        """
        if not isinstance(value, dict) or "d" not in value:
            raise _bad("this is not a private key")
        public = public_key({name: member for name, member in value.items() if name != "d"})
        secret = value["d"]
        if not isinstance(secret, str):
            raise _bad("the private half of the key is not text")
        key = cls(public.kid, public.use, public.jwk["crv"], public.jwk["x"], secret)
        if _public_half(key.use, _point(secret)) != _point(key.x):
            raise _bad("the two halves of the key do not belong together")
        return key

    def public(self) -> PublicKey:
        """Return the half that may be shown."""
        return PublicKey(
            self.kid, self.use, {"kty": "OKP", "crv": self.crv, "x": self.x, "kid": self.kid, "use": self.use}
        )


def generate_signing_key() -> PrivateJwk:
    """Return a new Ed25519 key."""
    return _private("sig", Ed25519PrivateKey.generate().private_bytes_raw())


def generate_encryption_key() -> PrivateJwk:
    """Return a new X25519 key."""
    return _private("enc", X25519PrivateKey.generate().private_bytes_raw())


def _private(use: str, secret: bytes) -> PrivateJwk:
    crv, x = CURVES[use], b64url(_public_half(use, secret))
    return PrivateJwk(thumbprint({"kty": "OKP", "crv": crv, "x": x}), use, crv, x, b64url(secret))


def _public_half(use: str, secret: bytes) -> bytes:
    if use == "sig":
        return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the base64url SHA-256 over the members that make an OKP key (RFC 7638 section 3, RFC 8037 section 2)."""
    return b64url(hashlib.sha256(canonical({name: jwk[name] for name in ("crv", "kty", "x")})).digest())


def public_key(jwk: Json) -> PublicKey:
    """Return the public key of a JWK.

    :raises KeyUnavailableError: it holds a private half, its `kid` is not its thumbprint, a member is missing, unknown
        or wrong, or its point would give everyone the same shared secret (RFC 7748 section 6.1).
    """
    if not isinstance(jwk, dict):
        raise _bad("a key is a JSON object")
    if "d" in jwk:
        raise KeyUnavailableError(
            "this key holds its private half, which never leaves its owner",
            hint="make a new key and send the public half",
        )
    members = {name: member for name, member in jwk.items() if isinstance(member, str)}
    if len(members) != len(jwk) or set(members) - {"alg"} != _PUBLIC:
        raise _bad("a key has exactly the members kty, crv, x, kid and use")
    use = members["use"]
    if members["kty"] != "OKP" or CURVES.get(use) != members["crv"]:
        raise _bad("a key is Ed25519 for signing or X25519 for encryption")
    if members.pop("alg", None) not in {None, *ALGORITHMS[use]}:
        raise _bad("the key is meant for another algorithm")
    check_point(use, members["x"])
    if members["kid"] != thumbprint(members):
        raise _bad("the key's kid is not its thumbprint (RFC 7638)")
    return PublicKey(members["kid"], use, members)


def check_point(use: str, x: str) -> None:
    """Check that `x` is the one spelling of a point of full order; raise KeyUnavailableError otherwise."""
    point = _point(x)
    if use == "sig":
        if not crypto_core_ed25519_is_valid_point(point):
            raise _bad("the key is not a point of the curve that may be used")
        return
    place = int.from_bytes(point, "little")
    if place >= _FIELD:
        raise _bad("the key is not in its only right spelling")
    if place in _LOW_ORDER:
        raise _bad("the key is not a point of the curve that may be used")


def _point(text: str) -> bytes:
    try:
        data = unb64url(text)
    except SignatureInvalidError as exc:
        raise _bad("the key is not base64url") from exc
    if len(data) != KEY_BYTES:
        raise _bad("the key has not the length of its curve")
    return data


def to_jwks(keys: Iterable[PublicKey]) -> bytes:
    """Return a JWK Set (RFC 7517 section 5) as canonical JSON and a newline: the same keys give the same file."""
    listed: list[Json] = [_members(key) for key in keys]
    return canonical({"keys": listed}) + b"\n"


def _members(key: PublicKey) -> dict[str, Json]:
    return dict(key.jwk)


def parse_jwks(data: bytes) -> tuple[PublicKey, ...]:
    """Return the keys of a JWK Set.

    :raises KeyUnavailableError: not a set of 1 to 16 different public keys, or a key is not as it should be.
    """
    if len(data) > LARGEST_SET:
        raise _bad("the key set is too large")
    try:
        document = strict_object(data)
    except ValueError as exc:
        raise _bad("the key set is not one JSON object without doubles") from exc
    listed = document.get("keys")
    if set(document) != {"keys"} or not isinstance(listed, list) or not 0 < len(listed) <= MOST_KEYS:
        raise _bad(f"a key set has one member `keys` with 1 to {MOST_KEYS} keys")
    keys = tuple(public_key(jwk) for jwk in listed)
    if len({key.kid for key in keys}) != len(keys):
        raise _bad("a key stands in the set twice")
    return keys


def strict_object(data: bytes) -> dict[str, Json]:
    """Return a JSON object in UTF-8; raise ValueError for duplicate names, fractions, NaN, or text that is not Unicode.

    Python's parser keeps the last of two equal names, so that two programs could read one signed text differently.
    """
    try:
        value: Json = json.loads(data.decode(), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate is a UnicodeEncodeError, thus a ValueError
    except (ValueError, RecursionError) as exc:
        raise ValueError(NOT_STRICT) from exc
    if not isinstance(value, dict):
        raise ValueError(NOT_STRICT)  # noqa: TRY004  # callers see one error for every malformed text
    return value


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _refuse(_: str) -> NoReturn:
    raise ValueError("not a whole number")


def _bad(message: str) -> KeyUnavailableError:
    return KeyUnavailableError(message, hint="ask the key's owner for the key set that `gateway partner keygen` made")
