"""The cryptography of one sealed message with nothing around it: the floor of sealing and of the end-to-end limit.

The only module of the bench that imports a cryptography library; the contract in pyproject.toml says so. No key is
kept, no form is checked, and nothing is encoded: what remains is what no program that seals can do without.
"""

import hashlib
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey

RSA_BITS = 3072
_XWING = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
_PSS = PSS(mgf=MGF1(SHA256()), salt_length=32)
_OAEP = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303  # RFC 7518 section 4.3, as nlgov has it


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
    """Return an operation that decrypts what `seal_raw` makes and verifies its signature."""
    signer, recipient, once = SigningKey.generate(), X25519PrivateKey.generate(), X25519PrivateKey.generate()
    signed = signer.sign(message)
    nonce, sender = secrets.token_bytes(12), once.public_key().public_bytes_raw()
    sealed = AESGCM(hashlib.sha256(once.exchange(recipient.public_key())).digest()).encrypt(nonce, bytes(signed), b"")

    def operation() -> bytes:
        key = hashlib.sha256(recipient.exchange(X25519PublicKey.from_public_bytes(sender))).digest()
        return signer.verify_key.verify(AESGCM(key).decrypt(nonce, sealed, b""))

    return operation


def seal_hpke9_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that signs and encrypts the message once, as `hpke9` does it: HPKE with X-Wing."""
    signer, recipient = SigningKey.generate(), _xwing().public_key()

    def operation() -> bytes:
        signed, key = signer.sign(message), secrets.token_bytes(32)
        _XWING.encrypt(key, recipient)
        return AESGCM(key).encrypt(secrets.token_bytes(12), bytes(signed), b"")

    return operation


def open_hpke9_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that decrypts what `seal_hpke9_raw` makes and verifies its signature."""
    signer, recipient, key, nonce = SigningKey.generate(), _xwing(), secrets.token_bytes(32), secrets.token_bytes(12)
    wrapped = _XWING.encrypt(key, recipient.public_key())
    sealed = AESGCM(key).encrypt(nonce, bytes(signer.sign(message)), b"")

    def operation() -> bytes:
        return signer.verify_key.verify(AESGCM(_XWING.decrypt(wrapped, recipient)).decrypt(nonce, sealed, b""))

    return operation


def seal_nlgov_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that signs and encrypts the message once, as `nlgov` does it: RSA of 3072 bits."""
    signer = generate_private_key(65537, RSA_BITS)
    recipient = generate_private_key(65537, RSA_BITS).public_key()

    def operation() -> bytes:
        signature, key = signer.sign(message, _PSS, SHA256()), secrets.token_bytes(32)
        recipient.encrypt(key, _OAEP)
        return AESGCM(key).encrypt(secrets.token_bytes(12), message + signature, b"")

    return operation


def open_nlgov_raw(message: bytes) -> Callable[[], object]:
    """Return an operation that decrypts what `seal_nlgov_raw` makes and verifies its signature."""
    signer, recipient = generate_private_key(65537, RSA_BITS), generate_private_key(65537, RSA_BITS)
    key, nonce, public = secrets.token_bytes(32), secrets.token_bytes(12), signer.public_key()
    signature, wrapped = signer.sign(message, _PSS, SHA256()), recipient.public_key().encrypt(key, _OAEP)
    sealed = AESGCM(key).encrypt(nonce, message, b"")

    def operation() -> bytes:
        opened = AESGCM(recipient.decrypt(wrapped, _OAEP)).decrypt(nonce, sealed, b"")
        public.verify(signature, opened, _PSS, SHA256())
        return opened

    return operation


def _xwing() -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())


SEALING = {"hpke9": seal_hpke9_raw, "jose": seal_raw, "nlgov": seal_nlgov_raw}
OPENING = {"hpke9": open_hpke9_raw, "jose": open_raw, "nlgov": open_nlgov_raw}
"""The least that each profile can cost, by its name."""


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
