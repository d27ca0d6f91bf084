"""The witness: checks that a checkpoint continues the newest one it cosigned, writes that down, and only then signs."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.crypto.notes import merge_notes
from gateway.errors import InvalidRequestError, LogTamperedError, SignatureInvalidError, WitnessStateError
from gateway.log.merkle import verify_consistency
from gateway.log.policy import CLOCKS
from gateway.witness.evidence import Evidence
from gateway.witness.evidence_folder import EvidenceFolder
from gateway.witness.home import Home
from gateway.witness.memory import Cosigned, Memory, load, save, short_of
from gateway.witness.submission import Submission

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"  # of C2SP tlog-witness

Clock = Callable[[], dt.datetime]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status with its body."""

    status: int
    text: str
    content_type: str = TEXT


class Witness:
    """One witness at work, for the logs of its home. It holds its home for itself until it is closed."""

    def __init__(self, home: Home, cosigner: Cosigner, *, clock: Clock, tell: Tell = lambda _: None) -> None:
        """Read and verify everything that was signed before; `tell` hears, in plain words, of evidence and failures.

        :raises ConfigError: another witness works on this home.
        :raises WitnessStateError: what was signed before is missing or damaged.
        """
        self._home, self._cosigner, self._clock, self._tell = home, cosigner, clock, tell
        self._claim = home.claim()
        verifier = CosignatureVerifier(cosigner.name, cosigner.public)
        try:
            self._memories = {
                origin: load(home.memory_file(origin), origin, trust=home.trust(), witness=verifier)
                for origin in home.origins()
            }
        except WitnessStateError:
            self._claim.close()
            raise
        # INVARIANT: between looking at a memory and writing down the next one, nobody else does either.
        self._turn = threading.Lock()

    def close(self) -> None:
        """Let the home go."""
        self._claim.close()

    def size_of(self, origin: str) -> int:
        """Return up to how many entries a log was cosigned."""
        return self._memories[origin].checkpoint.size

    def latest(self, short: str) -> str | None:
        """Return the newest cosigned note of the log with this short name (`short_of`); None when there is none."""
        for origin, memory in self._memories.items():
            if short_of(origin) == short and memory.newest is not None:
                return memory.newest.note
        return None

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request as C2SP tlog-witness says; 200 holds the cosignature, and it was written down before."""
        try:
            sent = Submission.from_bytes(body)
        except InvalidRequestError as error:
            return Answer(400, f"{error.message}\n")
        if sent.checkpoint.origin not in self._memories:
            return Answer(404, "this witness does not know such a log\n")
        try:
            self._home.trust().verify_signed(sent.note)
        except SignatureInvalidError:
            return Answer(403, "no key of the log that this witness trusts signed the checkpoint\n")
        if sent.old > sent.checkpoint.size:
            return Answer(400, "the old size is larger than the checkpoint's\n")
        with self._turn:
            try:
                return self._judge(sent, self._memories[sent.checkpoint.origin])
            except WitnessStateError as error:
                self._tell(error.message)
                return Answer(503, f"{error.message}\n")

    def _judge(self, sent: Submission, memory: Memory) -> Answer:
        known, new = memory.checkpoint, sent.checkpoint
        same = memory.of_size(new.size)
        if (new.size == known.size and new.root != known.root) or (same and same.checkpoint.root != new.root):
            self._keep(sent, same)
            if sent.old == known.size:
                return Answer(409, "this witness has cosigned another tree of this size\n")
        if sent.old != known.size:
            return Answer(409, f"{known.size}\n", SIZE)
        if known.size:
            try:
                verify_consistency(known.size, new.size, sent.proof, known.root, new.root)
            except LogTamperedError as error:
                if new.size > known.size:
                    self._keep(sent, memory.newest)
                return Answer(422, f"{error.message}\n")
        return Answer(200, self._cosign(sent, memory))

    def _cosign(self, sent: Submission, memory: Memory) -> str:
        at = self._clock().astimezone(dt.UTC).replace(microsecond=0)
        if memory.newest is not None:
            # Two signatures must not say that the log was larger before and smaller later.
            if at < memory.newest.at - CLOCKS:
                raise WitnessStateError("the witness's clock is behind its own last signature", hint="set the clock")
            at = max(at, memory.newest.at)
        line = self._cosigner.cosign(sent.checkpoint.to_text(), at)
        note = merge_notes([self._home.stripped(sent.note), f"{sent.checkpoint.to_text()}\n{line}"])
        after = memory.with_newest(Cosigned(sent.checkpoint, note, at))
        save(self._home.memory_file(memory.origin), after)
        self._memories[memory.origin] = after
        return line

    def _keep(self, sent: Submission, seen: Cosigned | None) -> None:
        """Keep two notes that contradict each other; a failure is told, and changes nothing of the refusal."""
        evidence = Evidence(
            logs=self._home.keys_of(sent.checkpoint.origin),
            seen=self._home.stripped(seen.note) if seen else None,
            sent=self._home.stripped(sent.note),
            proof=sent.proof,
            at=self._clock().astimezone(dt.UTC).replace(microsecond=0),
        )
        try:
            path = EvidenceFolder(self._home.evidence_folder(sent.checkpoint.origin)).keep(evidence)
        except WitnessStateError as error:
            self._tell(error.message)
            return
        if path is not None:
            self._tell(f"EVIDENCE against a log was kept: {path.name}; see `gateway witness evidence`")


def open_witness(path: Path, cosigner: Cosigner, *, clock: Clock, tell: Tell = lambda _: None) -> Witness:
    """Return the witness of a home, ready to work."""
    return Witness(Home.read(path), cosigner, clock=clock, tell=tell)
