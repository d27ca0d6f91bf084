"""The log as files that any transparency-log tool can read (C2SP tlog-tiles), and their verification."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from gateway.errors import LogTamperedError, NotFoundError
from gateway.log.audit import LogReport, verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import HASH, frontier_places, node_hash
from gateway.log.ranges import Jobs
from gateway.log.reader import LogReader
from gateway.log.walk import Progress
from gateway.store.ports import Head

WIDTH = 256  # hashes or entries in a full tile
HEIGHT = 8  # levels of the tree in a tile
LONGEST = 0xFFFF  # bytes in an entry: its length is a uint16

_AGAIN = "export the log again; if it stays so, call the privacy officer"


def tile_path(kind: str, index: int, width: int) -> str:
    """Return where a tile stands: groups of three digits, all but the last with an x, then `.p/W` for a partial one."""
    digits = f"{index % 1000:03d}"
    while index >= 1000:  # three digits a folder
        index //= 1000
        digits = f"x{index % 1000:03d}/{digits}"
    return f"tile/{kind}/{digits}" + (f".p/{width}" if width < WIDTH else "")


def _tiles(count: int) -> Iterator[tuple[int, int]]:
    """Yield (index, width) of the tiles that hold `count` hashes or entries."""
    for index in range((count + WIDTH - 1) // WIDTH):
        yield index, min(WIDTH, count - index * WIDTH)


def export_tiles(table: LogReader, directory: Path) -> int:
    """Write the log up to its latest checkpoint into `directory`; return the number of entries.

    The checkpoint is written last, so that a reader never sees one whose tiles are not there yet.
    An empty log has no checkpoint to export; only the folder is made.

    :raises LogTamperedError: hashes or entries are missing, or an entry is too long for the format.
    """
    head = table.head()
    directory.mkdir(parents=True, exist_ok=True)
    for index, width in _tiles(head.size):
        start = index * WIDTH
        bundle = b"".join(_prefixed(entry) for entry in table.leaves(start, start + width))
        _write(directory / tile_path("entries", index, width), bundle)
    level = 0
    while (count := head.size >> HEIGHT * level) > 0:
        for index, width in _tiles(count):
            start = index * WIDTH
            hashes = table.level(HEIGHT * level, start, start + width)
            if len(hashes) != width:
                raise LogTamperedError(
                    f"tree nodes of level {HEIGHT * level} are missing", hint="run `gateway log verify` on the database"
                )
            _write(directory / tile_path(str(level), index, width), b"".join(hashes))
        level += 1
    if head.checkpoint:
        _write(directory / "checkpoint", head.checkpoint.encode())
    return head.size


@contextmanager
def open_export(directory: Path) -> Iterator[LogReader]:
    """Open an export for reading; it is read as it is asked for, so nothing stays open."""
    yield TileFolder(directory)


def fsck(directory: Path, *, vkey: str, jobs: int = 1, progress: Progress | None = None) -> LogReport:
    """Verify an export by itself: every entry, every tile, the checkpoint and its signature by `vkey`.

    Tampering is reported, never raised. `jobs` processes share a large one.

    :raises SignatureInvalidError: `vkey` is not a verifier key (C2SP signed-note).
    """
    shared = Jobs(jobs, partial(open_export, directory))
    return verify_log(TileFolder(directory), vkey=vkey, jobs=shared, progress=progress)


class TileFolder:
    """An export, read as a log (`gateway.log.audit.LogReader`). The levels between tiles are computed from them."""

    def __init__(self, directory: Path) -> None:
        """Read nothing yet."""
        self._directory = directory
        self._signed: tuple[int, str] | None = None

    def head(self) -> Head:
        """Return what the checkpoint says; it is not verified here."""
        size, note = self._checkpoint()
        places = frontier_places(0, size)
        found = self.nodes(places)
        return Head(size, tuple(found[place] for place in places), note)

    def leaf(self, index: int) -> bytes:
        """Return the leaf bytes; raise NotFoundError when the checkpoint does not count so far."""
        if not 0 <= index < self._checkpoint()[0]:
            raise NotFoundError(f"the export has no entry {index}", hint="look at the size in the checkpoint")
        return next(self.leaves(index, index + 1))

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the leaf bytes of [start, stop) in order."""
        size = self._checkpoint()[0]
        for index in range(start // WIDTH, (min(stop, size) + WIDTH - 1) // WIDTH):
            first = index * WIDTH
            entries = self._bundle(index, min(WIDTH, size - first))
            yield from entries[max(0, start - first) : stop - first]

    def nodes(self, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return the hashes of these (level, index) nodes; raise LogTamperedError when one is missing."""
        found: dict[tuple[int, int], bytes] = {}
        for level, index in wanted:
            hashes = self.level(level, index, index + 1)
            if not hashes:
                raise LogTamperedError(f"tree node {index} of level {level} is missing", hint=_AGAIN)
            found[level, index] = hashes[0]
        return found

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the hashes at one level for [start, stop), as far as the checkpoint counts."""
        tile_level, height = divmod(level, HEIGHT)
        stop = min(stop, self._checkpoint()[0] >> level)
        hashes = self._stored(tile_level, start << height, stop << height)
        for _ in range(height):
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield nothing: an export holds the latest checkpoint only, and that is the head's."""
        return iter(())

    def _checkpoint(self) -> tuple[int, str]:
        if self._signed is None:
            try:
                note = self._read("checkpoint").decode()
            except UnicodeDecodeError as exc:
                raise LogTamperedError("the checkpoint is not text", hint=_AGAIN) from exc
            self._signed = Checkpoint.from_note(note).size, note
        return self._signed

    def _stored(self, tile_level: int, start: int, stop: int) -> list[bytes]:
        count = self._checkpoint()[0] >> HEIGHT * tile_level
        hashes: list[bytes] = []
        for index in range(start // WIDTH, (stop + WIDTH - 1) // WIDTH):
            width = min(WIDTH, count - index * WIDTH)
            path = tile_path(str(tile_level), index, width)
            tile = self._read(path)
            if len(tile) != width * HASH:
                raise LogTamperedError(f"{path} has not the length of its hashes", hint=_AGAIN)
            hashes += [tile[at : at + HASH] for at in range(0, len(tile), HASH)]
        first = start // WIDTH * WIDTH
        return hashes[start - first : stop - first]

    def _bundle(self, index: int, width: int) -> list[bytes]:
        path = tile_path("entries", index, width)
        data, at, entries = self._read(path), 0, []
        while at < len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            entries.append(data[at + 2 : end])
            if end > len(data):
                raise LogTamperedError(f"{path} is cut off", hint=_AGAIN)
            at = end
        if len(entries) != width:
            raise LogTamperedError(f"{path} does not hold {width} entries", hint=_AGAIN)
        return entries

    def _read(self, path: str) -> bytes:
        try:
            return (self._directory / path).read_bytes()
        except OSError as exc:
            raise LogTamperedError(f"{path} cannot be read", hint=_AGAIN) from exc


def _prefixed(entry: bytes) -> bytes:
    if len(entry) > LONGEST:
        raise LogTamperedError("an entry is too long for a tile", hint="run `gateway log verify` on the database")
    return len(entry).to_bytes(2, "big") + entry


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
