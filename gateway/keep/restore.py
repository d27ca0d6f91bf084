"""Puts a backup back: verified before, written into an empty database in one transaction, and verified there again."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from gateway.crypto.backup_stream import SealedReader
from gateway.errors import ConfigError, LogForkError, LogTamperedError
from gateway.keep.archive import ArchiveReader
from gateway.keep.check import BackupReport, Progress, verify_backup
from gateway.log.checkpoint import Checkpoint
from gateway.log.seen import LastSeen
from gateway.log.years import verify_years
from gateway.store.ports import LogTable
from gateway.store.rows import Group, Shape
from gateway.store.volume_ports import Book


class Refill(Protocol):
    """An empty database that is being filled (`gateway.store.snapshot.SqlRefill`)."""

    book: Book

    @property
    def log(self) -> LogTable:
        """Return the newest volume of what was filled in so far."""
        ...

    def insert(self, shape: Shape, group: Group) -> None:
        """Add rows."""
        ...

    def go_on_counting(self, shapes: Sequence[Shape]) -> None:
        """Let the database count on from the highest numbers that came with the rows."""
        ...


def check(path: Path, passphrase: bytes, *, vkeys: Sequence[str], progress: Progress) -> BackupReport:
    """Verify a backup and write nothing.

    :raises CannotOpenError: the passphrase does not open it, or it was altered or cut off.
    :raises ConfigError: the file cannot be read.
    """
    with _open(path) as file:
        return verify_backup(file, passphrase, vkeys=vkeys, progress=progress)


def restore(
    path: Path,
    passphrase: bytes,
    *,
    open_refill: Callable[[str], AbstractContextManager[Refill]],
    seen: LastSeen,
    accept_loss: bool,
    vkeys: Sequence[str],
    progress: Progress,
) -> tuple[BackupReport, bool]:
    """Restore a backup; return what was found in it, and whether a loss must now be accepted.

    With a problem in the report nothing was written; neither when anything raises.

    :raises CannotOpenError: the passphrase does not open it, or it was altered or cut off.
    :raises ConfigError: the file cannot be read, or the database is not empty.
    :raises LogForkError: it is older than what this gateway signed, or of another log, and `accept_loss` is not given.
    """
    with _open(path) as file:
        report = verify_backup(file, passphrase, vkeys=vkeys, progress=progress)
        if not report.ok:
            return report, False
        remembered, lost = _remembered(seen, accept_loss=accept_loss)
        if remembered is not None and report.entries < remembered.size and not accept_loss:
            raise _older(report.entries, remembered.size)
        file.seek(0)
        # Opened anew: the file may have been changed meanwhile, and every byte is authenticated again.
        reader = SealedReader(file, passphrase)
        archive = ArchiveReader(reader)
        shapes = {shape.table: shape for shape in archive.manifest.shapes}
        with open_refill(archive.manifest.revision) as target:
            for group in archive.groups():
                target.insert(shapes[group.table], group)
                progress("restoring", min(archive.rows["leaf"], report.entries), report.entries)
            reader.finish()
            target.go_on_counting(archive.manifest.shapes)
            found = verify_years(
                target.book, vkeys=vkeys, progress=lambda done, total: progress("comparing", done, total)
            )
            if (found.problem, found.root) != (None, report.root):
                raise LogTamperedError(
                    "the database does not hold what the backup holds, so nothing was restored",
                    hint="look at the database and its disk, then restore into a new one",
                )
            try:
                seen.check_book(remembered, target.book)
            except LogForkError:
                if not accept_loss:
                    raise
                lost = True
    return report, lost


def _remembered(seen: LastSeen, *, accept_loss: bool) -> tuple[Checkpoint | None, bool]:
    try:
        return seen.read(), False
    except LogForkError:
        if not accept_loss:
            raise
        return None, True


def _older(entries: int, signed: int) -> LogForkError:
    return LogForkError(
        f"the log in the backup has {entries} entries, but this gateway has signed {signed}: some would be missing",
        hint="look for a newer backup, or for the database itself. If there is none, the privacy officer decides: "
        "see docs/operations.md and --accept-loss",
    )


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as exc:
        raise ConfigError("the backup cannot be read", hint="look at the file's name and permissions") from exc
