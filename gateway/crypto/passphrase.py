"""Keys from passphrases: argon2id (RFC 9106) at one of two costs, written beside what they seal."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from nacl.pwhash import argon2id

from gateway.crypto.encoding import b64url, unb64url
from gateway.errors import SignatureInvalidError
from gateway.model.terms import Json

KEY = 32  # bytes
KDF = "argon2id"
Cost: TypeAlias = tuple[int, int]
"""Passes, and bytes of memory."""
STRONG: Cost = (argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)  # 256 MiB, for production
QUICK: Cost = (argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE)  # 64 MiB, for the demo


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a passphrase becomes a key. It MUST be authenticated by what the key seals."""

    cost: Cost
    salt: bytes = field(repr=False)

    @classmethod
    def new(cls, cost: Cost) -> "Stretch":
        """Return this cost with a new salt."""
        return cls(cost, secrets.token_bytes(argon2id.SALTBYTES))

    @classmethod
    def from_members(cls, members: Mapping[str, Json]) -> "Stretch":
        """Return what `to_members` gave; raise ValueError for anything else."""
        # Only our own two costs: a planted file must not take all memory, nor lower the cost unnoticed.
        cost = (members.get("operations"), members.get("memory"))
        known = next((each for each in (STRONG, QUICK) if each == cost), None)
        try:
            salt = unb64url(str(members.get("salt")))
        except SignatureInvalidError as exc:
            raise ValueError("the salt is malformed") from exc
        if known is None or members.get("kdf") != KDF or len(salt) != argon2id.SALTBYTES:
            raise ValueError("the cost is none that we use")
        return cls(known, salt)

    def to_members(self) -> dict[str, Json]:
        """Return the members for the header of a sealed file."""
        operations, memory = self.cost
        return {"kdf": KDF, "operations": operations, "memory": memory, "salt": b64url(self.salt)}

    def key(self, passphrase: bytes) -> bytes:
        """Return the 32-byte key; raise ValueError for an empty passphrase."""
        if not passphrase:
            raise ValueError("the passphrase is empty")
        operations, memory = self.cost
        return argon2id.kdf(KEY, passphrase, self.salt, opslimit=operations, memlimit=memory)
