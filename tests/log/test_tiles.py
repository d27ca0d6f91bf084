"""Exports: Tessera's files byte for byte, and their verification without a database."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.errors import LogTamperedError, NotFoundError
from gateway.log.audit import verify_log
from gateway.log.leaf import encode
from gateway.log.tiles import TileFolder, export_tiles, fsck, tile_path
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


@pytest.mark.parametrize("size", range(1, 16))
def test_tesseras_files_are_ours_byte_for_byte(size: int, tmp_path: Path) -> None:
    """Golden: checkpoint, tile and bundle of every size are the published ones."""
    table = fill(MemoryTable(), ENTRIES[:size])
    assert export_tiles(table, tmp_path) == size
    ours = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    names = {f"tile/0/000.p/{size}": f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}": f"tile/entries/000.p/{size}"}
    theirs = {
        name: (FOLDER / path).read_bytes() for name, path in {**names, "checkpoint": f"checkpoint.{size}"}.items()
    }
    assert ours == theirs


def test_tesseras_own_folder_is_read_as_a_log() -> None:
    """The published folder gives back its entries, its frontier and its hashes."""
    folder, table = TileFolder(FOLDER), fill(MemoryTable(), ENTRIES)
    assert list(folder.leaves(0, 15)) == ENTRIES
    assert [folder.leaf(index) for index in range(15)] == ENTRIES
    assert list(folder.leaves(3, 99)) == ENTRIES[3:]
    assert list(folder.leaves(15, 99)) == list(folder.leaves(7, 7)) == []
    assert folder.head() == table.stored_head
    assert all(folder.level(level, 0, 99) == table.level(level, 0, 99) for level in range(5))


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (255, 257), (256, 258), (511, 512), (250, 700), (690, 999)])
def test_any_run_of_entries_is_read_across_the_files(exported: Path, start: int, stop: int) -> None:
    """A file holds 256 entries; a run begins and ends anywhere."""
    entries = [encode(leaf_at(index)) for index in range(700)]
    assert list(TileFolder(exported).leaves(start, stop)) == entries[start:stop]


def test_an_export_verifies_as_the_database_does(exported: Path) -> None:
    """Entries and root are the same."""
    report, known = fsck(exported, vkey=VKEY), verify_log(sample_log(700, batch=350), vkey=VKEY)
    assert report.ok
    assert known.ok
    assert (report.entries, report.root) == (known.entries, known.root)


def test_the_longest_entry_of_the_format_is_exported(tmp_path: Path) -> None:
    """A length is a uint16, its greatest value included."""
    table = sample_log(5)
    table.entries[2] = bytes(0xFFFF)
    export_tiles(table, tmp_path / "a folder" / "to be made")
    assert TileFolder(tmp_path / "a folder" / "to be made").leaf(2) == bytes(0xFFFF)


def test_a_later_export_may_go_over_an_earlier_one(tmp_path: Path) -> None:
    """Old partial tiles do no harm."""
    export_tiles(sample_log(300, batch=100), tmp_path)
    export_tiles(sample_log(600, batch=100), tmp_path)
    assert fsck(tmp_path, vkey=VKEY).ok


def test_an_empty_log_has_nothing_to_export(tmp_path: Path) -> None:
    """It has no checkpoint, and without one there is nothing to verify."""
    assert export_tiles(MemoryTable(), tmp_path / "new") == 0
    assert list((tmp_path / "new").iterdir()) == []
    assert not fsck(tmp_path / "new", vkey=VKEY).ok
