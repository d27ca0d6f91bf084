"""What all profiles ask of a message before a key touches it: a compact JWE (RFC 7516 section 7.1) in one spelling."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, strict_object
from gateway.errors import CannotOpenError, KeyUnavailableError, SignatureInvalidError
from gateway.model.terms import Json

ENC = "A256GCM"
LARGEST = 384 * 1024  # bytes of a whole message: a signed text of 256 KiB, base64, and room for the header
SEGMENTS = 5
IV, TAG = 12, 16  # bytes, RFC 7518 section 5.3


@dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart; only its form was checked."""

    members: Mapping[str, Json]  # of the header
    aad: bytes  # the header as it stands in the message
    encrypted_key: bytes
    iv: bytes
    ciphertext: bytes
    tag: bytes


def take_apart(message: str, *, kid: str, fixed: Mapping[str, str], own: Set[str], encrypted_key: int) -> Parts:
    """Return the parts of a message whose header has exactly `fixed`, the `kid` and the members named in `own`.

    :param encrypted_key: how many bytes the encrypted key has.
    :raises CannotOpenError: any other form, a second spelling of the same bytes, or a message for another key.
    """
    if len(message) > LARGEST:
        raise refused("the message is too large")
    segments = message.split(".")
    if len(segments) != SEGMENTS:
        raise refused("this is not a compact encrypted message")
    try:
        header, wrapped, iv, ciphertext, tag = (unb64url(segment) for segment in segments)
        members = strict_object(header)
    except (SignatureInvalidError, ValueError) as exc:
        raise refused("the message is not in its only right spelling") from exc
    if set(members) != {*fixed, "kid", *own} or not fixed.items() <= members.items():
        told = ", ".join(f"{name} {value}" for name, value in sorted(fixed.items()))
        raise refused(f"the header does not have exactly {', '.join((told, *sorted(own)))} and kid")
    if members["kid"] != kid:
        raise CannotOpenError(
            "the message was made for another key", hint="open it with the key whose kid it names, or tell the sender"
        )
    if (len(wrapped), len(iv), len(tag)) != (encrypted_key, IV, TAG):
        raise refused("the message was cut")
    return Parts(members, segments[0].encode(), wrapped, iv, ciphertext, tag)


def bounded(message: str) -> str:
    """Return the message; raise CannotOpenError when it is larger than a recipient would open."""
    if len(message) > LARGEST:
        raise CannotOpenError("the message is too large to be opened by anyone", hint="send fewer subjects at a time")
    return message


def joined(header: str, encrypted_key: bytes, iv: bytes, sealed: bytes) -> str:
    """Return the compact message of these parts; `sealed` ends with its tag. Raises as `bounded` does."""
    parts = (encrypted_key, iv, sealed[:-TAG], sealed[-TAG:])
    return bounded(".".join((header, *map(b64url, parts))))


def check_own(key: PrivateJwk, alg: str) -> None:
    """Check that a message may be opened with this key; raise KeyUnavailableError otherwise."""
    if (key.use, key.alg) != ("enc", alg):
        raise KeyUnavailableError(
            f"this key is not for opening messages with {alg}", hint="use the key with `use` enc of this profile"
        )


def refused(message: str) -> CannotOpenError:
    """Return the error about a message that is not opened."""
    return CannotOpenError(message, hint="fetch it again; if it stays so, answer not_for_us and tell the sender")
