"""Goes on after a loss, by a person's decision: recorded in the log, with the old checkpoint kept as evidence."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gateway.errors import InvalidRequestError, LogForkError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import root_of
from gateway.log.recorder import Entry, Recorder
from gateway.log.seen import LastSeen, create_durably
from gateway.model.leaf import LeafType
from gateway.model.terms import Json, is_reference
from gateway.store.ports import Head, Store, Unit
from gateway.store.volume_ports import Book

WITNESSED = "witnesses.seen"  # begins the name of the file with what the witnesses have seen


class Loss(StrEnum):
    """What stands in the way, and the outcome of the entry that accepts it."""

    RESTORED = "restored"  # an older copy: entries that were signed are missing
    DIVERGED = "diverged"  # another log than the one that was signed
    FORGOTTEN = "forgotten"  # the remembered checkpoint cannot be read, so nobody can tell


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a witness has seen of this log's name and key, and what this log does not continue; `note` is its proof."""

    witness: str
    checkpoint: Checkpoint
    note: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What was accepted: the log had `size` entries, `signed` were remembered or seen (None: unknown).

    It is recorded at `entry`; `evidence` names the file of what was remembered, or of what the witnesses have seen.
    """

    loss: Loss
    entry: int
    size: int
    signed: int | None
    evidence: str

    def to_json(self) -> dict[str, Json]:
        """Return what `gateway accept-loss --format json` prints."""
        told: dict[str, Json] = {
            "ok": True,
            "loss": self.loss.value,
            "entry": self.entry,
            "entries_found": self.size,
            "evidence": self.evidence,
        }
        return told if self.signed is None else {**told, "entries_signed": self.signed}


def accept_loss(
    store: Store,
    recorder: Recorder,
    seen: LastSeen,
    *,
    tag: str,
    bundle: str,
    decision: str,
    at: dt.datetime,
    elsewhere: Sequence[Elsewhere] = (),
) -> Acceptance:
    """Record that the log goes on although signed entries are missing, and remember it from here on.

    A witness in `elsewhere` never signs this log again: a start is refused as long as GATEWAY_WITNESSES names it.

    `store` MUST have no memory of its own; `tag` is the case of the gateway's own affairs; `decision` says where the
    decision is on file. The order survives a crash: evidence, then the entry, then the memory. In between, a start is
    still refused, and accepting again only adds an entry.

    :raises InvalidRequestError: nothing is missing, or the reference has not the form of one.
    :raises LogTamperedError: the log that stands here is not signed by this gateway: it can only be restored.
    """
    if not is_reference(decision):
        raise InvalidRequestError(
            "the decision's reference must be one line of at most 100 characters", hint="give its number, not a name"
        )
    loss, remembered, head = _look(store, seen, elsewhere)
    evidence = _keep_witnessed(seen, elsewhere) if elsewhere else ""
    evidence = _keep_evidence(seen) or evidence
    detail: dict[str, Json] = {
        "kind": "loss",
        "decision": decision,
        "size": head.size,
        "root": root_of(head.frontier).hex(),
        "evidence": evidence,
    }
    if remembered is not None:
        detail |= {"remembered_size": remembered.size, "remembered_root": remembered.root.hex()}
    if elsewhere:
        detail["witnesses"] = [
            {"witness": one.witness, "size": one.checkpoint.size, "root": one.checkpoint.root.hex()}
            for one in elsewhere
        ]

    def commit(unit: Unit) -> int:
        case_id, case_key = recorder.case(unit, tag=tag)
        prev = unit.book.size() - 1
        entry = Entry(LeafType.WITNESS, loss.value, bundle, detail, prev=prev if prev >= 0 else None)
        return recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=at)

    index = store.write(commit)
    with store.read() as unit:
        seen.begin_again(unit.log.head().checkpoint)
    return Acceptance(loss, index, head.size, None if remembered is None else remembered.size, evidence)


def _look(store: Store, seen: LastSeen, elsewhere: Sequence[Elsewhere]) -> tuple[Loss, Checkpoint | None, Head]:
    try:
        remembered = seen.read()
    except LogForkError:
        with store.read() as unit:
            return Loss.FORGOTTEN, None, unit.log.head()
    with store.read() as unit:
        head = unit.log.head()
        try:
            seen.check_book(remembered, unit.book)
        except LogForkError:
            older = remembered is not None and _is_older(seen, remembered, unit.book)
            return Loss.RESTORED if older else Loss.DIVERGED, remembered, head
    if elsewhere:
        furthest = max((one.checkpoint for one in elsewhere), key=lambda checkpoint: checkpoint.size)
        return Loss.RESTORED if head.size < furthest.size else Loss.DIVERGED, furthest, head
    raise InvalidRequestError(
        "the log continues what this gateway signed: there is no loss to accept", hint="start the gateway"
    )


def _is_older(seen: LastSeen, remembered: Checkpoint, book: Book) -> bool:
    number = seen.place_of(remembered, book)
    return number is None or book.volumes()[number].size < remembered.size


def _keep_evidence(seen: LastSeen) -> str:
    """Keep what was remembered, if anything was, and return the file's name."""
    try:
        data = seen.path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as exc:
        raise _not_kept(seen.path) from exc
    return _keep(seen.path, data)


def _keep_witnessed(seen: LastSeen, elsewhere: Sequence[Elsewhere]) -> str:
    return _keep(seen.path.with_name(WITNESSED), "\n".join(one.note for one in elsewhere).encode())


def _keep(beside: Path, data: bytes) -> str:
    kept = beside.with_name(f"{beside.name}.{hashlib.sha256(data).hexdigest()[:16]}")
    try:
        create_durably(kept, data)
    except OSError as exc:
        raise _not_kept(beside) from exc
    return kept.name


def _not_kept(path: Path) -> LogForkError:
    return LogForkError(
        f"{path.name} in GATEWAY_HOME cannot be kept as evidence",
        hint="make GATEWAY_HOME readable and writable for the gateway; nothing was changed",
    )
