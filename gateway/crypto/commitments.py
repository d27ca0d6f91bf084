"""Salted commitments: what a leaf may say of something that it must not say. Every leaf has its own 32-byte salts."""

import hashlib
import hmac
import secrets

from gateway.crypto.canonical import canonical
from gateway.errors import LogTamperedError
from gateway.model.terms import Json

DOMAIN = b"disclosure-commit/v1/"
SALT = 32


def new_salt() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(SALT)


def digest(data: bytes) -> str:
    """Return "sha256:" and the hex SHA-256 of the bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def commit(purpose: str, salt: bytes, value: Json) -> str:
    """Return the commitment SHA-256(domain || purpose || 0 || salt || canonical JSON)."""
    return commit_bytes(purpose, salt, canonical(value))


def commit_bytes(purpose: str, salt: bytes, data: bytes) -> str:
    """Return the commitment to a value whose canonical JSON is at hand."""
    return digest(DOMAIN + purpose.encode() + b"\0" + salt + data)


def open_commitment(commitment: str, *, purpose: str, salt: bytes, value: Json) -> None:
    """Check an opening; raise LogTamperedError when it is not what was committed to."""
    open_bytes(commitment, purpose=purpose, salt=salt, data=canonical(value))


def open_bytes(commitment: str, *, purpose: str, salt: bytes, data: bytes) -> None:
    """Check an opening by its canonical bytes; raise LogTamperedError when they are not what was committed to."""
    if len(salt) != SALT or not hmac.compare_digest(commit_bytes(purpose, salt, data), commitment):
        raise LogTamperedError(
            f"the {purpose} is not what the log entry commits to", hint="do not use it; call the privacy officer"
        )
