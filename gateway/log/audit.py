"""Verifies the whole log from its entries alone, and proves a single entry."""

import operator
import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.crypto.notes import NoteVerifier
from gateway.errors import GatewayError, LogTamperedError, NotFoundError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import (
    consistency_proof,
    frontier_places,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from gateway.log.proof import Proof
from gateway.log.ranges import Jobs, walk_ranges
from gateway.log.reader import LogReader
from gateway.log.sequence import KEEP, Span, span_of
from gateway.log.walk import CHUNK, Against, Progress, Reached, Walk


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a verification found. `entries` and `root` (hex) are what was recomputed; `problem` is the first one.

    `since` is the size of the checkpoint that was taken as verified before: of the entries before it only the root.
    """

    ok: bool
    entries: int
    root: str
    seconds: float
    entries_per_second: float
    problem: str | None = None
    since: int | None = None

    def to_json(self) -> dict[str, object]:
        """Return the report as CONTRACT (`gateway log verify`) writes it; `problem` and `since` when there are any."""
        told: dict[str, object] = {
            "ok": self.ok,
            "entries": self.entries,
            "root": self.root,
            "seconds": self.seconds,
            "entries_per_second": self.entries_per_second,
        }
        if self.since is not None:
            told["since"] = self.since
        return told if self.problem is None else {**told, "problem": self.problem}


def verify_log(
    table: LogReader,
    *,
    vkey: str,
    seen: Callable[[], Checkpoint | None] | None = None,
    since: Checkpoint | None = None,
    jobs: Jobs | None = None,
    ours: bool = True,
    progress: Progress | None = None,
    timer: Callable[[], float] = time.perf_counter,
) -> LogReport:
    """Recompute the log from its leaf bytes and compare every stored hash, the head and every kept checkpoint.

    Tampering is reported, never raised. `seen` returns a checkpoint that the log must contain: what the gateway
    remembers outside the database. `since` is one that was verified before: the entries it counts are not hashed
    again, their stored hashes must give its root. With `jobs` many entries are verified by several processes; what is
    found, and which problem is the first, does not depend on it. The entries of a log that is not `ours` are hashed but
    not read. `progress` is told (done, total) entries; `timer`
    returns seconds.

    :raises SignatureInvalidError: `vkey` is not a verifier key (C2SP signed-note).
    """
    verifier = NoteVerifier.from_text(vkey)
    began = timer()
    walk, counted = Walk(table, Against(verifier)), None
    first, problem = 0, None
    try:
        remembered = None if seen is None else seen()  # before the first look at the table
        head = table.head()
        counted = operator.index(head.size)
        reached = Reached() if since is None else _resume(table, since, counted, remembered)
        first = reached.size
        walk = Walk(table, Against(verifier, remembered, ours), reached)
        if jobs is not None:
            walk = walk_ranges(walk, jobs, counted, progress)
        walk.go_to(head.size, progress=progress)
        walk.finish(head)
        if progress is not None:
            progress(walk.size, head.size)
    except GatewayError as exc:
        problem = f"{exc.message}: {exc.hint}"
    except (TypeError, ValueError, OverflowError, AttributeError):  # a cell of another type than the store ever writes
        place = "the head of the log" if counted is None else f"the row of entry {walk.size}, or one beside it,"
        problem = f"{place} has a form that was never written: {KEEP}"
    seconds = timer() - began
    speed = (walk.size - first) / seconds if seconds > 0 else 0.0
    known_before = None if since is None else since.size
    return LogReport(problem is None, walk.size, walk.root().hex(), seconds, speed, problem, known_before)


def _resume(table: LogReader, since: Checkpoint, size: int, remembered: Checkpoint | None) -> Reached:
    """Return where a walk goes on: at the last whole chunk before the end of a checkpoint that was verified before.

    The stored hashes must give that checkpoint's root, so what goes on from them goes on from what was verified then.
    """
    if since.size > size:
        raise LogTamperedError(
            f"the log has {size} entries, but the checkpoint that you verified before counts {since.size}: "
            "entries were removed",
            hint=f"{KEEP}, with that checkpoint: it is the evidence",
        )
    places = frontier_places(0, since.size)
    stored = table.nodes(places)
    frontier = tuple(stored[place] for place in places)
    if root_of(frontier) != since.root:
        raise LogTamperedError(
            f"the first {since.size} entries are not those of the checkpoint that you verified before: "
            "entries were altered",
            hint=f"{KEEP}, with that checkpoint: it is the evidence",
        )
    start = since.size - since.size % CHUNK
    times = span_of(table.leaf(start - 1)) if start else Span()
    continues = False
    if remembered is not None and 0 < remembered.size <= start:
        proof = consistency_proof(remembered.size, since.size, table.nodes)
        try:
            verify_consistency(remembered.size, since.size, proof, remembered.root, since.root)
            continues = True
        except LogTamperedError:  # told at the end, as when the whole log is walked
            continues = False
    return Reached(start, frontier[: start.bit_count()], times, continues)


def prove(table: LogReader, index: int) -> str:
    """Return the proof that an entry is in the log, under its latest checkpoint (C2SP tlog-proof).

    :raises NotFoundError: there is no such entry.
    :raises LogTamperedError: the stored hashes do not prove it: a proof that fails is never handed out.
    """
    head = table.head()
    if not 0 <= index < head.size:
        raise NotFoundError(f"the log has no entry {index}", hint="look at the size with `gateway log checkpoint`")
    path = tuple(inclusion_proof(index, head.size, table.nodes))
    signed = Checkpoint.from_note(head.checkpoint)
    verify_inclusion(leaf_hash(table.leaf(index)), index, signed.size, path, signed.root)
    return Proof(index, path, head.checkpoint).to_text()
