"""The log of all years: each volume is a log by itself, and names the one before it and the one after it.

The last entry of a volume that was closed is of type `witness`, outcome `closed`: its `payload` is the digest of the
next volume's verifier key. The first entry of the next one is of type `witness`, outcome `opened`: its `payload` is the
digest of the final checkpoint of the volume before, as the log signed it. So whoever has the leaves and the public keys
can follow the log over the years; neither entry needs to be opened for that.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.crypto.commitments import digest
from gateway.crypto.notes import NoteVerifier
from gateway.errors import GatewayError, LogTamperedError
from gateway.log.audit import LogReport, verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import decode
from gateway.log.ranges import Jobs
from gateway.log.reader import LogReader
from gateway.log.walk import Progress
from gateway.model.leaf import LeafType
from gateway.store.ports import Head, LogTable
from gateway.store.volume_ports import Book, Volume

CLOSED, OPENED = "closed", "opened"
NEWEST = -1
"""The place of the newest volume, by which its processes are asked for: they may be made before anything is read."""

_KEEP = "keep the database as it is and call the privacy officer"


class Shelf(Protocol):
    """What verification reads of all volumes: a database, a backup that streams by, or exports."""

    def volumes(self) -> Sequence[Volume]:
        """Return the volumes, the first one first."""
        ...

    def volume(self, number: int) -> LogReader:
        """Return one of them; they are asked for in their order."""
        ...

    def ends_of(self, number: int) -> tuple[bytes, bytes]:
        """Return the first and the last entry of a volume that was just read."""
        ...


@dataclass(frozen=True, slots=True)
class YearsReport(LogReport):
    """What a verification of all volumes found: `entries` of all of them, and the root of the newest."""

    volumes: tuple[tuple[Volume, LogReport], ...] = field(default=())

    def to_json(self) -> dict[str, object]:
        """Return the report as CONTRACT (`gateway log verify`) writes it, with what was found in each volume."""
        each = [
            {"origin": volume.origin, "first": volume.first, **LogReport.to_json(report)}
            for volume, report in self.volumes
        ]
        return {**LogReport.to_json(self), "volumes": each}


def volume_named(book: Book, origin: str) -> LogTable:
    """Return the volume of this name.

    :raises LogTamperedError: there is none.
    """
    if book.size() and Checkpoint.from_note(book.volume(-1).head().checkpoint).origin == origin:
        return book.volume(-1)
    for number, volume in enumerate(book.volumes()):
        if volume.origin == origin:
            return book.volume(number)
    raise LogTamperedError("the log has no volume of this name", hint=_KEEP)


def closes_for(vkey: str) -> str:
    """Return the `payload` of the entry that closes a volume: it names the next one's verifier key."""
    return digest(vkey.encode())


def opens_after(note: str) -> str:
    """Return the `payload` of the entry that opens a volume: it names the final checkpoint of the one before."""
    return digest(note.encode())


def verify_years(
    shelf: Shelf,
    *,
    vkeys: Sequence[str],
    seen: Callable[[], Checkpoint | None] | None = None,
    since: Checkpoint | None = None,
    jobs: Callable[[int], Jobs] | None = None,
    progress: Progress | None = None,
    timer: Callable[[], float] = time.perf_counter,
) -> YearsReport:
    """Verify every volume with its own key, and that each one follows from the one before it.

    Tampering is reported, never raised. `seen` returns a checkpoint that the log must contain: what the gateway
    remembers outside the database. `since` is one that was verified before: the entries it counts, and the volumes
    before its own, are not read again. `jobs` gives for each volume, or for NEWEST, how many processes share it.
    `progress` is told (done, total) entries.

    :raises SignatureInvalidError: one of `vkeys` is not a verifier key (C2SP signed-note).
    """
    keys = {NoteVerifier.from_text(vkey).name: vkey for vkey in vkeys}
    began = timer()
    walk = _Years(shelf, keys, vkeys[0], since, jobs, progress)
    problem: str | None = None
    try:
        walk.remembered = None if seen is None else seen()  # before the first look at the tables
        problem = walk.run()
    except GatewayError as exc:
        problem = f"{exc.message}: {exc.hint}"
    except (TypeError, ValueError, OverflowError, AttributeError):  # a cell of another type than the store ever writes
        problem = f"a volume of the log has a form that was never written: {_KEEP}"
    seconds = timer() - began
    found = tuple(walk.found)
    entries = sum(report.entries for _, report in found)
    root = found[-1][1].root if found else ""
    speed = (entries - (walk.before or 0)) / seconds if seconds > 0 else 0.0
    return YearsReport(problem is None, entries, root, seconds, speed, problem, walk.before, found)


