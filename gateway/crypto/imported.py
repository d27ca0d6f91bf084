"""Keys in the form that the libraries work with, made once per key: an import validates and multiplies each time."""

from functools import lru_cache
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from joserfc.jwk import KeyBase, OKPKey, RSAKey

from gateway.crypto import xwing
from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.key_kinds import kind_of
from gateway.model.partner import PublicKey

PUBLIC_KEYS = 256  # kept at most: a partner has two or three
# INVARIANT: an imported private key lives no longer than the key it was made from.
_pairs: WeakKeyDictionary[PrivateJwk, KeyBase] = WeakKeyDictionary()
_xwing_pairs: WeakKeyDictionary[PrivateJwk, MLKEM768X25519PrivateKey] = WeakKeyDictionary()


def imported_pair(key: PrivateJwk) -> KeyBase:
    """Return an OKP or RSA key pair as joserfc's."""
    pair = _pairs.get(key)
    if pair is None:
        pair = _pairs[key] = _library_key({**dict(key.shown), **key.secret})
    return pair


def imported_public(key: PublicKey) -> KeyBase:
    """Return an OKP or RSA public key as joserfc's; raise KeyUnavailableError or KeyError when it is none."""
    kind = kind_of(key.jwk)
    return _imported(tuple((name, key.jwk[name]) for name in (*kind.fixed, *kind.public)))


def imported_xwing_pair(key: PrivateJwk) -> MLKEM768X25519PrivateKey:
    """Return an AKP key pair as cryptography's."""
    pair = _xwing_pairs.get(key)
    if pair is None:
        pair = _xwing_pairs[key] = xwing.private_from_seed(unb64url(key.secret["priv"]))
    return pair


def imported_xwing_public(key: PublicKey) -> MLKEM768X25519PublicKey:
    """Return an AKP public key as cryptography's; raise ValueError when it is none."""
    return _imported_xwing(key.jwk["pub"])


@lru_cache(maxsize=PUBLIC_KEYS)
def _imported(members: tuple[tuple[str, str], ...]) -> KeyBase:
    return _library_key(dict(members))


@lru_cache(maxsize=PUBLIC_KEYS)
def _imported_xwing(pub: str) -> MLKEM768X25519PublicKey:
    return xwing.public_from_bytes(unb64url(pub))


def _library_key(members: dict[str, str]) -> KeyBase:
    told: dict[str, str | list[str]] = {
        name: value for name, value in members.items() if name not in {"kid", "use", "alg"}
    }
    return RSAKey.import_key(told) if told["kty"] == "RSA" else OKPKey.import_key(told)
