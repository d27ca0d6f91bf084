"""The cryptography of one sealed message with nothing around it: the floor of sealing and of the end-to-end limit.

The only module of the bench that imports a cryptography library; the contract in pyproject.toml says so. No key is
kept, no form is checked, and nothing is encoded: what remains is what no program that seals can do without.
"""

import hashlib
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey


def sign_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that signs the message with Ed25519 once."""
    key = SigningKey.generate()
    return lambda: key.sign(message)


def seal_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that signs and encrypts the message once, as the profile `jose` does it.

    Ed25519; a one-time X25519 key and its exchange; SHA-256 as key derivation (RFC 7518 section 4.6.2: one block for
    256 bits); AES-256-GCM over message and signature.
    """
    signer = SigningKey.generate()
    recipient = X25519PrivateKey.generate().public_key()

    def operation() -> bytes:
        signed = signer.sign(message)
        once = X25519PrivateKey.generate()
        once.public_key().public_bytes_raw()
        key = hashlib.sha256(once.exchange(recipient)).digest()
        return AESGCM(key).encrypt(secrets.token_bytes(12), bytes(signed), b"")

    return operation


def open_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that decrypts what `seal_raw` makes and verifies its signature and that of a checkpoint."""
    signer, recipient, once = SigningKey.generate(), X25519PrivateKey.generate(), X25519PrivateKey.generate()
    signed = signer.sign(message)
    nonce, sender = secrets.token_bytes(12), once.public_key().public_bytes_raw()
    sealed = AESGCM(hashlib.sha256(once.exchange(recipient.public_key())).digest()).encrypt(nonce, bytes(signed), b"")
    checkpoint = signer.sign(message[:150])

    def operation() -> bytes:
        key = hashlib.sha256(recipient.exchange(X25519PublicKey.from_public_bytes(sender))).digest()
        opened = AESGCM(key).decrypt(nonce, sealed, b"")
        signer.verify_key.verify(checkpoint)
        return signer.verify_key.verify(opened)

    return operation


def verify_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that verifies one Ed25519 signature over the message."""
    signer = SigningKey.generate()
    signed = signer.sign(message)
    return lambda: signer.verify_key.verify(signed)


def sealed_box(message: bytes) -> Callable[[], object]:
    """Return an operation that signs and seals the message as a program on PyNaCl alone would: the peer of `seal`."""
    signer, box = SigningKey.generate(), SealedBox(PrivateKey.generate().public_key)
    return lambda: box.encrypt(signer.sign(message))


def box_raw(plaintext: bytes) -> Callable[[], object]:
    """Return an operation that encrypts once with XChaCha20-Poly1305 and a fresh nonce, as a detail is kept."""
    key = secrets.token_bytes(32)
    return lambda: crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, b"", secrets.token_bytes(24), key)


def hash_leaf_raw(entry: bytes) -> Callable[[], object]:
    """Return an operation that hashes one log entry and two nodes above it, as a growing tree does on average."""

    def operation() -> bytes:
        leaf = hashlib.sha256(b"\x00" + entry).digest()
        pair = hashlib.sha256(b"\x01" + leaf + leaf).digest()
        return hashlib.sha256(b"\x01" + pair + leaf).digest()

    return operation