class _Years:
    """One pass over all volumes, from the first to the newest."""

    def __init__(
        self,
        shelf: Shelf,
        keys: Mapping[str, str],
        first_key: str,
        since: Checkpoint | None,
        jobs: Callable[[int], Jobs] | None,
        progress: Progress | None,
    ) -> None:
        self._shelf = shelf
        self._keys = keys
        self._first_key = first_key
        self._since = since
        self._jobs = jobs
        self._progress = progress
        self.remembered: Checkpoint | None = None
        self.found: list[tuple[Volume, LogReport]] = []
        self.before: int | None = None  # entries, of all volumes, that were verified before

    def run(self) -> str | None:
        """Verify each volume in its turn; return the first problem."""
        volumes = self._shelf.volumes()
        if len(volumes) == 1:
            return self._verify(0, volumes[0], volumes[0].size, alone=True)
        names = [volume.origin for volume in volumes]
        for told, what in ((self._since, "you verified before"), (self.remembered, "this gateway has signed last")):
            if told is not None and told.origin not in names:
                return f"the log of `{told.origin}`, of which {what}, is not here: this is an older copy: {_KEEP}"
        skipped = 0 if self._since is None else names.index(self._since.origin)
        total = volumes[-1].first + volumes[-1].size
        before: tuple[Head, bytes] | None = None
        for number, volume in enumerate(volumes):
            table = self._shelf.volume(number)
            if number < skipped:
                signed = Checkpoint.verify(table.head().checkpoint, self._keys.get(volume.origin, ""))
                self.found.append((volume, LogReport(True, volume.size, signed.root.hex(), 0.0, 0.0)))
            else:
                problem = self._verify(number, volume, total, alone=False)
                if problem is not None:
                    return f"in the log of `{volume.origin}`: {problem}"
            first, last = self._shelf.ends_of(number)
            if before is not None:
                _check_sequel(before, self._keys[volume.origin], first, volume.origin)
            before = table.head(), last
        return None

    def _verify(self, number: int, volume: Volume, total: int, *, alone: bool) -> str | None:
        # One volume by itself is verified as it always was: also when what was remembered is of another log.
        place = NEWEST if volume.first + volume.size == total else number
        vkey = self._keys.get(volume.origin, self._first_key if alone else None)
        if vkey is None:
            return "its key is not here: look at log.vkey in GATEWAY_KEYS"
        remembered = self.remembered if alone or _is_of(self.remembered, volume) else None
        since = self._since if alone or _is_of(self._since, volume) else None
        if since is not None:
            self.before = volume.first + since.size
        report = verify_log(
            self._shelf.volume(number),
            vkey=vkey,
            seen=lambda: remembered,
            since=since,
            jobs=None if self._jobs is None else self._jobs(place),
            progress=None if self._progress is None else _from(volume.first, total, self._progress),
        )
        self.found.append((volume, report))
        return report.problem


def _is_of(checkpoint: Checkpoint | None, volume: Volume) -> bool:
    return checkpoint is not None and checkpoint.origin == volume.origin


def _from(first: int, total: int, progress: Progress) -> Progress:
    return lambda done, _: progress(first + done, total)


def _check_sequel(before: tuple[Head, bytes], vkey: str, first: bytes, origin: str) -> None:
    head, last = before
    closed, opened = decode(last), decode(first)
    if (closed.type, closed.outcome, closed.payload) != (LeafType.WITNESS, CLOSED, closes_for(vkey)):
        raise LogTamperedError(
            f"the log before `{origin}` was not closed for it: its last entry does not name its key", hint=_KEEP
        )
    if (opened.type, opened.outcome, opened.payload) != (LeafType.WITNESS, OPENED, opens_after(head.checkpoint)):
        raise LogTamperedError(
            f"the log of `{origin}` does not begin with the final checkpoint of the one before it", hint=_KEEP
        )
