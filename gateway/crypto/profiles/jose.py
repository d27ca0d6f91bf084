"""The profile `jose`: compact JWE (RFC 7516), ECDH-ES on X25519 (RFC 8037) with A256GCM. Any JOSE library opens it."""

from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact, encrypt_compact

from gateway.crypto.imported import imported_pair, imported_public
from gateway.crypto.jwk import PrivateJwk, check_key
from gateway.crypto.key_kinds import ECDH_ES, ED25519, kind_for
from gateway.crypto.profiles import form
from gateway.errors import KeyUnavailableError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json


class _Registry(JWERegistry):
    max_ciphertext_length = form.LARGEST  # ours is checked over the whole message


_REGISTRY = _Registry(algorithms=[ECDH_ES, form.ENC])
_FIXED = {"alg": ECDH_ES, "cty": "JWT", "enc": form.ENC}


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
        message = encrypt_compact({**_FIXED, "kid": to.kid}, token, imported_public(to), registry=_REGISTRY)
        return form.bounded(message)

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the token inside.

        :raises KeyUnavailableError: the key given is not for decryption.
        :raises CannotOpenError: meant for another key, altered, or not exactly of this profile.
        """
        form.check_own(key, ECDH_ES)
        parts = form.take_apart(message, kid=key.kid, fixed=_FIXED, own={"epk"}, encrypted_key=0)
        _check_ephemeral(parts.members["epk"])
        try:
            plaintext = decrypt_compact(message, imported_pair(key), registry=_REGISTRY).plaintext
            return (plaintext or b"").decode("ascii")
        # cryptography raises ValueError for an exchange that comes to zero; non-ASCII is a ValueError as well.
        except (JoseError, ValueError) as exc:
            raise form.refused("the message was altered, or was not made for this key") from exc


def _check_ephemeral(epk: Json) -> None:
    if not isinstance(epk, dict) or set(epk) != {"kty", "crv", "x"} or (epk["kty"], epk["crv"]) != ("OKP", "X25519"):
        raise form.refused("the sender's one-time key is not X25519")
    x = epk["x"]
    try:
        kind_for(ECDH_ES).check({"x": x if isinstance(x, str) else ""})
    except KeyUnavailableError as exc:
        raise form.refused("the sender's one-time key is one that nobody may use") from exc
