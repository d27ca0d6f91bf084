"""Verifies the whole log from its entries alone, and proves a single entry."""

import operator
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.crypto.notes import NoteVerifier
from gateway.errors import GatewayError, LogTamperedError, NotFoundError
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import follows
from gateway.log.merkle import (
    append,
    frontier_places,
    inclusion_proof,
    leaf_hash,
    levels_of,
    root_of,
    verify_inclusion,
)
from gateway.log.proof import Proof
from gateway.log.seen import another, older
from gateway.store.ports import Head

CHUNK_LEVEL = 10
CHUNK = 1 << CHUNK_LEVEL  # entries between two comparisons with the stored hashes: a whole subtree

_KEEP = "keep the database as it is and call the privacy officer"


class LogReader(Protocol):
    """The reading half of `gateway.store.ports.LogTable`: a database, or an export."""

    def head(self) -> Head:
        """Return the head."""
        ...

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when there is no such index."""
        ...

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order."""
        ...

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return the hashes of these (level, index) nodes."""
        ...

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), as far as they exist."""
        ...

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note) from the oldest to the newest."""
        ...


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a verification found. `entries` and `root` (hex) are what was recomputed; `problem` is the first one."""

    ok: bool
    entries: int
    root: str
    seconds: float
    entries_per_second: float
    problem: str | None = None

    def to_json(self) -> dict[str, bool | int | float | str]:
        """Return the report as CONTRACT (`gateway log verify`) writes it; `problem` only when there is one."""
        told: dict[str, bool | int | float | str] = {
            "ok": self.ok,
            "entries": self.entries,
            "root": self.root,
            "seconds": self.seconds,
            "entries_per_second": self.entries_per_second,
        }
        return told if self.problem is None else {**told, "problem": self.problem}


def verify_log(
    table: LogReader,
    *,
    vkey: str,
    seen: Callable[[], Checkpoint | None] | None = None,
    progress: Callable[[int, int], None] | None = None,
    timer: Callable[[], float] = time.perf_counter,
) -> LogReport:
    """Recompute the log from its leaf bytes and compare every stored hash, the head and every kept checkpoint.

    Tampering is reported, never raised. `seen` returns a checkpoint that the log must contain: what the gateway
    remembers outside the database. `progress` is told (done, total) entries; `timer` returns seconds.

    :raises SignatureInvalidError: `vkey` is not a verifier key (C2SP signed-note).
    """
    verifier = NoteVerifier.from_text(vkey)
    began = timer()
    walk = _Walk(table, verifier)
    problem: str | None = None
    try:
        walk.remembered = None if seen is None else seen()  # before the first look at the table
        walk.run(progress)
    except GatewayError as exc:
        problem = f"{exc.message}: {exc.hint}"
    except (TypeError, ValueError, OverflowError, AttributeError):  # a cell of another type than the store ever writes
        place = "the head of the log" if walk.counted is None else f"the row of entry {walk.size}, or one beside it,"
        problem = f"{place} has a form that was never written: {_KEEP}"
    seconds = timer() - began
    speed = walk.size / seconds if seconds > 0 else 0.0
    return LogReport(problem is None, walk.size, walk.root().hex(), seconds, speed, problem)


