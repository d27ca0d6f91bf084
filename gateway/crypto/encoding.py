"""Base64 that has one spelling only: what decodes must be exactly what encoding gives (RFC 4648 section 3.5).

Python's decoder accepts stray trailing bits even with validate=True, so a proof with flipped bits would pass.
"""

import base64
import binascii

from gateway.errors import SignatureInvalidError

_URL = bytes.maketrans(b"+/", b"-_")


def b64(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 section 2)."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_URL).decode()


def unb64(text: str) -> bytes:
    """Decode standard base64; raise SignatureInvalidError for any other spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise _altered() from exc
    if b64(data) != text:
        raise _altered()
    return data


def unb64url(text: str) -> bytes:
    """Decode unpadded base64url; raise SignatureInvalidError for any other spelling."""
    try:
        data = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise _altered() from exc
    if b64url(data) != text:
        raise _altered()
    return data


def _altered() -> SignatureInvalidError:
    return SignatureInvalidError(
        "a base64 value is not in its only right spelling", hint="fetch it again; if it stays so, it was altered"
    )
