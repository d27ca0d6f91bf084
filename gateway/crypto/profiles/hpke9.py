"""The profile `hpke9`: compact JWE with HPKE-9-KE and A256GCM: hybrid post-quantum, so that what is kept stays closed.

HPKE (RFC 9180) in base mode with MLKEM768-X25519 (X-Wing), SHAKE256 and AES-256-GCM encrypts a fresh content key; the
header carries its encapsulated key `ek` and is authenticated by the content's AES-GCM (RFC 7516 section 5.1). It
follows `DRAFT`, which is not an RFC yet: when that changes, this module changes, under a profile with another name.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.imported import xwing_pair, xwing_public
from gateway.crypto.jwk import PrivateJwk, check_key
from gateway.crypto.key_kinds import ED25519, HPKE_9_KE, check_point
from gateway.crypto.profiles import form
from gateway.crypto.xwing import ENCAPSULATED, POINT
from gateway.errors import KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

DRAFT = "draft-ietf-jose-hpke-encrypt-20 with draft-ietf-jose-hpke-pq-pqt-01"
CONTENT_KEY = 32  # bytes; encrypted, its tag comes after it
# Binds the content key to the one algorithm it is for: Recipient_structure of the draft, with no extra info, because
# general clients send none. Who may read it stands in the signed text (`aud` and `rkid`).
INFO = b"JOSE-HPKE rcpt\xff" + form.ENC.encode() + b"\xff"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
_FIXED = {"alg": HPKE_9_KE, "cty": "JWT", "enc": form.ENC}


class Hpke9Profile:
    """HPKE-9-KE and A256GCM with a header of exactly alg, cty, ek, enc and kid."""

    signature = ED25519
    key_algorithm = HPKE_9_KE

    def encrypt(self, token: str, *, to: PublicKey) -> str:
        """Return the compact JWE.

        :raises KeyUnavailableError: the key is not for encryption, or is one that nobody may use.
        :raises CannotOpenError: the token is larger than a recipient would open.
        """
        check_key(to, HPKE_9_KE)
        content_key, iv = secrets.token_bytes(CONTENT_KEY), secrets.token_bytes(form.IV)
        sealed = _SUITE.encrypt(content_key, xwing_public(to.jwk["pub"]), info=INFO)
        ek, wrapped = sealed[:ENCAPSULATED], sealed[ENCAPSULATED:]
        header = b64url(canonical({**_FIXED, "ek": b64url(ek), "kid": to.kid}))
        text = AESGCM(content_key).encrypt(iv, token.encode("ascii"), header.encode())
        return form.joined(header, wrapped, iv, text)

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the token inside.

        :raises KeyUnavailableError: the key given is not for decryption.
        :raises CannotOpenError: meant for another key, altered, or not exactly of this profile.
        """
        form.check_own(key, HPKE_9_KE)
        wrapped = CONTENT_KEY + form.TAG
        parts = form.take_apart(message, kid=key.kid, fixed=_FIXED, own={"ek"}, encrypted_key=wrapped)
        ek = _encapsulated(parts.members["ek"])
        try:
            content_key = _SUITE.decrypt(ek + parts.encrypted_key, xwing_pair(key), info=INFO)
            text = AESGCM(content_key).decrypt(parts.iv, parts.ciphertext + parts.tag, parts.aad)
            return text.decode("ascii")
        # A changed `ek` gives another secret and thus a wrong tag (FIPS 203, implicit rejection); an exchange that
        # comes to zero and text that is not ASCII are ValueErrors.
        except (InvalidTag, ValueError) as exc:
            raise form.refused("the message was altered, or was not made for this key") from exc


def _encapsulated(ek: Json) -> bytes:
    try:
        data = unb64url(ek if isinstance(ek, str) else "")
        if len(data) == ENCAPSULATED:
            check_point(data[-POINT:])
            return data
    except (SignatureInvalidError, KeyUnavailableError) as exc:
        raise form.refused("the sender's encapsulated key is one that nobody may use") from exc
    raise form.refused("the sender's encapsulated key has not its length")
