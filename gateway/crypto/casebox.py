"""Encryption at rest per case: XChaCha20-Poly1305-IETF. Destroying the case key erases all that was sealed under it.

A box is a version byte, a 24-byte random nonce and the ciphertext with its 16-byte tag. `aad` binds it to its place.
"""

import secrets

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError as NaclError

from gateway.errors import CannotOpenError, KeyUnavailableError

VERSION = b"\x01"
KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES
NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
# The purpose is part of what is authenticated, so that a wrapped key never opens as a box or the reverse.
_WRAP = b"case-key/v1\0"
_BOX = b"case-box/v1\0"


def new_case_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY)


def wrap(case_key: bytes, *, kek: bytes, aad: bytes) -> bytes:
    """Return the case key sealed under the key-encryption key; raise KeyUnavailableError unless both are 32 bytes."""
    return _seal(_key(case_key), _key(kek), _WRAP + aad)


def unwrap(box: bytes, *, kek: bytes, aad: bytes) -> bytes:
    """Return the case key that `wrap` sealed; raise CannotOpenError when it was altered, moved or sealed otherwise."""
    case_key = _open(box, _key(kek), _WRAP + aad)
    if len(case_key) != KEY:
        raise _cannot()
    return case_key


def seal_box(plaintext: bytes, *, key: bytes, aad: bytes) -> bytes:
    """Return the plaintext sealed under the key; raise KeyUnavailableError for a key of another length than 32."""
    return _seal(plaintext, _key(key), _BOX + aad)


def open_box(box: bytes, *, key: bytes, aad: bytes) -> bytes:
    """Return what `seal_box` sealed; raise CannotOpenError when it was altered, moved or sealed otherwise."""
    return _open(box, _key(key), _BOX + aad)


def seal_apart(plaintext: bytes, *, kek: bytes, aad: bytes) -> tuple[bytes, bytes]:
    """Return (wrapped key, box): sealed under a key of its own, so that deleting the row with both erases it."""
    key = new_case_key()
    return wrap(key, kek=kek, aad=aad), seal_box(plaintext, key=key, aad=aad)


def open_apart(wrapped: bytes, box: bytes, *, kek: bytes, aad: bytes) -> bytes:
    """Return what `seal_apart` sealed; raise CannotOpenError when either was altered, moved or sealed otherwise."""
    return open_box(box, key=unwrap(wrapped, kek=kek, aad=aad), aad=aad)


def _seal(plaintext: bytes, key: bytes, aad: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return VERSION + nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, VERSION + aad, nonce, key)


def _open(box: bytes, key: bytes, aad: bytes) -> bytes:
    if box[:1] != VERSION or len(box) < 1 + NONCE + TAG:
        raise _cannot()
    nonce, ciphertext = box[1 : 1 + NONCE], box[1 + NONCE :]
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, VERSION + aad, nonce, key)
    except NaclError as exc:
        raise _cannot() from exc


def _key(key: bytes) -> bytes:
    if len(key) != KEY:
        raise KeyUnavailableError("a key has not the right length", hint="restore the keyring from its backup")
    return key


def _cannot() -> CannotOpenError:
    return CannotOpenError(
        "stored data cannot be opened with this key", hint="it was altered or moved: call the privacy officer"
    )
