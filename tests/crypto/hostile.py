"""Messages as a hostile sender could make them: well encrypted and authenticated, under any header."""

import os
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.xwing import public_from_bytes
from gateway.model.partner import SealProfile
from gateway.model.terms import Json
from tests.crypto import sample_keys

KEYS: Mapping[SealProfile, PrivateJwk] = {
    SealProfile.HPKE9: sample_keys.XWING,
    SealProfile.JOSE: sample_keys.X25519,
    SealProfile.NLGOV: sample_keys.RSA,
}
# RFC 7518 section 4.6.2 for direct agreement: AlgorithmID A256GCM, no party info, 256 bits.
CONCAT_INFO = (7).to_bytes(4, "big") + b"A256GCM" + bytes(8) + (256).to_bytes(4, "big")
RCPT = b"JOSE-HPKE rcpt\xffA256GCM\xff"

Edit = Callable[[str], str]


def _same(header: str) -> str:
    return header


def seal(profile: SealProfile, *, edit: Edit = _same, text: bytes = b"a.b.c") -> str:
    """Return a message to the sample key of this profile whose header `edit` rewrote before it was authenticated."""
    public = KEYS[profile].public()
    own, wrapped, content_key = _AGREEMENTS[profile](public.jwk)
    header: dict[str, Json] = {"cty": "JWT", "enc": "A256GCM", "kid": public.kid, **own}
    aad = b64url(edit(canonical(header).decode()).encode("utf-8", "surrogatepass"))
    iv = os.urandom(12)
    sealed = AESGCM(content_key).encrypt(iv, text, aad.encode())
    return ".".join((aad, *(b64url(part) for part in (wrapped, iv, sealed[:-16], sealed[-16:]))))


def _hpke9(jwk: Mapping[str, str]) -> tuple[dict[str, Json], bytes, bytes]:
    content_key = os.urandom(32)
    suite = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
    sealed = suite.encrypt(content_key, public_from_bytes(unb64url(jwk["pub"])), info=RCPT)
    return {"alg": "HPKE-9-KE", "ek": b64url(sealed[:1120])}, sealed[1120:], content_key


def _jose(jwk: Mapping[str, str]) -> tuple[dict[str, Json], bytes, bytes]:
    once = X25519PrivateKey.generate()
    secret = once.exchange(X25519PublicKey.from_public_bytes(unb64url(jwk["x"])))
    epk: dict[str, Json] = {"kty": "OKP", "crv": "X25519", "x": b64url(once.public_key().public_bytes_raw())}
    key = ConcatKDFHash(algorithm=hashes.SHA256(), length=32, otherinfo=CONCAT_INFO).derive(secret)
    return {"alg": "ECDH-ES", "epk": epk}, b"", key


def _nlgov(jwk: Mapping[str, str]) -> tuple[dict[str, Json], bytes, bytes]:
    content_key = os.urandom(32)
    n, e = (int.from_bytes(unb64url(jwk[name]), "big") for name in ("n", "e"))
    oaep = OAEP(mgf=MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)  # noqa: S303  # as RFC 7518 section 4.3 says
    return (
        {"alg": "RSA-OAEP", "typ": "JWE"},
        RSAPublicNumbers(e, n).public_key().encrypt(content_key, oaep),
        content_key,
    )


_AGREEMENTS: Mapping[SealProfile, Callable[[Mapping[str, str]], tuple[dict[str, Json], bytes, bytes]]] = {
    SealProfile.HPKE9: _hpke9,
    SealProfile.JOSE: _jose,
    SealProfile.NLGOV: _nlgov,
}
