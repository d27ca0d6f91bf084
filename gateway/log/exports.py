"""Exports of a log of several years: one folder of tiles (C2SP tlog-tiles) for each volume, named after its year."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from gateway.errors import LogTamperedError, NotFoundError
from gateway.log.checkpoint import Checkpoint
from gateway.log.origin import year_of
from gateway.log.ranges import Jobs, OpenLog, jobs_for
from gateway.log.tiles import TileFolder, export_tiles, open_export
from gateway.log.walk import Progress
from gateway.log.years import NEWEST, YearsReport, verify_years
from gateway.store.volume_ports import Book, Volume

CHECKPOINT = "checkpoint"


def export_years(book: Book, directory: Path) -> int:
    """Write the log into `directory`, and each volume into a folder of its own when there are several.

    Return the number of entries.

    :raises LogTamperedError: hashes or entries are missing.
    """
    volumes = book.volumes()
    if len(volumes) == 1:
        return export_tiles(book.volume(0), directory)
    if (directory / CHECKPOINT).exists():
        raise NotFoundError(
            "there is an export of one volume in that folder", hint="choose an empty folder: now there are several"
        )
    counts = [
        export_tiles(book.volume(number), directory / volume.origin.rpartition("/")[2])
        for number, volume in enumerate(volumes)
    ]
    return sum(counts)


def fsck_years(
    directory: Path, *, vkeys: Sequence[str], jobs: int = 1, progress: Progress | None = None
) -> YearsReport:
    """Verify an export by itself, of one volume or of several: every entry, tile, checkpoint and signature.

    Tampering is reported, never raised. `jobs` processes share a large volume.

    :raises SignatureInvalidError: one of `vkeys` is not a verifier key (C2SP signed-note).
    """
    exports = Exports(directory)
    with jobs_for(jobs, exports.opens(NEWEST)) as shared:
        return verify_years(
            exports,
            vkeys=vkeys,
            jobs=lambda number: shared if number == NEWEST else Jobs(jobs, exports.opens(number)),
            progress=progress,
        )


class Exports:
    """One export, or the folders of several volumes (`gateway.log.years.Shelf`)."""

    def __init__(self, directory: Path) -> None:
        """Look which folders there are; none of them is read yet."""
        found = [directory]
        if not (directory / CHECKPOINT).exists():
            found = sorted((path.parent for path in directory.glob(f"*/{CHECKPOINT}")), key=_by_year) or found
        self._folders = found

    def volumes(self) -> Sequence[Volume]:
        """Return the volumes, the first one first, as their checkpoints count them; nothing is verified here."""
        told: list[Volume] = []
        first = 0
        for folder in self._folders:
            signed = Checkpoint.from_note(_note(folder))
            told.append(Volume(first, signed.origin, signed.size))
            first += signed.size
        return told

    def volume(self, number: int) -> TileFolder:
        """Return one of them."""
        return TileFolder(self._folders[number])

    def ends_of(self, number: int) -> tuple[bytes, bytes]:
        """Return the first and the last entry of a volume."""
        table = self.volume(number)
        return table.leaf(0), table.leaf(self.volumes()[number].size - 1)

    def opens(self, number: int) -> OpenLog:
        """Return how another process opens one of them."""
        return partial(open_export, self._folders[number])


def _by_year(folder: Path) -> tuple[int, str]:
    return year_of(folder.name) or 0, folder.name  # one of before the years comes first


def _note(folder: Path) -> str:
    try:
        return (folder / CHECKPOINT).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise LogTamperedError(
            "checkpoint cannot be read", hint="export the log again; if it stays so, call the privacy officer"
        ) from exc
