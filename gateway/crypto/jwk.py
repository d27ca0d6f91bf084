"""Keys as JSON Web Keys (RFC 7517) of the few kinds in `gateway.crypto.key_kinds`; a key's name is its thumbprint.

One kind per use and algorithm; everything else is refused.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NoReturn

from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url
from gateway.crypto.key_kinds import ECDH_ES, ED25519, REQUIRED, KeyKind, kind_for, kind_of, unusable
from gateway.errors import KeyUnavailableError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

MOST_KEYS = 16
CHECKED = 256  # keys whose check is remembered at most
LARGEST_SET = 64 * 1024  # bytes
NOT_STRICT = "not one strict JSON object"
_NAMING = frozenset({"kid", "use"})
_SECRETS = frozenset({"d", "priv", "k", "p", "q", "dp", "dq", "qi", "oth"})

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class PrivateJwk:
    """A key pair of ours or of a partner, its values base64url. repr() hides the secret half."""

    kid: str
    use: str
    alg: str  # the one algorithm it is used with
    shown: Pairs
    hidden: Pairs = field(repr=False)

    def to_json(self) -> dict[str, Json]:
        """Return the private JWK; it belongs in a keyring or in the partner's own key file only."""
        return {**_members(self.public()), **dict(self.hidden)}

    @classmethod
    def from_json(cls, value: Json) -> "PrivateJwk":
        """Return the key of `to_json`.

        :raises KeyUnavailableError: a member is missing, unknown or wrong, or the halves do not belong together.
        """
        if not isinstance(value, dict) or not _SECRETS & value.keys():
            raise unusable("this is not a private key")
        public = public_key({name: member for name, member in value.items() if name not in _SECRETS})
        hidden = {name: member for name, member in value.items() if name in _SECRETS and isinstance(member, str)}
        kind = kind_of(public.jwk)
        if hidden.keys() != set(kind.secret) or hidden.keys() != _SECRETS & value.keys():
            raise unusable("the private half of the key is not as its kind has it")
        if not kind.belong(public.jwk, hidden):
            raise unusable("the two halves of the key do not belong together")
        return _private(kind, public.jwk, hidden)

    @property
    def secret(self) -> Mapping[str, str]:
        """Return the members that only the owner has."""
        return dict(self.hidden)

    def public(self) -> PublicKey:
        """Return the half that may be shown."""
        return PublicKey(self.kid, self.use, dict(self.shown))


def generate_key(alg: str) -> PrivateJwk:
    """Return a new key for this algorithm; raise KeyError for one that nothing here uses."""
    kind = kind_for(alg)
    public, hidden = kind.generate()
    return _private(kind, public, hidden)


def generate_signing_key() -> PrivateJwk:
    """Return a new Ed25519 key."""
    return generate_key(ED25519)


def generate_encryption_key() -> PrivateJwk:
    """Return a new X25519 key."""
    return generate_key(ECDH_ES)


def _private(kind: KeyKind, public: Mapping[str, str], hidden: Mapping[str, str]) -> PrivateJwk:
    members = {**kind.fixed, **{name: public[name] for name in kind.public}}
    kid = thumbprint(members)
    shown = (*members.items(), ("kid", kid), ("use", kind.use))
    return PrivateJwk(kid, kind.use, kind.alg, shown, tuple((name, hidden[name]) for name in kind.secret))


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the base64url SHA-256 over the members that make a key of its `kty` (RFC 7638 section 3)."""
    return b64url(hashlib.sha256(canonical({name: jwk[name] for name in REQUIRED[jwk["kty"]]})).digest())


def algorithm(key: PublicKey) -> str:
    """Return the one algorithm that this key is used with; raise KeyUnavailableError for a key of no kind."""
    return kind_of(key.jwk).alg


def check_key(key: PublicKey, alg: str) -> None:
    """Check that something may be encrypted to this key with this algorithm.

    :raises KeyUnavailableError: it is for another use or algorithm, or one that nobody may use.
    """
    kind = kind_of(key.jwk)
    if (key.use, kind.use, kind.alg) != ("enc", "enc", alg):
        raise KeyUnavailableError(
            f"this key is not for encryption with {alg}", hint="ask the partner for a key set made for its profile"
        )
    _check(alg, tuple(key.jwk[name] for name in kind.public))


@lru_cache(maxsize=CHECKED)
def _check(alg: str, values: tuple[str, ...]) -> None:
    """Check a public half of a known kind. It depends on nothing else, and most messages go to the same few keys."""
    kind = kind_for(alg)
    kind.check(dict(zip(kind.public, values, strict=True)))


def public_key(jwk: Json) -> PublicKey:
    """Return the public key of a JWK.

    :raises KeyUnavailableError: it holds a private half, its `kid` is not its thumbprint, a member is missing, unknown
        or wrong, or it is a key that nobody may use: of low order (RFC 7748 section 6.1), too short or too long.
    """
    if not isinstance(jwk, dict):
        raise unusable("a key is a JSON object")
    if _SECRETS & jwk.keys():
        raise KeyUnavailableError(
            "this key holds its private half, which never leaves its owner",
            hint="make a new key and send the public half",
        )
    members = {name: member for name, member in jwk.items() if isinstance(member, str)}
    kind = kind_of(members)
    if len(members) != len(jwk) or set(members) - {"alg"} != (kind.fixed.keys() | set(kind.public) | _NAMING) - {"alg"}:
        raise unusable(f"a key has exactly the members {', '.join((*kind.fixed, *kind.public, *sorted(_NAMING)))}")
    if "alg" not in kind.fixed and members.pop("alg", kind.alg) not in {kind.alg, *kind.other_algs}:
        raise unusable("the key is meant for another algorithm")
    kind.check(members)
    if members["kid"] != thumbprint(members):
        raise unusable("the key's kid is not its thumbprint (RFC 7638)")
    return PublicKey(members["kid"], kind.use, members)


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
        raise unusable("the key set is too large")
    try:
        document = strict_object(data)
    except ValueError as exc:
        raise unusable("the key set is not one JSON object without doubles") from exc
    listed = document.get("keys")
    if set(document) != {"keys"} or not isinstance(listed, list) or not 0 < len(listed) <= MOST_KEYS:
        raise unusable(f"a key set has one member `keys` with 1 to {MOST_KEYS} keys")
    keys = tuple(public_key(jwk) for jwk in listed)
    if len({key.kid for key in keys}) != len(keys):
        raise unusable("a key stands in the set twice")
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
