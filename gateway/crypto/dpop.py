"""DPoP proofs (RFC 9449 section 4): a short signed text with each request, by the key that its token is bound to.

The key stands in the proof itself; what makes it somebody's is that the token was given to its thumbprint.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc.jws import serialize_compact

from gateway.crypto.canonical import canonical
from gateway.crypto.compact import ED25519, ES256, REGISTRY, bad, read_compact
from gateway.crypto.encoding import b64url
from gateway.crypto.imported import imported_pair
from gateway.crypto.jwk import PrivateJwk
from gateway.model.terms import Json

TYP = "dpop+jwt"
ALGORITHMS = (*sorted(ED25519), ES256)
SHAPES: Mapping[str, frozenset[str]] = {
    "OKP": frozenset({"kty", "crv", "x"}),
    "EC": frozenset({"kty", "crv", "x", "y"}),
}
REMARKS = frozenset({"kid", "use", "alg"})  # what libraries add to a public key; they make it no other key


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose signature fits the key in it: that key's RFC 7638 thumbprint, and what the proof says."""

    jkt: str
    claims: Mapping[str, Json]


def read_proof(text: str) -> Proof:
    """Return a proof whose signature holds; what it says is not looked at.

    :raises SignatureInvalidError: the header is not exactly typ, alg and jwk, the key is not a public Ed25519 or P-256
        key, or the signature does not fit.
    """
    proof = read_compact(text)
    header = proof.header
    if set(header) != {"typ", "alg", "jwk"} or header["typ"] != TYP:
        raise bad(f"the header of a proof is exactly typ {TYP}, alg and jwk")
    jwk = _public(header["jwk"])
    proof.verify(jwk, algorithms=ALGORITHMS)
    members = {name: jwk[name] for name in SHAPES[jwk["kty"]]}
    return Proof(b64url(hashlib.sha256(canonical({**members})).digest()), proof.payload)


def sign_proof(claims: Mapping[str, Json], key: PrivateJwk) -> str:
    """Return a proof by this Ed25519 key."""
    jwk = {name: key.public().jwk[name] for name in sorted(SHAPES["OKP"])}
    header = {"typ": TYP, "alg": "Ed25519", "jwk": jwk}
    return serialize_compact(header, json.dumps(dict(claims)), imported_pair(key), registry=REGISTRY)


def access_token_hash(token: str) -> str:
    """Return the `ath` of a token (RFC 9449 section 4.2)."""
    return b64url(hashlib.sha256(token.encode()).digest())


def _public(jwk: Json) -> dict[str, str]:
    """Return a key that holds its public half and remarks only, so that nobody sends us a private one."""
    if not isinstance(jwk, dict):
        raise bad("the key of a proof is a JSON object")
    members = {name: member for name, member in jwk.items() if isinstance(member, str)}
    shape = SHAPES.get(members.get("kty", ""))
    if shape is None or len(members) != len(jwk) or set(members) - REMARKS != shape:
        raise bad("the key of a proof is a public Ed25519 or P-256 key with nothing else in it")
    return members
