"""The secret of a pick-up link and what is made of it (decision 0018). Who has the link has all of it, and nobody else.

HKDF-SHA256 (RFC 5869), no salt, one label for each: the content key, the seed of an Ed25519 key, the id of the link.
These labels, their order and the form of the link never change: a letter that was posted must open.
"""

import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact, encrypt_compact
from joserfc.jwk import OctKey

from gateway.crypto.canonical import canonical
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, public_key, thumbprint
from gateway.crypto.jws import sign, verify
from gateway.crypto.profiles import form
from gateway.errors import CannotOpenError, KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

SECRET = 32  # bytes
ID = 16  # bytes
LABELS = {name: f"disclosure pick-up link/v1 {name}".encode() for name in ("content", "receipt", "id")}
ALG, SIGNATURE = "dir", "Ed25519"
ANSWER = "pickup-answer+jwt"
NOT_FOR_US = "not_for_us"


class _Registry(JWERegistry):
    max_ciphertext_length = form.LARGEST  # ours is checked over the whole message


_REGISTRY = _Registry(algorithms=[ALG, form.ENC])
_FIXED = {"alg": ALG, "cty": "JWT", "enc": form.ENC}


@dataclass(frozen=True, slots=True)
class OneTimeKey:
    """All that is made of a link's secret. `id` (32 hex digits) finds the message; `signing` signs its receipt."""

    secret: bytes = field(repr=False)
    id: str = field(repr=False)
    content: bytes = field(repr=False)
    signing: PrivateJwk

    @classmethod
    def generate(cls) -> "OneTimeKey":
        """Return a new one."""
        return cls.from_secret(secrets.token_bytes(SECRET))

    @classmethod
    def from_secret(cls, secret: bytes) -> "OneTimeKey":
        """Return what this secret makes; raise KeyUnavailableError unless it is 32 bytes."""
        if len(secret) != SECRET:
            raise KeyUnavailableError("the secret of a link has 32 bytes", hint="use the link as it was made")
        seed = _derive(secret, "receipt", SECRET)
        x = b64url(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
        signing = PrivateJwk.from_json({**_signing_jwk(x), "d": b64url(seed)})
        return cls(secret, _derive(secret, "id", ID).hex(), _derive(secret, "content", SECRET), signing)

    @classmethod
    def from_fragment(cls, fragment: str) -> "OneTimeKey":
        """Return the key of a link's fragment.

        :raises KeyUnavailableError: it is not 43 characters of base64url in their only right spelling.
        """
        try:
            return cls.from_secret(unb64url(fragment))
        except (SignatureInvalidError, UnicodeEncodeError) as exc:
            raise KeyUnavailableError("this is not the end of a link", hint="type it over as it was printed") from exc

    @property
    def receipt_x(self) -> str:
        """Return the public half of `signing` (base64url), from which `receipt_key` makes it again."""
        return self.signing.public().jwk["x"]

    @property
    def fragment(self) -> str:
        """Return what stands after the `#` of the link."""
        return b64url(self.secret)


class LinkProfile:
    """The profile `link`: compact JWE, `dir` with A256GCM (RFC 7518 sections 4.5 and 5.3), for one message only."""

    signature = SIGNATURE
    key_algorithm = SIGNATURE  # of the key that `rkid` names
    post_quantum = True  # a random key of 256 bits, and no exchange of keys

    def __init__(self, key: OneTimeKey) -> None:
        """Seal or open with this key."""
        self._key = key

    def encrypt(self, token: str, *, to: PublicKey) -> str:
        """Return the message.

        :raises KeyUnavailableError: `to` is not the public half of this one-time key.
        :raises CannotOpenError: the token is larger than anybody would open.
        """
        if to.kid != self._key.signing.kid:
            raise KeyUnavailableError("the one-time key is of another message", hint="this is a fault in the program")
        message = encrypt_compact(
            {**_FIXED, "kid": to.kid}, token, OctKey.import_key(self._key.content), registry=_REGISTRY
        )
        return form.bounded(message)

    def decrypt(self, message: str, *, key: PrivateJwk) -> str:
        """Return the signed text inside.

        :raises CannotOpenError: meant for another link, altered, or not exactly of this form.
        """
        try:
            form.take_apart(message, kid=key.kid, fixed=_FIXED, own=set(), encrypted_key=0)
        except CannotOpenError as exc:  # a person with a letter has another way forward than a partner
            raise _bad(exc.message) from exc
        try:
            opened = decrypt_compact(message, OctKey.import_key(self._key.content), registry=_REGISTRY).plaintext
            return (opened or b"").decode("ascii")
        except (JoseError, ValueError) as exc:
            raise _bad("the message was altered, or was not made for this link") from exc


def receipt_key(x: str) -> PublicKey:
    """Return the public key that a link's receipts are verified with; `x` is base64url.

    :raises KeyUnavailableError: it is not a point that may be used.
    """
    return public_key(_signing_jwk(x))


def sign_not_for_us(key: OneTimeKey, *, audience: str) -> str:
    """Return the signed answer that the letter came to the wrong person; it needs no code and no message."""
    claims: dict[str, Json] = {"aud": audience, "rkid": key.signing.kid, "state": NOT_FOR_US}
    return sign(canonical(claims), typ=ANSWER, key=key.signing)


def verify_not_for_us(token: str, *, key: PublicKey, audience: str) -> None:
    """Check such an answer; raise SignatureInvalidError for anything but exactly it."""
    claims = verify(token, typ=ANSWER, keys=[key])
    if claims != {"aud": audience, "rkid": key.kid, "state": NOT_FOR_US}:
        raise SignatureInvalidError("this is not an answer about this link", hint="use the page of the link")


def _derive(secret: bytes, name: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=LABELS[name]).derive(secret)


def _signing_jwk(x: str) -> dict[str, Json]:
    kid = thumbprint({"kty": "OKP", "crv": "Ed25519", "x": x})
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig"}


def _bad(message: str) -> CannotOpenError:
    return CannotOpenError(message, hint="open the link again; if it stays so, call the number in the letter")
