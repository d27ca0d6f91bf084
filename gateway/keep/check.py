"""Verifies a backup by itself: it opens, nothing is missing, and its log is the one that the gateway's key signed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from gateway.crypto.backup_stream import SealedReader
from gateway.errors import CannotOpenError, GatewayError, LogTamperedError
from gateway.keep.archive import ArchiveReader
from gateway.keep.streamed_log import StreamedLog
from gateway.log.audit import LogReport
from gateway.log.checkpoint import Verifiers
from gateway.log.years import verify_years
from gateway.model.terms import Json
from gateway.store.rows import Group

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how many entries are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a verification found. `rows` counts those of all tables; `problem` is the first one, if any."""

    created: str
    entries: int
    root: str
    rows: int
    checkpoint: str
    problem: str | None

    @property
    def ok(self) -> bool:
        """Say whether there is no problem."""
        return self.problem is None

    def to_json(self) -> dict[str, Json]:
        """Return what `gateway backup` and `restore` print as JSON."""
        told: dict[str, Json] = {
            "ok": self.ok,
            "created": self.created,
            "entries": self.entries,
            "root": self.root,
            "rows": self.rows,
        }
        return told if self.problem is None else {**told, "problem": self.problem}


def verify_backup(file: BinaryIO, passphrase: bytes, *, vkeys: Sequence[str], progress: Progress) -> BackupReport:
    """Open the whole backup and recompute its log: leaves, nodes, head, checkpoints and signatures by `vkeys`, one for
    each volume.

    :raises CannotOpenError: the passphrase does not open it, or it was altered or cut off.
    :raises KeyUnavailableError: the passphrase is empty.
    """
    reader = SealedReader(file, passphrase)
    archive = ArchiveReader(reader)
    broken: list[CannotOpenError] = []

    def groups() -> Iterator[Group]:
        try:
            yield from archive.groups()
        except CannotOpenError as exc:  # a file that cannot be read is no finding about the log in it
            broken.append(exc)
            raise

    log = StreamedLog(groups())
    report: LogReport | None = None
    try:
        problem = _other_key(log, vkeys)
        if problem is None:
            report = verify_years(log, vkeys=vkeys, progress=lambda done, total: progress("verifying", done, total))
            problem = report.problem
        if problem is None:
            for _ in log.rest():  # counted and opened, or this raises
                pass
            reader.finish()
            if report is not None and report.entries != archive.manifest.entries:
                problem = "the backup says of itself that its log has another number of entries"
    except LogTamperedError as exc:
        problem = f"{exc.message}: {exc.hint}"
    if broken:
        raise broken[0]
    return BackupReport(
        created=reader.created,
        entries=0 if report is None else report.entries,
        root="" if report is None else report.root,
        rows=sum(archive.rows.values()),
        checkpoint=log.head().checkpoint,
        problem=problem,
    )


def _other_key(log: StreamedLog, vkeys: Sequence[str]) -> str | None:
    note = log.head().checkpoint
    try:
        if note:
            Verifiers(vkeys).verify(note)
    except GatewayError:
        return (
            "the log in the backup is not signed by the key in GATEWAY_KEYS: it is another gateway's backup, "
            "or these are not the keys that belong to it"
        )
    return None
