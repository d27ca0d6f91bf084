"""Keys in the form that the libraries work with, made once per key: an import validates and multiplies each time."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from joserfc.jwk import KeyBase, OKPKey, RSAKey
from nacl.signing import SigningKey

from gateway.crypto import xwing
from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.key_kinds import kind_of, rsa_private
from gateway.model.partner import PublicKey

PUBLIC_KEYS = 256  # kept at most: a partner has two or three
# INVARIANT: an imported private key lives no longer than the key it was made from.
_pairs: WeakKeyDictionary[PrivateJwk, KeyBase] = WeakKeyDictionary()
_ed25519: WeakKeyDictionary[PrivateJwk, SigningKey] = WeakKeyDictionary()
_x25519: WeakKeyDictionary[PrivateJwk, X25519PrivateKey] = WeakKeyDictionary()
_xwing: WeakKeyDictionary[PrivateJwk, MLKEM768X25519PrivateKey] = WeakKeyDictionary()
_rsa: WeakKeyDictionary[PrivateJwk, RSAPrivateKey] = WeakKeyDictionary()

T = TypeVar("T")


def _once(kept: WeakKeyDictionary[PrivateJwk, T], key: PrivateJwk, make: Callable[[], T]) -> T:
    found = kept.get(key)
    if found is None:
        found = kept[key] = make()
    return found


def imported_pair(key: PrivateJwk) -> KeyBase:
    """Return an OKP or RSA key pair as joserfc's."""
    return _once(_pairs, key, lambda: _library_key({**dict(key.shown), **key.secret}))


def ed25519_pair(key: PrivateJwk) -> SigningKey:
    """Return an OKP signing key as PyNaCl's, which signs faster than the others."""
    return _once(_ed25519, key, lambda: SigningKey(unb64url(key.secret["d"])))


def x25519_pair(key: PrivateJwk) -> X25519PrivateKey:
    """Return an OKP encryption key as cryptography's."""
    return _once(_x25519, key, lambda: X25519PrivateKey.from_private_bytes(unb64url(key.secret["d"])))


def xwing_pair(key: PrivateJwk) -> MLKEM768X25519PrivateKey:
    """Return an AKP key pair as cryptography's."""
    return _once(_xwing, key, lambda: xwing.private_from_seed(unb64url(key.secret["priv"])))


def rsa_pair(key: PrivateJwk) -> RSAPrivateKey:
    """Return an RSA key pair as cryptography's."""
    return _once(_rsa, key, lambda: rsa_private(dict(key.shown), key.secret))


def imported_public(key: PublicKey) -> KeyBase:
    """Return an OKP or RSA public key as joserfc's; raise KeyUnavailableError or KeyError when it is none."""
    kind = kind_of(key.jwk)
    return _imported(tuple((name, key.jwk[name]) for name in (*kind.fixed, *kind.public)))


@lru_cache(maxsize=PUBLIC_KEYS)
def x25519_public(x: str) -> X25519PublicKey:
    """Return the public key of an OKP key's `x` as cryptography's."""
    return X25519PublicKey.from_public_bytes(unb64url(x))


@lru_cache(maxsize=PUBLIC_KEYS)
def xwing_public(pub: str) -> MLKEM768X25519PublicKey:
    """Return the public key of an AKP key's `pub` as cryptography's; raise ValueError when it is none."""
    return xwing.public_from_bytes(unb64url(pub))


@lru_cache(maxsize=PUBLIC_KEYS)
def _imported(members: tuple[tuple[str, str], ...]) -> KeyBase:
    return _library_key(dict(members))


def _library_key(members: dict[str, str]) -> KeyBase:
    told: dict[str, str | list[str]] = {
        name: value for name, value in members.items() if name not in {"kid", "use", "alg"}
    }
    return RSAKey.import_key(told) if told["kty"] == "RSA" else OKPKey.import_key(told)
