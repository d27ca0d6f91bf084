"""One walk over a log: every entry hashed, every stored hash, checkpoint and word of an entry compared on the way.

A walk may begin where another one came to, so a log can be verified in parts, one after another or at the same time.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gateway.crypto.notes import NoteVerifier
from gateway.errors import GatewayError, LogTamperedError, NotFoundError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import append, frontier_places, leaf_hashes, levels_of, root_of
from gateway.log.reader import LogReader
from gateway.log.seen import another, older
from gateway.log.sequence import KEEP, Span, check_sequence
from gateway.store.ports import Head

CHUNK_LEVEL = 10
CHUNK = 1 << CHUNK_LEVEL  # entries between two comparisons with the stored hashes: a whole subtree

Progress = Callable[[int, int], None]
"""Told (done, total) entries."""


@dataclass(frozen=True, slots=True)
class Against:
    """What a log is held against: its key, a checkpoint that it must contain, and whether its entries must be ours.

    The entries of another program's log have another form, and no times that we could read.
    """

    verifier: NoteVerifier
    remembered: Checkpoint | None = None
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a walk came with nothing to report: what the next one needs to go on, however long the log is.

    `times` is the span of the entries so far. `continues` says that the remembered checkpoint was met and fits.
    A walk goes on from a multiple of CHUNK only, or from the end of the log.
    """

    size: int = 0
    frontier: tuple[bytes, ...] = ()
    times: Span = field(default_factory=Span)
    continues: bool = False


