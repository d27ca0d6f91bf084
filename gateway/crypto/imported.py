"""Keys in the form that joserfc works with, made once per key: an import validates and multiplies each time."""

from functools import lru_cache
from weakref import WeakKeyDictionary

from joserfc.jwk import OKPKey

from gateway.crypto.jwk import PrivateJwk
from gateway.model.partner import PublicKey

PUBLIC_KEYS = 256  # kept at most: a partner has two or three
# INVARIANT: an imported private key lives no longer than the key it was made from.
_pairs: WeakKeyDictionary[PrivateJwk, OKPKey] = WeakKeyDictionary()


def imported_pair(key: PrivateJwk) -> OKPKey:
    """Return a key pair as joserfc's."""
    pair = _pairs.get(key)
    if pair is None:
        pair = _pairs[key] = OKPKey.import_key({"kty": "OKP", "crv": key.crv, "x": key.x, "d": key.d})
    return pair


def imported_public(key: PublicKey) -> OKPKey:
    """Return a public key as joserfc's; raise KeyError when it lacks a member of an OKP key (RFC 8037)."""
    return _imported(key.jwk["kty"], key.jwk["crv"], key.jwk["x"])


@lru_cache(maxsize=PUBLIC_KEYS)
def _imported(kty: str, crv: str, x: str) -> OKPKey:
    return OKPKey.import_key({"kty": kty, "crv": crv, "x": x})
