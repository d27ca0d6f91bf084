"""Compact signatures (RFC 7515) by the keys of partners' own programs: to sign in, and to prove who holds a token.

Messages and receipts know one algorithm (`gateway.crypto.jws`); here a partner's library may choose among a few. The
key says which of them it is for, never the text; what joserfc lets pass (research/seal.md section 4) is refused first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, deserialize_compact

from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import strict_object
from gateway.errors import SignatureInvalidError
from gateway.model.terms import Json

ED25519 = frozenset({"Ed25519", "EdDSA"})  # two names of one algorithm; the second is the older (RFC 9864)
ES256, PS256, RS256 = "ES256", "PS256", "RS256"
LARGEST = 4096  # characters of a whole text
SEGMENTS = 3
KEYS = 256  # imported public keys kept at most
HINT = "sign a new one with the key that the gateway's administrator enrolled"


@dataclass(frozen=True, slots=True)
class Compact:
    """A text in its three parts, not verified yet."""

    text: str = field(repr=False)
    header: Mapping[str, Json] = field(repr=False)
    payload: Mapping[str, Json] = field(repr=False)

    def verify(self, jwk: Mapping[str, str], *, algorithms: Collection[str]) -> None:
        """Check the signature with this key and one of these algorithms.

        :raises SignatureInvalidError: another algorithm, another key, or the key is none.
        """
        algorithm = self.header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in _algorithms_of(jwk) & set(algorithms):
            raise bad("it is signed with an algorithm that is not taken here")
        try:
            deserialize_compact(self.text, _imported(*(jwk.get(name, "") for name in MEMBERS)), registry=REGISTRY)
        except (JoseError, ValueError) as exc:
            raise bad("the signature does not fit the text") from exc


class _Registry(JWSRegistry):
    max_header_length = LARGEST  # ours is checked over the whole text
    max_payload_length = LARGEST

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return the algorithm; joserfc warns of the older name, which here means the same."""
        return super().get_alg("Ed25519" if name in ED25519 else name)


REGISTRY = _Registry(algorithms=["Ed25519", ES256, PS256, RS256])
MEMBERS = ("kty", "crv", "x", "y", "n", "e")


def read_compact(text: str) -> Compact:
    """Take a text apart.

    :raises SignatureInvalidError: it is too large, not of three parts, in a second spelling of its base64, or a part is
        not one JSON object without doubles and fractions.
    """
    if len(text) > LARGEST:
        raise bad("the signed text is too large")
    segments = text.split(".")
    if len(segments) != SEGMENTS or not all(segments):
        raise bad("this is not a compact signature")
    header, payload, _ = (unb64url(segment) for segment in segments)
    try:
        return Compact(text, strict_object(header), strict_object(payload))
    except ValueError as exc:
        raise bad("a part of it is not one JSON object without doubles") from exc


def bad(message: str) -> SignatureInvalidError:
    """Return the error for a text that is not to be believed."""
    return SignatureInvalidError(message, hint=HINT)


def _algorithms_of(jwk: Mapping[str, str]) -> frozenset[str]:
    match jwk.get("kty"), jwk.get("crv", ""):
        case "OKP", "Ed25519":
            able = ED25519
        case "EC", "P-256":
            able = frozenset({ES256})
        case "RSA", "":
            able = frozenset({PS256, RS256})
        case _:
            able = frozenset()
    own = jwk.get("alg")
    if own is None:
        return able
    return able & (ED25519 if own in ED25519 else {own})


@lru_cache(maxsize=KEYS)
def _imported(kty: str, crv: str, x: str, y: str, n: str, e: str) -> OKPKey | ECKey | RSAKey:
    """Return a public key as joserfc's; raise ValueError or JoseError when it is none."""
    if kty == "OKP":
        return OKPKey.import_key({"kty": kty, "crv": crv, "x": x})
    if kty == "EC":
        return ECKey.import_key({"kty": kty, "crv": crv, "x": x, "y": y})
    return RSAKey.import_key({"kty": kty, "n": n, "e": e})
