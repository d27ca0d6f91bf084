"""The profile `jose`: compact JWE (RFC 7516), ECDH-ES on X25519 (RFC 8037) with A256GCM. Any JOSE library opens it."""

from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact, encrypt_compact

from gateway.crypto.encoding import unb64url
from gateway.crypto.imported import imported_pair, imported_public
from gateway.crypto.jwk import PrivateJwk, check_point, strict_object
from gateway.errors import CannotOpenError, KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

ALG = "ECDH-ES"
ENC = "A256GCM"
LARGEST = 384 * 1024  # bytes of a whole message: a signed text of 256 KiB, base64, and room for the header
SEGMENTS = 5
IV, TAG = 12, 16  # bytes, RFC 7518 section 5.3


class _Registry(JWERegistry):
    max_ciphertext_length = LARGEST  # ours is checked over the whole message


_REGISTRY = _Registry(algorithms=[ALG, ENC])


class JoseProfile:
    """ECDH-ES and A256GCM with a header of exactly alg, cty, enc, epk and kid."""

    def encrypt(self, token: str, *, to: PublicKey) -> str:
        """Return the compact JWE.

        :raises KeyUnavailableError: the key is not for encryption, or is one that nobody may use.
        :raises CannotOpenError: the token is larger than a recipient would open.
        """
        if to.use != "enc":
            raise KeyUnavailableError("this key is not for encryption", hint="ask the partner for its key set again")
        check_point(to.use, to.jwk["x"])
        header = {"alg": ALG, "cty": "JWT", "enc": ENC, "kid": to.kid}
        message = encrypt_compact(header, token, imported_public(to), registry=_REGISTRY)
        if len(message) > LARGEST:
            raise CannotOpenError(
                "the message is too large to be opened by anyone", hint="send fewer subjects at a time"
            )
        return message

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the token inside.

        :raises KeyUnavailableError: the key given is not for decryption.
        :raises CannotOpenError: meant for another key, altered, or not exactly of this profile.
        """
        if key.use != "enc":
            raise KeyUnavailableError("this key is not for opening messages", hint="use the key with `use` enc")
        _check_form(message, key.kid)
        try:
            plaintext = decrypt_compact(message, imported_pair(key), registry=_REGISTRY).plaintext
            return (plaintext or b"").decode("ascii")
        # cryptography raises ValueError for an exchange that comes to zero; non-ASCII is a ValueError as well.
        except (JoseError, ValueError) as exc:
            raise _bad("the message was altered, or was not made for this key") from exc


def _check_form(message: str, kid: str) -> None:
    if len(message) > LARGEST:
        raise _bad("the message is too large")
    segments = message.split(".")
    if len(segments) != SEGMENTS or segments[1]:
        raise _bad("this is not a message of the profile jose")
    try:
        header, _, iv, _, tag = (unb64url(segment) for segment in segments)
        members = strict_object(header)
    except (SignatureInvalidError, ValueError) as exc:
        raise _bad("the message is not in its only right spelling") from exc
    if (len(iv), len(tag)) != (IV, TAG):
        raise _bad("the message was cut")
    if set(members) != {"alg", "cty", "enc", "epk", "kid"} or (members["alg"], members["enc"], members["cty"]) != (
        ALG,
        ENC,
        "JWT",
    ):
        raise _bad(f"the header does not have exactly alg {ALG}, enc {ENC}, epk, kid and cty JWT")
    if members["kid"] != kid:
        raise CannotOpenError(
            "the message was made for another key", hint="open it with the key whose kid it names, or tell the sender"
        )
    _check_ephemeral(members["epk"])


def _check_ephemeral(epk: Json) -> None:
    if not isinstance(epk, dict) or set(epk) != {"kty", "crv", "x"} or (epk["kty"], epk["crv"]) != ("OKP", "X25519"):
        raise _bad("the sender's one-time key is not X25519")
    x = epk["x"]
    try:
        check_point("enc", x if isinstance(x, str) else "")
    except KeyUnavailableError as exc:
        raise _bad("the sender's one-time key is one that nobody may use") from exc


def _bad(message: str) -> CannotOpenError:
    return CannotOpenError(message, hint="fetch it again; if it stays so, answer not_for_us and tell the sender")
