"""Nonces for the digests that approvers bind to, from one secret seed per request (keyed BLAKE2b, RFC 7693).

The seed makes a preview the same as what is sealed afterwards: both derive the same nonces, so the same digests. It
MUST stay with the requester and what is kept encrypted. It is the salt of every digest of its request: with seed and
digest in hand anybody can try all addresses of a town in seconds. So it never stands in a log, a URL, the detail of an
entry, or an answer to anybody else.
"""

import hashlib
import secrets

from gateway.crypto.canonical import canonical
from gateway.errors import MinimisationError

SEED = 32  # bytes
NONCE = 32  # bytes
_PURPOSE = b"approval-nonce/1"  # at most 16 bytes: BLAKE2b's `person`


def new_seed() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(SEED)


def derive_nonce(seed: bytes, *, approval: str, requester: str, key: str) -> bytes:
    """Return the nonce (32 bytes) of what leaves under this approval; `key` is the request's idempotency key.

    Requester and key are in it, so that a program which sends one seed with two requests still has two nonces.

    :raises MinimisationError: the seed is not 32 bytes; a shorter one could be guessed.
    """
    if len(seed) != SEED:
        raise MinimisationError("a seed has 32 bytes", hint="this is a fault in the program")
    return hashlib.blake2b(canonical([approval, requester, key]), digest_size=NONCE, key=seed, person=_PURPOSE).digest()
