"""Makes a backup: one sealed file of one moment, verified before it gets its name."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from gateway.crypto.backup_stream import SealedWriter
from gateway.errors import ConfigError, LogTamperedError
from gateway.keep.archive import ArchiveWriter, Manifest
from gateway.keep.check import BackupReport, Progress, verify_backup
from gateway.log.seen import LastSeen
from gateway.store.ports import LogTable
from gateway.store.rows import Group, Shape
from gateway.store.volume_ports import Book


class Snapshot(Protocol):
    """The store as of one moment (`gateway.store.snapshot.SqlSnapshot`)."""

    log: LogTable
    book: Book
    revision: str
    shapes: tuple[Shape, ...]

    def groups(self) -> Iterator[Group]:
        """Yield every row once, the log's first."""
        ...


def back_up(
    path: Path,
    passphrase: bytes,
    *,
    open_snapshot: Callable[[], AbstractContextManager[Snapshot]],
    seen: LastSeen,
    vkeys: Sequence[str],
    created: str,
    strong: bool,
    progress: Progress,
) -> BackupReport:
    """Write a backup to `path`, which MUST NOT exist; a report with a problem means that there is no file.

    :raises ConfigError: there is a file already, or it cannot be written there.
    :raises LogForkError: the database is older than what this gateway signed: it would push out better backups.
    :raises LogTamperedError: the database holds what was never written.
    """
    _refuse_existing(path)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".backup-")  # mode 0600 by definition
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                signed = _write(
                    file, passphrase, open_snapshot, seen, created=created, strong=strong, progress=progress
                )
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                report = verify_backup(file, passphrase, vkeys=vkeys, progress=progress)
            if report.ok and report.checkpoint != signed:
                raise LogTamperedError(
                    "the backup does not hold what was read", hint="check memory and disk, try again"
                )
            if report.ok:
                os.link(temporary, path)  # unlike a rename, a link never replaces what is there
                _flush_folder(path.parent)
        finally:
            temporary.unlink()
    except FileExistsError:
        _refuse_existing(path)
        raise
    except OSError as exc:
        raise ConfigError(
            "the backup cannot be written there, so there is none",
            hint="look at the folder and its room; on a network share, make the backup on a local disk and copy it",
        ) from exc
    return report


def _write(
    file: BinaryIO,
    passphrase: bytes,
    open_snapshot: Callable[[], AbstractContextManager[Snapshot]],
    seen: LastSeen,
    *,
    created: str,
    strong: bool,
    progress: Progress,
) -> str:
    writer = SealedWriter(file, passphrase, created=created, strong=strong)
    remembered = seen.read()  # before the view is opened, which must then have all of it
    with open_snapshot() as snapshot:
        seen.check_book(remembered, snapshot.book)
        head, size = snapshot.log.head(), snapshot.book.size()
        archive = ArchiveWriter(writer, Manifest(snapshot.revision, size, snapshot.shapes))
        for group in snapshot.groups():
            archive.add(group)
            progress("reading", min(archive.rows["leaf"], size), size)
        archive.finish()
    writer.finish()
    return head.checkpoint


def _refuse_existing(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise ConfigError(
            "there is a file of this name already, and a backup replaces none", hint="choose another name"
        )


def _flush_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
