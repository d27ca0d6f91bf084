"""Exports: Tessera's files byte for byte, and their verification without a database."""

import itertools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gateway.errors import LogTamperedError, NotFoundError
from gateway.log.audit import verify_log
from gateway.log.leaf import encode
from gateway.log.tiles import TileFolder, export_tiles, fsck, open_export, tile_path
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import VECTORS, VKEY, fill, leaf_at, sample_log
from tests.refusals import advises, refused

FOLDER = VECTORS / "tessera/testdata/log"
ENTRIES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an export of 700 entries: full and partial tiles, on two tile levels."""
    folder = tmp_path_factory.mktemp("export")
    assert export_tiles(sample_log(700, batch=350), folder) == 700
    return folder


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)


CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "entry": (lambda at: _flip(at / "tile/entries/001"), "entry 256 is not the one"),
    "entry cut": (lambda at: (at / "tile/entries/000").write_bytes(b"\x00\x09abc"), "is cut off"),
    "entries few": (lambda at: (at / "tile/entries/000").write_bytes(b"\x00\x01a"), "does not hold 256 entries"),
    "leaf hash": (lambda at: _flip(at / "tile/0/001"), "entry 257 is not the one"),
    "higher hash": (lambda at: _flip(at / "tile/1/000.p/2"), "tree node 1 of level 8"),
    "tile short": (lambda at: (at / "tile/0/001").write_bytes(bytes(32)), "tile/0/001 has not the length"),
    "tile missing": (lambda at: (at / "tile/0/002.p/188").unlink(), "tile/0/002.p/188 cannot be read"),
    "checkpoint missing": (lambda at: (at / "checkpoint").unlink(), "checkpoint cannot be read"),
    "checkpoint no text": (lambda at: (at / "checkpoint").write_bytes(b"\xff"), "not text"),
    "checkpoint no note": (lambda at: (at / "checkpoint").write_bytes(b"hello\n"), "not a checkpoint"),
    "checkpoint smaller": (
        lambda at: (at / "checkpoint").write_text((at / "checkpoint").read_text().replace("700", "512")),
        "size 512 is not signed",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_altered_export_is_not_in_order(case: str, exported: Path, tmp_path: Path) -> None:
    """Each altered, cut or missing file is found and named; nothing is raised."""
    alter, told = CASES[case]
    folder = tmp_path / "copy"
    shutil.copytree(exported, folder)
    alter(folder)
    report = fsck(folder, vkey=VKEY)
    assert not report.ok
    assert told in str(report.problem)
    assert advises(str(report.problem))


@pytest.mark.parametrize("place", [(0, 15), (1, 7), (4, 0), (9, 0)])
def test_a_hash_behind_the_end_is_not_made_up(place: tuple[int, int]) -> None:
    """A tree of fifteen has no such perfect subtree."""
    with refused(LogTamperedError, f"tree node {place[1]} of level {place[0]} is missing"):
        TileFolder(FOLDER).nodes([(0, 0), place])


@pytest.mark.parametrize(("wrong", "told"), [("hash", "level 0 are missing"), ("entry", "too long for a tile")])
def test_what_cannot_be_exported_whole_is_refused(wrong: str, told: str, tmp_path: Path) -> None:
    """Missing hashes and entries too long for a uint16 stop the export before its checkpoint."""
    table = sample_log(5)
    if wrong == "hash":
        del table.hashes[0, 2]
    else:
        table.entries[2] = bytes(0x10000)
    with refused(LogTamperedError, told):
        export_tiles(table, tmp_path)
    assert not (tmp_path / "checkpoint").exists()


@pytest.mark.parametrize("index", [-1, 15, 256])
def test_an_entry_that_the_checkpoint_does_not_count_is_not_there(index: int) -> None:
    """Whatever stands in the files."""
    with refused(NotFoundError, f"the export has no entry {index}"):
        TileFolder(FOLDER).leaf(index)


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (999, 3, "tile/0/999.p/3"),
        (1000, 256, "tile/0/x001/000"),
        (1234067, 1, "tile/0/x001/x234/067.p/1"),
        (1000000, 256, "tile/0/x001/x000/000"),
    ],
)
def test_tiles_stand_where_the_specification_says(index: int, width: int, path: str) -> None:
    """Golden: the path encoding of C2SP tlog-tiles."""
    assert tile_path("0", index, width) == path


def test_tesseras_own_folder_is_read_as_a_log() -> None:
    """The published folder gives back its entries, its frontier and its hashes."""
    folder, table = TileFolder(FOLDER), fill(MemoryTable(), ENTRIES)
    assert list(folder.leaves(0, 15)) == ENTRIES
    assert [folder.leaf(index) for index in range(15)] == ENTRIES
    assert list(folder.leaves(3, 99)) == ENTRIES[3:]
    assert list(folder.leaves(15, 99)) == list(folder.leaves(7, 7)) == []
    assert folder.head() == table.stored_head
    assert all(folder.level(level, 0, 99) == table.level(level, 0, 99) for level in range(5))


def test_what_was_asked_before_changes_no_hash() -> None:
    """What was computed last is a shortcut for verification; asked in any other order, the hashes are the same."""
    runs = [(level, start, start + many) for level in range(4) for start in (0, 1, 2, 4) for many in (1, 2, 4)]
    fresh = {run: list(TileFolder(FOLDER).level(*run)) for run in runs}
    folder = TileFolder(FOLDER)
    for before, after in itertools.product(runs, runs):
        folder.level(*before)
        assert folder.level(*after) == fresh[after]


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (250, 255), (255, 257), (256, 258), (250, 511), (511, 512), (250, 700), (690, 999)]
)
def test_any_run_of_entries_is_read_across_the_files(exported: Path, start: int, stop: int) -> None:
    """A file holds 256 entries; a run begins and ends anywhere."""
    entries = [encode(leaf_at(index)) for index in range(700)]
    assert list(TileFolder(exported).leaves(start, stop)) == entries[start:stop]


def test_an_export_verifies_as_the_database_does(exported: Path) -> None:
    """Entries and root are the same."""
    told: list[tuple[int, int]] = []
    report = fsck(exported, vkey=VKEY, progress=lambda *at: told.append(at))
    known = verify_log(sample_log(700, batch=350), vkey=VKEY)
    assert told[-1] == (700, 700)
    with open_export(exported) as log:  # as a process of its own does
        assert log.head().size == 700
    assert report.ok
    assert known.ok
    assert (report.entries, report.root) == (known.entries, known.root)


def test_entries_of_another_form_are_only_taken_from_another_log(tmp_path: Path) -> None:
    """An export is taken for ours unless it is said that it is not."""
    export_tiles(fill(MemoryTable(), ENTRIES), tmp_path)
    assert "has not the agreed form" in str(fsck(tmp_path, vkey=VKEY).problem)
    assert fsck(tmp_path, vkey=VKEY, ours=False).ok


def test_what_cannot_be_taken_away_does_no_harm(tmp_path: Path) -> None:
    """A partial tile that is full now need not be there any more, and may."""
    export_tiles(sample_log(300, batch=300), tmp_path)
    partial = tmp_path / "tile/entries/001.p"
    shutil.rmtree(partial)
    partial.write_text("not a folder, so it is not removed as one")
    assert export_tiles(sample_log(600, batch=300), tmp_path) == 600
    assert partial.exists()
    assert fsck(tmp_path, vkey=VKEY).ok


def test_the_longest_entry_of_the_format_is_exported(tmp_path: Path) -> None:
    """A length is a uint16, its greatest value included."""
    table = sample_log(5)
    table.entries[2] = bytes(0xFFFF)
    export_tiles(table, tmp_path / "a folder" / "to be made")
    assert TileFolder(tmp_path / "a folder" / "to be made").leaf(2) == bytes(0xFFFF)


def _files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("was", "size"), [(1, 2), (255, 256), (300, 300), (256, 700), (300, 600), (700, 701), (700, 900)]
)
def test_a_later_export_writes_only_what_is_new(was: int, size: int, tmp_path: Path) -> None:
    """What was full stays untouched; a partial tile goes when its full one is there; the rest is as if made at once."""
    table, again = sample_log(was, batch=was), tmp_path / "again"
    export_tiles(table, again)
    before = _files(again)
    grown = fill(table, [encode(leaf_at(index)) for index in range(was, size)], batch=max(1, size - was))
    export_tiles(grown, again)
    export_tiles(grown, tmp_path / "at once")
    after, once = _files(again), _files(tmp_path / "at once")
    kept = {name for name in before if name in after and name != "checkpoint"}
    assert all(after[name] == before[name] for name in kept)
    assert {name: data for name, (data, _) in after.items() if name in once} == {
        name: data for name, (data, _) in once.items()
    }
    left = after.keys() - once.keys()
    assert all(".p/" in name and name in before and name.partition(".p/")[0] not in after for name in left)
    assert fsck(again, vkey=VKEY).ok


class _Watching(MemoryTable):
    """Looks at the export whenever it is asked for more: what a reader sees meanwhile."""

    folder: Path | None = None
    seen = 0

    def level(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Verify the export as it stands, then answer."""
        if self.folder is not None:
            assert fsck(self.folder, vkey=VKEY).ok
            self.seen += 1
        return super().level(level, start, stop)


