"""Tessera's published log (tests/vectors/tessera): we write its files byte for byte, and verify what it wrote."""

import shutil
from pathlib import Path

import pytest

from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import EMPTY_ROOT
from gateway.log.tiles import export_tiles, fsck
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import ORIGIN, SIGNER, VECTORS, VKEY, fill

FOLDER = VECTORS / "tessera/testdata/log"
ENTRIES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()


@pytest.mark.parametrize("size", range(1, 16))
def test_tesseras_files_are_ours_byte_for_byte(size: int, tmp_path: Path) -> None:
    """Golden: checkpoint, tile and bundle of every size are the published ones, and there are no others."""
    assert export_tiles(fill(MemoryTable(), ENTRIES[:size]), tmp_path) == size
    ours = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    tiles = [f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"]
    theirs = {name: (FOLDER / name).read_bytes() for name in tiles}
    assert ours == {**theirs, "checkpoint": (FOLDER / f"checkpoint.{size}").read_bytes()}


def test_tesseras_checkpoint_of_nothing_is_ours() -> None:
    """Golden: also the empty log signs the same bytes."""
    assert Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(SIGNER).encode() == (FOLDER / "checkpoint.0").read_bytes()


def test_a_log_exported_as_it_grows_leaves_tesseras_folder(tmp_path: Path) -> None:
    """Golden: fifteen exports into one folder give all published tiles, since every size had a checkpoint."""
    table = MemoryTable()
    for entry in ENTRIES:
        fill(table, [entry])
        export_tiles(table, tmp_path)
    ours = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    theirs = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    assert ours == {name: data for name, data in theirs.items() if not name.startswith(("checkpoint.", "."))}


@pytest.mark.parametrize("size", range(1, 16))
def test_what_tessera_wrote_verifies(size: int, tmp_path: Path) -> None:
    """Under each of its checkpoints; its entries are words, so they are hashed and not read."""
    shutil.copytree(FOLDER, tmp_path / "log")
    shutil.copy(FOLDER / f"checkpoint.{size}", tmp_path / "log/checkpoint")
    report = fsck(tmp_path / "log", vkey=VKEY, ours=False)
    assert (report.ok, report.entries) == (True, size)
    assert "entry 0 has not the agreed form" in str(fsck(tmp_path / "log", vkey=VKEY).problem)


def test_an_altered_word_of_tesseras_log_is_found(tmp_path: Path) -> None:
    """Not reading an entry is not leaving it out."""
    shutil.copytree(FOLDER, tmp_path / "log")
    bundle = tmp_path / "log/tile/entries/000.p/15"
    bundle.write_bytes(bundle.read_bytes().replace(b"ileven", b"eleven"))
    assert "entry 10 is not the one" in str(fsck(tmp_path / "log", vkey=VKEY, ours=False).problem)
