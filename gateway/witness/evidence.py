"""Evidence against a log: notes that its own key signed and that cannot both be true. The file speaks for itself."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.crypto.encoding import b64, unb64
from gateway.errors import GatewayError, LogTamperedError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import EMPTY_ROOT, HASH, roots_of_consistency, verify_consistency
from gateway.log.policy import TrustPolicy
from gateway.model.terms import Json

FORMAT = "gateway-witness-evidence/1"
LARGEST = 256 * 1024  # bytes of a file
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Kind(StrEnum):
    """What a piece of evidence shows."""

    TWO_ROOTS = "two_roots"  # the log signed two trees of one size
    REWRITTEN = "rewritten"  # the log's own proof leads to the new tree, from other entries than it signed before
    UNPROVED = "unproved"  # the log, or whoever sent its checkpoint, gave a proof that does not hold

    @property
    def proves(self) -> bool:
        """Say whether it proves to anyone that the log's key signed two histories."""
        return self is not Kind.UNPROVED


@dataclass(frozen=True, slots=True)
class Evidence:
    """The log's keys (C2SP vkeys), the note seen before (None: an empty log), the note sent, the proof, and when."""

    logs: tuple[str, ...]
    seen: str | None
    sent: str
    proof: tuple[bytes, ...]
    at: dt.datetime

    @property
    def name(self) -> str:
        """Return a file name that is the same for the same two notes."""
        return hashlib.sha256(canonical([self.seen or "", self.sent])).hexdigest()[:16]

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        members: dict[str, Json] = {
            "format": FORMAT,
            "time": self.at.strftime(_TIME),
            "logs": list(self.logs),
            "sent": self.sent,
            "proof": [b64(step) for step in self.proof],
        }
        return canonical(members | ({"seen": self.seen} if self.seen is not None else {})) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Evidence":
        """Return the evidence of a file, unverified; raise LogTamperedError when it has another form."""
        try:
            kept = parse_canonical(data.removesuffix(b"\n"))
            if not isinstance(kept, dict) or kept.pop("format", None) != FORMAT:
                raise _no_evidence()
            seen = kept.pop("seen") if "seen" in kept else None
            time, logs, sent, proof = (kept.pop(name) for name in ("time", "logs", "sent", "proof"))
            at = dt.datetime.strptime(str(time), _TIME).replace(tzinfo=dt.UTC)
            hashes = tuple(map(unb64, _texts(proof)))
            read = cls(tuple(_texts(logs)), None if seen is None else str(seen), str(sent), hashes, at)
        except (GatewayError, KeyError, ValueError) as exc:
            raise _no_evidence() from exc
        # One spelling, and no members but ours.
        if read.to_bytes().removesuffix(b"\n") != data.removesuffix(b"\n"):
            raise _no_evidence()
        return read


def examine(evidence: Evidence) -> tuple[Kind, Checkpoint, Checkpoint]:
    """Return what the evidence shows, and the two checkpoints that it is about, by nothing but itself.

    :raises SignatureInvalidError: one of the notes is not signed by the log's keys that the evidence names.
    :raises LogTamperedError: it shows nothing: the notes can both be true, or are of two logs.
    """
    trust = TrustPolicy(evidence.logs)
    sent = trust.verify_signed(evidence.sent)
    seen = Checkpoint(sent.origin, 0, EMPTY_ROOT) if evidence.seen is None else trust.verify_signed(evidence.seen)
    if seen.origin != sent.origin or seen.size > sent.size or any(len(step) != HASH for step in evidence.proof):
        raise _no_evidence()
    if seen.size == sent.size:
        if seen.root == sent.root:
            raise _no_evidence()
        return Kind.TWO_ROOTS, seen, sent
    return _of_proof(evidence, seen, sent), seen, sent


def _of_proof(evidence: Evidence, seen: Checkpoint, sent: Checkpoint) -> Kind:
    if seen.size == 0:  # nothing is not contradicted
        raise _no_evidence()
    try:
        verify_consistency(seen.size, sent.size, evidence.proof, seen.root, sent.root)
    except LogTamperedError:
        pass
    else:
        raise _no_evidence()
    try:
        old, new = roots_of_consistency(seen.size, sent.size, evidence.proof, seen.root)
    except LogTamperedError:
        return Kind.UNPROVED
    return Kind.REWRITTEN if new == sent.root and old != seen.root else Kind.UNPROVED


def _texts(value: Json) -> list[str]:
    if not isinstance(value, list):
        raise _no_evidence()
    return [str(each) for each in value]


def _no_evidence() -> LogTamperedError:
    return LogTamperedError(
        "this file shows nothing against a log", hint="choose a file that `gateway witness evidence` lists"
    )