class Walk:
    """A walk that has come as far as `reached` says."""

    def __init__(self, table: LogReader, against: Against, reached: Reached | None = None) -> None:
        """Read nothing yet."""
        reached = reached or Reached()
        self._table = table
        self.against = against
        self._start = reached.size  # what follows waits in `_entries`
        self._frontier = reached.frontier  # of what was compared
        self._times = reached.times
        self._continues = reached.continues
        self._entries: list[bytes] = []
        self._kept = table.checkpoints(reached.size or None)
        self._next: tuple[int, str] | None = None
        self._met = reached.size  # size of the last checkpoint that was checked

    @property
    def size(self) -> int:
        """Return how many entries were read, compared or not."""
        return self._start + len(self._entries)

    @property
    def reached(self) -> Reached:
        """Return how far all was compared."""
        return Reached(self._start, self._frontier, self._times, self._continues)

    def gone_to(self, reached: Reached) -> "Walk":
        """Return the same walk where others brought it."""
        return Walk(self._table, self.against, reached)

    def root(self) -> bytes:
        """Return the root over all entries so far, compared or not."""
        return root_of(self._frontier_at(self.size, levels_of(leaf_hashes(self._entries))))

    def go_to(self, stop: int, progress: Progress | None = None) -> None:
        """Read and compare the entries before `stop`; raise LogTamperedError at the first thing that does not fit."""
        self._next = next(self._kept, None)
        source = self._table.leaves(self._start, stop)
        whole = True
        while whole:
            self._take(source, min(CHUNK, max(0, stop - self._start)))
            whole = len(self._entries) == CHUNK
            self._compare()
            if progress is not None and whole:
                progress(self._start, stop)

    def finish(self, head: Head) -> None:
        """Compare the end of the walk with the head, and look whether anything stands behind it."""
        if self.size != head.size:
            raise LogTamperedError(f"entry {self.size} is missing: the head counts {head.size}", hint=KEEP)
        if head.frontier != self._frontier:
            raise LogTamperedError(f"the head at size {head.size} has hashes that its entries do not give", hint=KEEP)
        if head.size or head.checkpoint:
            self._check_note(head.size, root_of(self._frontier), head.checkpoint)
        if self._next is not None:
            raise LogTamperedError(
                f"the log signed {self._next[0]} entries but holds {head.size}: entries were removed", hint=KEEP
            )
        self._look_behind(operator.index(head.size))
        remembered = self.against.remembered
        if remembered is not None and remembered.size > head.size:
            raise older(head.size, remembered.size)
        if remembered is not None and not self._continues:
            raise another(remembered.size)

    def _take(self, source: Iterator[bytes], wanted: int) -> None:
        """Read so many entries, as far as they come: what was read before one that cannot be read is kept."""
        entries = self._entries
        try:
            entries.extend(islice(source, wanted))
        finally:
            if not set(map(type, entries)) <= {bytes}:
                del entries[next(place for place, entry in enumerate(entries) if type(entry) is not bytes) :]
                raise LogTamperedError(f"the row of entry {self.size} has a form that was never written", hint=KEEP)

    def _compare(self) -> None:
        # Hashes first, so that an altered entry is named as such, then the words of the entries, then signatures.
        start, levels = self._start, levels_of(leaf_hashes(self._entries))
        for level, hashes in enumerate(levels):
            self._compare_level(level, start >> level, hashes)
        if len(self._entries) < CHUNK:
            frontier = self._frontier_at(self.size, levels)
        else:  # a whole subtree, as a leaf is at the bottom: the trees above it may be complete now
            frontier, nodes = append(self._frontier, start // CHUNK, levels[CHUNK_LEVEL][0])
            for level, index, node in nodes[1:]:
                self._compare_level(CHUNK_LEVEL + level, index, [node])
        times = check_sequence(self._entries, start, self._times) if self.against.ours else self._times
        self._meet_checkpoints(levels)
        self._start, self._frontier, self._times = self.size, frontier, times
        self._entries.clear()

    def _compare_level(self, level: int, first: int, hashes: list[bytes]) -> None:
        stored = self._table.level(level, first, first + len(hashes))
        if stored != hashes and list(stored) != hashes:
            raise LogTamperedError(_which(level, first + _first_difference(hashes, stored)), hint=KEEP)

    def _frontier_at(self, size: int, levels: Sequence[Sequence[bytes]]) -> tuple[bytes, ...]:
        """Return the frontier of a tree that ends in the run of these levels, which starts where all was compared."""
        start = self._start
        places = frontier_places(start, size)
        return (*self._frontier, *(levels[level][index - (start >> level)] for level, index in places))

    def _meet_checkpoints(self, levels: Sequence[Sequence[bytes]]) -> None:
        """Check every kept checkpoint, and the remembered one, of a size in this run."""
        remembered = self.against.remembered
        if remembered is not None and self._start < remembered.size <= self.size:
            self._continues = remembered.root == root_of(self._frontier_at(remembered.size, levels))
        while self._next is not None and self._next[0] <= self.size:
            size, note = self._next
            if size < self._met:
                raise LogTamperedError(f"the checkpoints around size {size} are not in order", hint=KEEP)
            self._check_note(size, root_of(self._frontier_at(size, levels)), note)
            self._met, self._next = size, next(self._kept, None)

    def _check_note(self, size: int, root: bytes, note: str) -> None:
        try:
            checkpoint = Checkpoint.verify_with(note, self.against.verifier)
        except GatewayError as exc:
            raise LogTamperedError(f"the checkpoint of size {size} is not signed by the log's key", hint=KEEP) from exc
        if (checkpoint.size, checkpoint.root) != (size, root):
            raise LogTamperedError(
                f"the first {size} entries are not those that the checkpoint of size {size} signed", hint=KEEP
            )

    def _look_behind(self, size: int) -> None:
        try:
            self._table.leaf(size)
        except NotFoundError:
            pass
        else:
            raise LogTamperedError(f"entry {size} stands behind the end of the log", hint=KEEP)
        for level in range(size.bit_length() + 1):
            count = size >> level
            if self._table.level(level, count, count + 1):
                raise LogTamperedError(f"tree node {count} of level {level} stands behind the end", hint=KEEP)


def _first_difference(hashes: Sequence[bytes], stored: Sequence[bytes]) -> int:
    for place, (ours, theirs) in enumerate(zip(hashes, stored, strict=False)):
        if ours != theirs:
            return place
    return min(len(hashes), len(stored))


def _which(level: int, index: int) -> str:
    if level == 0:
        return f"entry {index} is not the one whose hash is in the tree"
    return f"tree node {index} of level {level} (entries {index << level} to {(index + 1 << level) - 1}) was altered"
