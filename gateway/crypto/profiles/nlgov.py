"""The profile `nlgov`: the Dutch API Design Rules' modules for signing and encryption (Logius), for government links.

Signed with PS256, then encrypted as compact JWE with RSA-OAEP and A256GCM and `typ` JWE (API-mod-encryption,
/encryption/jwe). It has no protection against a quantum computer: for who can do nothing newer.
"""

from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact, encrypt_compact

from gateway.crypto.encoding import unb64url
from gateway.crypto.imported import imported_pair, imported_public
from gateway.crypto.jwk import PrivateJwk, check_key
from gateway.crypto.key_kinds import PS256, RSA_OAEP
from gateway.crypto.profiles import form
from gateway.model.partner import PublicKey


class _Registry(JWERegistry):
    max_ciphertext_length = form.LARGEST  # ours is checked over the whole message


_REGISTRY = _Registry(algorithms=[RSA_OAEP, form.ENC])
_FIXED = {"alg": RSA_OAEP, "cty": "JWT", "enc": form.ENC, "typ": "JWE"}


class NlgovProfile:
    """RSA-OAEP and A256GCM with a header of exactly alg, cty, enc, kid and typ."""

    signature = PS256
    key_algorithm = RSA_OAEP

    def encrypt(self, token: str, *, to: PublicKey) -> str:
        """Return the compact JWE.

        :raises KeyUnavailableError: the key is not for encryption, or is one that nobody may use.
        :raises CannotOpenError: the token is larger than a recipient would open.
        """
        check_key(to, RSA_OAEP)
        message = encrypt_compact({**_FIXED, "kid": to.kid}, token, imported_public(to), registry=_REGISTRY)
        return form.bounded(message)

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the token inside.

        :raises KeyUnavailableError: the key given is not for decryption.
        :raises CannotOpenError: meant for another key, altered, or not exactly of this profile.
        """
        form.check_own(key, RSA_OAEP)
        size = len(unb64url(key.public().jwk["n"]))
        form.take_apart(message, kid=key.kid, fixed=_FIXED, own=set(), encrypted_key=size)
        try:
            plaintext = decrypt_compact(message, imported_pair(key), registry=_REGISTRY).plaintext
            return (plaintext or b"").decode("ascii")
        except (JoseError, ValueError) as exc:  # a wrong padding is a ValueError; non-ASCII as well
            raise form.refused("the message was altered, or was not made for this key") from exc
