"""The log as files that any transparency-log tool can read (C2SP tlog-tiles), and their verification."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from gateway.errors import GatewayError, LogTamperedError, NotFoundError
from gateway.log.audit import LogReport, verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import HASH, frontier_places, node_hash, root_of
from gateway.log.ranges import jobs_for
from gateway.log.reader import LogReader
from gateway.log.walk import Progress
from gateway.store.ports import Head

WIDTH = 256  # hashes or entries in a full tile
HEIGHT = 8  # levels of the tree in a tile
CHECKPOINT = "checkpoint"
LONGEST = 0xFFFF  # bytes in an entry: its length is a uint16

_AGAIN = "export the log again; if it stays so, call the privacy officer"


def tile_path(kind: str, index: int, width: int) -> str:
    """Return where a tile stands: groups of three digits, all but the last with an x, then `.p/W` for a partial one."""
    digits = f"{index % 1000:03d}"
    while index >= 1000:  # three digits a folder
        index //= 1000
        digits = f"x{index % 1000:03d}/{digits}"
    return f"tile/{kind}/{digits}" + (f".p/{width}" if width < WIDTH else "")


def _tiles(was: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield (index, width) of the tiles that hold `count` hashes or entries, but for those that were full before."""
    for index in range(was // WIDTH, (count + WIDTH - 1) // WIDTH if was < count else 0):
        yield index, min(WIDTH, count - index * WIDTH)


def export_tiles(table: LogReader, directory: Path) -> int:
    """Write the log up to its latest checkpoint into `directory`; return the number of entries.

    Over an earlier export of the same log only what came since is written. Every file is put in its place whole, the
    checkpoint after all that it counts, and only then partial tiles go whose full tile is there: so whoever reads
    meanwhile never sees a checkpoint whose tiles are not there. An empty log has no checkpoint to export; only the
    folder is made.

    :raises LogTamperedError: hashes or entries are missing, an entry is too long for the format, or the folder holds
        an export that this log does not continue; nothing of that is touched.
    """
    head = table.head()
    directory.mkdir(parents=True, exist_ok=True)
    was = _exported(directory, table, head.size)
    for index, width in _tiles(was, head.size):
        start = index * WIDTH
        bundle = b"".join(_prefixed(entry) for entry in table.leaves(start, start + width))
        _write(directory / tile_path("entries", index, width), bundle)
    level = 0
    while (count := head.size >> HEIGHT * level) > 0:
        for index, width in _tiles(was >> HEIGHT * level, count):
            start = index * WIDTH
            hashes = table.level(HEIGHT * level, start, start + width)
            if len(hashes) != width:
                raise LogTamperedError(
                    f"tree nodes of level {HEIGHT * level} are missing", hint="run `gateway log verify` on the database"
                )
            _write(directory / tile_path(str(level), index, width), b"".join(hashes))
        level += 1
    if head.checkpoint:
        _write(directory / CHECKPOINT, head.checkpoint.encode())
    _drop_partial(directory, was, head.size)
    return head.size


def _exported(directory: Path, table: LogReader, size: int) -> int:
    """Return how many entries stand in the folder, 0 without a checkpoint; what is there must be this log's own."""
    try:
        earlier = Checkpoint.from_note((directory / CHECKPOINT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    except (GatewayError, UnicodeDecodeError) as exc:
        raise _another_export() from exc
    places = frontier_places(0, earlier.size)
    found = table.nodes(places) if earlier.size <= size else {}
    if earlier.size > size or root_of([found[place] for place in places]) != earlier.root:
        raise _another_export()
    return earlier.size


def _another_export() -> LogTamperedError:
    return LogTamperedError(
        "the folder holds an export that this log does not continue",
        hint="export into another folder; if that export is of this log, keep both and call the privacy officer",
    )


def _drop_partial(directory: Path, was: int, size: int) -> None:
    """Remove the partial tiles of an earlier export whose full tile is there now (C2SP tlog-tiles, "Partial Tiles")."""
    for kind, level in [("entries", 0), *((str(level), level) for level in range(8))]:
        index, width = divmod(was >> HEIGHT * level, WIDTH)
        if width and size >> HEIGHT * level >= (index + 1) * WIDTH:
            folder = (directory / tile_path(kind, index, 1)).parent
            shutil.rmtree(folder, ignore_errors=True)  # what stays does no harm


@contextmanager
def open_export(directory: Path) -> Iterator[LogReader]:
    """Open an export for reading; it is read as it is asked for, so nothing stays open."""
    yield TileFolder(directory)


def fsck(
    directory: Path, *, vkey: str, jobs: int = 1, ours: bool = True, progress: Progress | None = None
) -> LogReport:
    """Verify an export by itself: every entry, every tile, the checkpoint and its signature by `vkey`.

    Tampering is reported, never raised. `jobs` processes share a large one. The entries of a log
    that is not `ours` are hashed but not read.

    :raises SignatureInvalidError: `vkey` is not a verifier key (C2SP signed-note).
    """
    with jobs_for(jobs, partial(open_export, directory)) as shared:
        return verify_log(TileFolder(directory), vkey=vkey, jobs=shared, ours=ours, progress=progress)


class TileFolder:
    """An export, read as a log (`gateway.log.audit.LogReader`). The levels between tiles are computed from them."""

    def __init__(self, directory: Path) -> None:
        """Read nothing yet."""
        self._directory = directory
        self._signed: tuple[int, str] | None = None
        self._last: tuple[tuple[int, int, int], list[bytes]] = ((0, 0, 0), [])  # the hashes given last, and which

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
        below, known = self._last
        if height and below == (level - 1, start << 1, stop << 1):  # verification asks level by level, from below
            hashes = [node_hash(left, right) for left, right in zip(known[::2], known[1::2], strict=True)]
        else:
            hashes = self._stored(tile_level, start << height, stop << height)
            for _ in range(height):
                hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        self._last = ((level, start, stop), hashes)
        return hashes

    def checkpoints(self, after: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield nothing: an export holds the latest checkpoint only, and that is the head's."""
        return iter(())

    def _checkpoint(self) -> tuple[int, str]:
        if self._signed is None:
            try:
                note = self._read(CHECKPOINT).decode()
            except UnicodeDecodeError as exc:
                raise LogTamperedError("the checkpoint is not text", hint=_AGAIN) from exc
            self._signed = Checkpoint.from_note(note).size, note
        return self._signed

    def _stored(self, tile_level: int, start: int, stop: int) -> list[bytes]:
        count = self._checkpoint()[0] >> HEIGHT * tile_level
        hashes: list[bytes] = []
        for index in range(start // WIDTH, (stop + WIDTH - 1) // WIDTH):
            width = min(WIDTH, count - index * WIDTH)
            path, tile, holds = self._tile(str(tile_level), index, width)
            if len(tile) != holds * HASH:
                raise LogTamperedError(f"{path} has not the length of its hashes", hint=_AGAIN)
            hashes += [tile[at : at + HASH] for at in range(0, width * HASH, HASH)]
        first = start // WIDTH * WIDTH
        return hashes[start - first : stop - first]

    def _bundle(self, index: int, width: int) -> list[bytes]:
        path, data, holds = self._tile("entries", index, width)
        at, entries = 0, []
        while at < len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            entries.append(data[at + 2 : end])
            if end > len(data):
                raise LogTamperedError(f"{path} is cut off", hint=_AGAIN)
            at = end
        if len(entries) != holds:
            raise LogTamperedError(f"{path} does not hold {holds} entries", hint=_AGAIN)
        return entries[:width]

    def _tile(self, kind: str, index: int, width: int) -> tuple[str, bytes, int]:
        """Return where a tile stands, its bytes and the width of that file: a full one stands in for a partial one."""
        path, full = (tile_path(kind, index, wide) for wide in (width, WIDTH))
        if width < WIDTH and not (self._directory / path).exists() and (self._directory / full).exists():
            path, width = full, WIDTH
        return path, self._read(path), width

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
    new = path.with_name(f".{path.name}.new")  # no tile's name, so no reader asks for it
    new.write_bytes(data)
    new.replace(path)
