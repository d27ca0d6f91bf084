"""The profile `jose`: compact JWE (RFC 7516), ECDH-ES on X25519 (RFC 8037) with A256GCM. Any JOSE library opens it.

Written on the primitives: a general library checks and imports far more around them than this one form needs. Two such
libraries (joserfc, npm jose) make and open the same in the tests.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url
from gateway.crypto.imported import x25519_pair, x25519_public
from gateway.crypto.jwk import PrivateJwk, check_key
from gateway.crypto.key_kinds import ECDH_ES, ED25519, kind_for
from gateway.crypto.profiles import form
from gateway.errors import KeyUnavailableError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

_FIXED = {"alg": ECDH_ES, "cty": "JWT", "enc": form.ENC}
CONTENT_KEY = 32  # bytes
# RFC 7518 section 4.6.2, direct agreement: AlgorithmID is `enc`, both parties' info is empty, SuppPubInfo is the length
# of the key in bits; each but the last with its own length before it.
_INFO = len(form.ENC).to_bytes(4, "big") + form.ENC.encode() + bytes(8) + (8 * CONTENT_KEY).to_bytes(4, "big")


class JoseProfile:
    """ECDH-ES and A256GCM with a header of exactly alg, cty, enc, epk and kid."""

    signature = ED25519
    key_algorithm = ECDH_ES

    def encrypt(self, token: str, *, to: PublicKey) -> str:
        """Return the compact JWE.

        :raises KeyUnavailableError: the key is not for encryption, or is one that nobody may use.
        :raises CannotOpenError: the token is larger than a recipient would open.
        """
        check_key(to, ECDH_ES)
        once = X25519PrivateKey.generate()
        epk: dict[str, Json] = {"kty": "OKP", "crv": "X25519", "x": b64url(once.public_key().public_bytes_raw())}
        header = b64url(canonical({**_FIXED, "epk": epk, "kid": to.kid}))
        iv, content_key = secrets.token_bytes(form.IV), _content_key(once.exchange(x25519_public(to.jwk["x"])))
        text = AESGCM(content_key).encrypt(iv, token.encode("ascii"), header.encode())
        return form.joined(header, b"", iv, text)

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the token inside.

        :raises KeyUnavailableError: the key given is not for decryption.
        :raises CannotOpenError: meant for another key, altered, or not exactly of this profile.
        """
        form.check_own(key, ECDH_ES)
        parts = form.take_apart(message, kid=key.kid, fixed=_FIXED, own={"epk"}, encrypted_key=0)
        x = _ephemeral(parts.members["epk"])
        try:
            content_key = _content_key(x25519_pair(key).exchange(x25519_public(x)))
            return AESGCM(content_key).decrypt(parts.iv, parts.ciphertext + parts.tag, parts.aad).decode("ascii")
        except (InvalidTag, ValueError) as exc:  # text that is not ASCII is a ValueError
            raise form.refused("the message was altered, or was not made for this key") from exc


def _content_key(secret: bytes) -> bytes:
    return ConcatKDFHash(algorithm=SHA256(), length=CONTENT_KEY, otherinfo=_INFO).derive(secret)


def _ephemeral(epk: Json) -> str:
    if not isinstance(epk, dict) or set(epk) != {"kty", "crv", "x"} or (epk["kty"], epk["crv"]) != ("OKP", "X25519"):
        raise form.refused("the sender's one-time key is not X25519")
    x = epk["x"] if isinstance(epk["x"], str) else ""
    try:
        kind_for(ECDH_ES).check({"x": x})
    except KeyUnavailableError as exc:
        raise form.refused("the sender's one-time key is one that nobody may use") from exc
    return x
