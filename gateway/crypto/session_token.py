"""A session's token: 256 random bits in a cookie. What is kept of the session opens with it, and not without it."""

import hashlib
import re
import secrets

from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.commitments import digest

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of so many bytes
_KEY = b"session-box/v1\0"


def new_token() -> str:
    """Return a new token."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Return what is kept instead of the token."""
    return digest(token.encode())


def seal_session(told: bytes, *, token: str) -> bytes:
    """Return what is known of the person, sealed under the token."""
    return seal_box(told, key=_key(token), aad=digest_of(token).encode())


def open_session(box: bytes, *, token: str) -> bytes:
    """Return what `seal_session` sealed; raise CannotOpenError when it was altered or is of another token."""
    return open_box(box, key=_key(token), aad=digest_of(token).encode())


def _key(token: str) -> bytes:
    # The token has full entropy: one hash makes a key of it that its stored digest does not tell.
    return hashlib.sha256(_KEY + token.encode()).digest()