def test_a_reader_meanwhile_never_sees_a_checkpoint_without_its_tiles(tmp_path: Path) -> None:
    """Until the new checkpoint stands there, the old one verifies, in whatever state the export is."""
    table = _Watching()
    fill(table, [encode(leaf_at(index)) for index in range(300)], batch=300)
    export_tiles(table, tmp_path)
    fill(table, [encode(leaf_at(index)) for index in range(300, 700)], batch=400)
    table.folder = tmp_path
    export_tiles(table, tmp_path)
    assert table.seen >= 3
    assert fsck(tmp_path, vkey=VKEY).entries == 700


def test_a_full_tile_stands_in_for_a_partial_one(tmp_path: Path) -> None:
    """A reader with an older checkpoint finds what it counts in the full tile (C2SP tlog-tiles, "Partial Tiles")."""
    export_tiles(sample_log(300, batch=300), tmp_path)
    older = (tmp_path / "checkpoint").read_bytes()
    export_tiles(sample_log(600, batch=300), tmp_path)
    assert not (tmp_path / "tile/0/001.p").exists()
    (tmp_path / "checkpoint").write_bytes(older)
    assert fsck(tmp_path, vkey=VKEY).entries == 300


@pytest.mark.parametrize("there", ["longer", "another", "no checkpoint", "no text"])
def test_an_export_of_another_log_is_not_written_over(there: str, tmp_path: Path) -> None:
    """What this log does not continue may be evidence: nothing of it is touched."""
    if there in {"longer", "another"}:
        export_tiles(sample_log(30 if there == "longer" else 20, batch=10), tmp_path)
    else:
        (tmp_path / "checkpoint").write_bytes(b"hello" if there == "no checkpoint" else b"\xff")
    before, table = _files(tmp_path), sample_log(25, batch=5)
    if there == "another":
        table = fill(MemoryTable(), [encode(leaf_at(index)) for index in range(1, 26)])
    with refused(LogTamperedError, "holds an export that this log does not continue"):
        export_tiles(table, tmp_path)
    assert _files(tmp_path) == before


def test_an_empty_log_has_nothing_to_export(tmp_path: Path) -> None:
    """It has no checkpoint, and without one there is nothing to verify."""
    assert export_tiles(MemoryTable(), tmp_path / "new") == 0
    assert list((tmp_path / "new").iterdir()) == []
    assert not fsck(tmp_path / "new", vkey=VKEY).ok
