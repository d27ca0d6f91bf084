"""What a witness remembers of one log: the newest checkpoints that it cosigned. Without it a witness signs nothing.

One file per log, replaced whole and flushed before any signature leaves. The newest note is what the witness stands
for; the older ones only serve to show, later, that the log signed another tree of the same size.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from gateway.crypto import sealed_file
from gateway.crypto.canonical import canonical, parse_canonical
from gateway.crypto.cosignatures import CosignatureVerifier
from gateway.errors import GatewayError, KeyUnavailableError, WitnessStateError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import EMPTY_ROOT
from gateway.log.policy import TrustPolicy

FORMAT = "gateway-witness-memory/1"
KEPT = 100  # notes
AGAIN = (
    "sign nothing: put the file back if it was moved a moment ago. Never put back a backup: the witness would sign a "
    "second history. Otherwise make a new witness in a new folder: docs/witness.md says how"
)


def short_of(origin: str) -> str:
    """Return the first 16 hex digits of SHA-256 over a log's name: for file names and addresses."""
    return hashlib.sha256(origin.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint, its signed note with the witness's own cosignature, and when that was made (UTC)."""

    checkpoint: Checkpoint
    note: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """The checkpoints of one log that a witness cosigned, oldest first; none yet is an empty tree."""

    origin: str
    cosigned: tuple[Cosigned, ...] = ()

    @property
    def newest(self) -> Cosigned | None:
        """Return what was cosigned last."""
        return self.cosigned[-1] if self.cosigned else None

    @property
    def checkpoint(self) -> Checkpoint:
        """Return the newest cosigned checkpoint; that of an empty tree before the first."""
        return self.newest.checkpoint if self.newest else Checkpoint(self.origin, 0, EMPTY_ROOT)

    def of_size(self, size: int) -> Cosigned | None:
        """Return the checkpoint of this size that was cosigned, as far as it is still remembered."""
        return next((each for each in self.cosigned if each.checkpoint.size == size), None)

    def with_newest(self, cosigned: Cosigned) -> "Memory":
        """Return the memory after one more signature; one over the same tree takes its predecessor's place."""
        newest = self.newest
        same = newest is not None and newest.checkpoint == cosigned.checkpoint
        kept = self.cosigned[:-1] if same else self.cosigned
        return Memory(self.origin, (*kept, cosigned)[-KEPT:])

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return canonical(
            {"format": FORMAT, "log": self.origin, "notes": [each.note for each in self.cosigned]},
        )


def save(path: Path, memory: Memory) -> None:
    """Put the file in the place of the older one, whole and durable; raise WitnessStateError when that cannot be."""
    try:
        sealed_file.replace(path, memory.to_bytes())
    except KeyUnavailableError as exc:
        raise WitnessStateError(
            "the witness cannot write down what it is about to sign", hint="look at the disk and the folder --home"
        ) from exc


def load(path: Path, origin: str, *, trust: TrustPolicy, witness: CosignatureVerifier) -> Memory:
    """Return the memory of a log, with every signature in it verified.

    :raises WitnessStateError: the file is missing, or is not what this witness wrote.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise WitnessStateError(f"the memory of the log `{origin}` is missing or cannot be read", hint=AGAIN) from exc
    problem = WitnessStateError(f"the memory of the log `{origin}` is damaged", hint=AGAIN)
    try:
        kept = parse_canonical(data)
        notes = kept.get("notes") if isinstance(kept, dict) else None
        if not isinstance(notes, list) or kept != {"format": FORMAT, "log": origin, "notes": notes}:
            raise problem
        cosigned = tuple(_cosigned(note, trust, witness) for note in notes)
    except GatewayError as exc:
        raise problem from exc
    sizes, times = [each.checkpoint.size for each in cosigned], [each.at for each in cosigned]
    in_order = sizes == sorted(set(sizes)) and times == sorted(times)
    if not in_order or any(each.checkpoint.origin != origin for each in cosigned):
        raise problem
    return Memory(origin, cosigned)


def _cosigned(note: object, trust: TrustPolicy, witness: CosignatureVerifier) -> Cosigned:
    checkpoint = trust.verify_signed(str(note))
    at = witness.seen_at(str(note))
    if at is None:
        raise WitnessStateError("a note in the memory is not cosigned", hint=AGAIN)
    return Cosigned(checkpoint, str(note), at)
