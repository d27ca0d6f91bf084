"""The curves, ML-KEM, ML-DSA and XChaCha20: put to our reading of keys, and to the libraries beneath it."""

import json
from collections.abc import Iterator, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.signing import VerifyKey

from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import public_key, thumbprint
from tests.vectors.vector_cases import WYCHEPROOF, Case, Vector, accepts, decoded, wycheproof


def ed25519_keys() -> Iterator[Case]:
    """Our reading of a JWK, for every key of the Ed25519 vectors, under the name that it must have."""
    for number, group in enumerate(json.loads((WYCHEPROOF / "ed25519_test.json").read_text())["testGroups"], 1):
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": group["publicKeyJwk"]["x"], "use": "sig"}
        yield Case(str(number), True, accepts(public_key, {**jwk, "kid": thumbprint(jwk)}))


def ed25519_cryptography() -> Iterator[Case]:
    """The library with which joserfc verifies."""
    for group, test, expected in wycheproof("ed25519_test.json"):
        pk, msg, sig = bytes.fromhex(group["publicKey"]["pk"]), *decoded(test, "msg", "sig")
        key = Ed25519PublicKey.from_public_bytes(pk)
        yield Case(str(test["tcId"]), expected, accepts(key.verify, sig, msg))


def ed25519_pynacl() -> Iterator[Case]:
    """The library of the log's notes."""
    for group, test, expected in wycheproof("ed25519_test.json"):
        pk, msg, sig = bytes.fromhex(group["publicKey"]["pk"]), *decoded(test, "msg", "sig")
        yield Case(str(test["tcId"]), expected, accepts(VerifyKey(pk).verify, msg, sig))


def _agree(public: Mapping[str, str], secret: bytes, shared: bytes) -> bool:
    """Read a public key as we read a partner's, then exchange."""
    told = dict(public)
    read = public_key({**{n: told[n] for n in told if n != "kid"}, "use": "enc", "kid": thumbprint(told)})
    key = X25519PublicKey.from_public_bytes(unb64url(read.jwk["x"]))
    return X25519PrivateKey.from_private_bytes(secret).exchange(key) == shared


def x25519() -> Iterator[Case]:
    """Our reading of a key, and the exchange: points of low order, on the twist and in other spellings."""
    for _, test, expected in wycheproof("x25519_test.json"):
        public, secret, shared = decoded(test, "public", "private", "shared")
        jwk = {"kty": "OKP", "crv": "X25519", "x": b64url(public)}
        yield Case(str(test["tcId"]), expected, accepts(_agree, jwk, secret, shared))


def x25519_jwk() -> Iterator[Case]:
    """The same as JWKs, with members that are missing or of other kinds."""
    for _, test, expected in wycheproof("x25519_jwk_test.json"):
        told, shared = test["private"], bytes.fromhex(test["shared"] or "")
        secret = unb64url(told["d"])
        yield Case(str(test["tcId"]), expected, accepts(_agree, test["public"], secret, shared))


def _decapsulate(test: Vector) -> bool:
    seed, ek, c, shared = decoded(test, "seed", "ek", "c", "K")
    key = MLKEM768PrivateKey.from_seed_bytes(seed)
    return key.public_key().public_bytes_raw() == ek and key.decapsulate(c) == shared


def mlkem_768() -> Iterator[Case]:
    """The post-quantum half of X-Wing, in the library beneath."""
    for _, test, expected in wycheproof("mlkem_768_test.json"):
        yield Case(str(test["tcId"]), expected, accepts(_decapsulate, test))


def mldsa_65() -> Iterator[Case]:
    """Nothing here signs with ML-DSA yet; a second signature may, with the library beneath."""
    for group, test, expected in wycheproof("mldsa_65_verify_test.json"):
        msg, sig = decoded(test, "msg", "sig")
        pk, context = bytes.fromhex(group["publicKey"]), bytes.fromhex(test["ctx"]) if "ctx" in test else None

        def attempt(pk: bytes = pk, sig: bytes = sig, msg: bytes = msg, context: bytes | None = context) -> None:
            key = MLDSA65PublicKey.from_public_bytes(pk)
            key.verify(sig, msg, context) if context is not None else key.verify(sig, msg)

        yield Case(str(test["tcId"]), expected, accepts(attempt))


def xchacha20() -> Iterator[Case]:
    """How a case and a key file are kept, in the library beneath."""
    for _, test, expected in wycheproof("xchacha20_poly1305_test.json"):
        key, iv, aad, msg, ct, tag = decoded(test, "key", "iv", "aad", "msg", "ct", "tag")

        def attempt(
            key: bytes = key, iv: bytes = iv, aad: bytes = aad, msg: bytes = msg, sealed: bytes = ct + tag
        ) -> bool:
            return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, aad, iv, key) == msg

        yield Case(str(test["tcId"]), expected, accepts(attempt))