class _Walk:
    """One pass over the log, from the first entry to the last."""

    def __init__(self, table: LogReader, verifier: NoteVerifier) -> None:
        self._table = table
        self._verifier = verifier
        self.size = 0
        self.counted: int | None = None  # entries by the head; None while it was not read
        self.remembered: Checkpoint | None = None
        self._continues = False
        self._frontier: tuple[bytes, ...] = ()  # of what was compared; what follows waits in these two
        self._entries: list[bytes] = []
        self._hashes: list[bytes] = []
        self._kept = table.checkpoints()
        self._next: tuple[int, str] | None = None
        self._met = 0  # size of the last checkpoint that was checked

    def run(self, progress: Callable[[int, int], None] | None) -> None:
        head = self._table.head()
        self.counted = operator.index(head.size)
        self._next = next(self._kept, None)
        for entry in self._table.leaves(0, head.size):
            self._hashes.append(leaf_hash(entry))
            self._entries.append(entry)
            self.size += 1
            if len(self._entries) == CHUNK:
                self._compare()
                if progress is not None:
                    progress(self.size, head.size)
        self._compare()
        self._finish(head)
        if progress is not None:
            progress(self.size, head.size)

    def root(self) -> bytes:
        """Return the root over all entries so far, compared or not."""
        return root_of(self._frontier_at(self.size, levels_of(self._hashes)))

    def _compare(self) -> None:
        # Hashes first, so that an altered entry is named as such, then the words of the entries, then signatures.
        start, levels = self.size - len(self._hashes), levels_of(self._hashes)
        for level, hashes in enumerate(levels):
            self._compare_level(level, start >> level, hashes)
        if len(self._hashes) < CHUNK:
            frontier = self._frontier_at(self.size, levels)
        else:  # a whole subtree, as a leaf is at the bottom: the trees above it may be complete now
            frontier, nodes = append(self._frontier, start // CHUNK, levels[CHUNK_LEVEL][0])
            for level, index, node in nodes[1:]:
                self._compare_level(CHUNK_LEVEL + level, index, [node])
        for index, entry in enumerate(self._entries, start=start):
            self._read(index, entry)
        self._meet_checkpoints(start, levels)
        self._frontier = frontier
        self._entries.clear()
        self._hashes.clear()

    def _compare_level(self, level: int, first: int, hashes: list[bytes]) -> None:
        stored = self._table.level(level, first, first + len(hashes))
        if list(stored) != hashes:
            raise LogTamperedError(_which(level, first + _first_difference(hashes, stored)), hint=_KEEP)

    def _frontier_at(self, size: int, levels: Sequence[Sequence[bytes]]) -> tuple[bytes, ...]:
        """Return the frontier of a tree that ends in the run of these levels, which starts where all was compared."""
        start = self.size - len(self._hashes)
        places = frontier_places(start, size)
        return (*self._frontier, *(levels[level][index - (start >> level)] for level, index in places))

    def _meet_checkpoints(self, start: int, levels: Sequence[Sequence[bytes]]) -> None:
        """Check every kept checkpoint, and the remembered one, of a size in this run."""
        if self.remembered is not None and start < self.remembered.size <= self.size:
            self._continues = self.remembered.root == root_of(self._frontier_at(self.remembered.size, levels))
        while self._next is not None and self._next[0] <= self.size:
            size, note = self._next
            if size < self._met:
                raise LogTamperedError(f"the checkpoints around size {size} are not in order", hint=_KEEP)
            self._check_note(size, root_of(self._frontier_at(size, levels)), note)
            self._met, self._next = size, next(self._kept, None)

    def _read(self, index: int, entry: bytes) -> None:
        try:
            prev = follows(entry)
        except GatewayError as exc:
            raise LogTamperedError(f"entry {index} has not the agreed form", hint=_KEEP) from exc
        if prev is not None and prev >= index:
            raise LogTamperedError(f"entry {index} says it follows a later one", hint=_KEEP)

    def _check_note(self, size: int, root: bytes, note: str) -> None:
        try:
            checkpoint = Checkpoint.verify_with(note, self._verifier)
        except GatewayError as exc:
            raise LogTamperedError(f"the checkpoint of size {size} is not signed by the log's key", hint=_KEEP) from exc
        if (checkpoint.size, checkpoint.root) != (size, root):
            raise LogTamperedError(
                f"the first {size} entries are not those that the checkpoint of size {size} signed", hint=_KEEP
            )

    def _finish(self, head: Head) -> None:
        if self.size != head.size:
            raise LogTamperedError(f"entry {self.size} is missing: the head counts {head.size}", hint=_KEEP)
        if head.frontier != self._frontier:
            raise LogTamperedError(f"the head at size {head.size} has hashes that its entries do not give", hint=_KEEP)
        if head.size or head.checkpoint:
            self._check_note(head.size, root_of(self._frontier), head.checkpoint)
        if self._next is not None:
            raise LogTamperedError(
                f"the log signed {self._next[0]} entries but holds {head.size}: entries were removed", hint=_KEEP
            )
        self._look_behind(head.size)
        if self.remembered is not None and self.remembered.size > head.size:
            raise older(head.size, self.remembered.size)
        if self.remembered is not None and not self._continues:
            raise another(self.remembered.size)

    def _look_behind(self, size: int) -> None:
        try:
            self._table.leaf(size)
        except NotFoundError:
            pass
        else:
            raise LogTamperedError(f"entry {size} stands behind the end of the log", hint=_KEEP)
        for level in range(size.bit_length() + 1):
            count = size >> level
            if self._table.level(level, count, count + 1):
                raise LogTamperedError(f"tree node {count} of level {level} stands behind the end", hint=_KEEP)


def _first_difference(hashes: Sequence[bytes], stored: Sequence[bytes]) -> int:
    for place, (ours, theirs) in enumerate(zip(hashes, stored, strict=False)):
        if ours != theirs:
            return place
    return min(len(hashes), len(stored))


def _which(level: int, index: int) -> str:
    if level == 0:
        return f"entry {index} is not the one whose hash is in the tree"
    return f"tree node {index} of level {level} (entries {index << level} to {(index + 1 << level) - 1}) was altered"


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
