"""X-Wing keys (MLKEM768-X25519, HPKE KEM 0x647a): ML-KEM-768 (FIPS 203) and X25519 side by side, so that one may fall.

The private form is a seed of 32 bytes, which SHAKE256 expands into the two private keys; the public form is the ML-KEM
key followed by the X25519 key (draft-ietf-hpke-pq, draft-connolly-cfrg-xwing-kem).
"""

import hashlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

SEED = 32  # bytes
MLKEM_SEED, MLKEM_PUBLIC, POINT = 64, 1184, 32
PUBLIC: Final = MLKEM_PUBLIC + POINT
ENCAPSULATED: Final = 1088 + POINT  # an ML-KEM-768 ciphertext and a one-time X25519 key


def private_from_seed(seed: bytes) -> MLKEM768X25519PrivateKey:
    """Return the key pair of a seed; raise ValueError when it is not 32 bytes long."""
    return MLKEM768X25519PrivateKey(*_halves(seed))


def public_from_seed(seed: bytes) -> bytes:
    """Return the public form (1216 bytes) that belongs to a seed; raise ValueError when it is not 32 bytes long."""
    lattice, curve = _halves(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def public_from_bytes(data: bytes) -> MLKEM768X25519PublicKey:
    """Return the public key of its 1216 bytes; raise ValueError when the ML-KEM half is not one (FIPS 203, 7.2)."""
    lattice, curve = data[:MLKEM_PUBLIC], data[MLKEM_PUBLIC:]
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(lattice), X25519PublicKey.from_public_bytes(curve)
    )


def _halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED:
        raise ValueError("a seed has 32 bytes")
    expanded = hashlib.shake_256(seed).digest(MLKEM_SEED + POINT)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(expanded[MLKEM_SEED:]),
    )
