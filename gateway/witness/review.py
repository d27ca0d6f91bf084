"""The human statement: "I have reviewed this log up to n entries", signed with a key that nothing uses by itself.

It is a cosignature as well (C2SP tlog-cosignature, "additional statements"), over a checkpoint that the officer's own
automatic witness cosigned before: so a review never stands on a history that the witness has not checked.
"""

import datetime as dt
from dataclasses import dataclass

from gateway.crypto import sealed_file
from gateway.crypto.canonical import canonical, parse_canonical
from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.crypto.notes import merge_notes
from gateway.errors import (
    GatewayError,
    KeyUnavailableError,
    LogForkError,
    LogTamperedError,
    NotWitnessedError,
    SignatureInvalidError,
    WitnessStateError,
)
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import verify_consistency
from gateway.model.terms import Text
from gateway.witness.home import Home
from gateway.witness.memory import Memory, load
from gateway.witness.submission import Submission

FORMAT = "gateway-witness-review/1"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the officer is about to say: of which checkpoint, when the witness saw it, and what was said before it."""

    checkpoint: Checkpoint
    note: str
    seen: dt.datetime
    before: Checkpoint | None

    @property
    def new(self) -> int:
        """Return how many entries came since the last review."""
        return self.checkpoint.size - (self.before.size if self.before else 0)

    def words(self) -> Text:
        """Return what it says, in plain words."""
        size, origin = self.checkpoint.size, self.checkpoint.origin
        seen = self.seen.strftime("%Y-%m-%d %H:%M UTC")
        last_nl = (
            f"uw vorige verklaring ging tot {self.before.size}" if self.before else "u verklaarde nog niets eerder"
        )
        last_en = (
            f"your last statement went up to {self.before.size}" if self.before else "you made no statement before"
        )
        return Text(
            nl=f"U verklaart: ik heb het log `{origin}` beoordeeld tot en met vermelding {size} van {size}.\n"
            f"Nieuw sinds de vorige keer: {self.new} ({last_nl}).\n"
            f"Uw eigen automatische getuige heeft deze stand gezien op {seen}.",
            en=f"You state: I have reviewed the log `{origin}` up to and including entry {size} of {size}.\n"
            f"New since the last time: {self.new} ({last_en}).\n"
            f"Your own automatic witness saw this checkpoint at {seen}.",
        )


def propose(home: Home, given: str) -> Proposal:
    """Return what could be stated of a note, or of a request as `add-checkpoint` takes it (then its proof counts too).

    :raises SignatureInvalidError: the note is not of a watched log, or a signature does not fit.
    :raises LogTamperedError: it is no checkpoint, or the proof does not hold.
    :raises NotWitnessedError: the officer's own witness has not cosigned it.
    :raises LogForkError: the witness or the officer has signed another history.
    :raises WitnessStateError: the memory of the witness or of the reviews is damaged.
    """
    sent = Submission.from_bytes(given.encode()) if given.startswith("old ") else None
    note = sent.note if sent else given
    checkpoint = home.trust().verify_signed(note)
    witness = CosignatureVerifier.from_text(home.witness)
    seen = witness.seen_at(note)
    if seen is None:
        raise NotWitnessedError(
            "your own witness has not cosigned this checkpoint",
            hint="take the newest one from your witness, with --from and its address",
        )
    _compare_with_memory(home, checkpoint, witness)
    before = last_review(home, checkpoint.origin)
    if before is not None:
        _compare(before, checkpoint, sent)
    return Proposal(checkpoint, merge_notes([home.stripped(note), witness.lines_of(note)]), seen, before)


def state(home: Home, proposal: Proposal, reviewer: Cosigner, *, at: dt.datetime) -> str:
    """Sign the statement; return the note with the lines of the log, the witness and the officer.

    :raises SignatureInvalidError: the key is not the one that this home names.
    :raises WitnessStateError: the review cannot be written down; then nothing was signed.
    """
    if reviewer.vkey != home.reviewed:
        raise SignatureInvalidError(
            "this is not the key of your reviews", hint="name the right file with --key, or the right --home"
        )
    line = reviewer.cosign(proposal.checkpoint.to_text(), at)
    note = merge_notes([proposal.note, f"{proposal.checkpoint.to_text()}\n{line}"])
    kept = canonical({"format": FORMAT, "log": proposal.checkpoint.origin, "note": note})
    try:
        sealed_file.replace(home.review_file(proposal.checkpoint.origin), kept)
    except KeyUnavailableError as exc:
        raise WitnessStateError(
            "the review cannot be written down, so it was not signed", hint="look at the disk and the folder --home"
        ) from exc
    return note


def last_review(home: Home, origin: str) -> Checkpoint | None:
    """Return the checkpoint that was last reviewed; raise WitnessStateError when its file is damaged."""
    path = home.review_file(origin)
    if not path.exists():
        return None
    try:
        kept = parse_canonical(path.read_bytes())
        note = kept.get("note") if isinstance(kept, dict) else None
        if not isinstance(note, str) or kept != {"format": FORMAT, "log": origin, "note": note}:
            raise _damaged()
        checkpoint = home.trust().verify_signed(note)
        if CosignatureVerifier.from_text(home.reviewed).seen_at(note) is None or checkpoint.origin != origin:
            raise _damaged()
    except (OSError, GatewayError) as exc:
        raise _damaged() from exc
    return checkpoint


def _compare_with_memory(home: Home, checkpoint: Checkpoint, witness: CosignatureVerifier) -> None:
    if not home.memory_file(checkpoint.origin).exists():
        return  # a copy of the folder on another machine: there the witness's own signature is what counts
    memory: Memory = load(home.memory_file(checkpoint.origin), checkpoint.origin, trust=home.trust(), witness=witness)
    same = memory.of_size(checkpoint.size)
    if checkpoint.size > memory.checkpoint.size or (same is not None and same.checkpoint != checkpoint):
        raise LogForkError(
            "your witness's signature stands under a checkpoint that its own memory does not hold",
            hint="sign nothing; somebody may have its key, or an older copy of its folder: see docs/witness.md",
        )


def _compare(before: Checkpoint, checkpoint: Checkpoint, sent: Submission | None) -> None:
    if checkpoint.size < before.size:
        raise LogForkError(
            f"you have reviewed {before.size} entries already, and this checkpoint has only {checkpoint.size}",
            hint="take the newest checkpoint; if this is the newest, call the administrator and sign nothing",
        )
    if checkpoint.size == before.size and checkpoint.root != before.root:
        raise LogForkError(
            "you have reviewed another log of this size", hint="sign nothing; keep this file and call the administrator"
        )
    if sent is None:
        return
    if sent.old != before.size:
        raise LogTamperedError(
            f"the proof builds on {sent.old} entries, and your last review is of {before.size}",
            hint=f"ask for a proof from {before.size}",
        )
    if before.size:
        verify_consistency(before.size, checkpoint.size, sent.proof, before.root, checkpoint.root)


def _damaged() -> WitnessStateError:
    return WitnessStateError(
        "the memory of your last review is damaged", hint="sign nothing until you know why: see docs/witness.md"
    )
