"""Exports of a log of several years: a folder each, in the order of the years, verified as one log."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.crypto.notes import NoteSigner
from gateway.errors import NotFoundError
from gateway.log.appender import Log
from gateway.log.exports import Exports, export_years, fsck_years
from tests.log.memory_table import MemoryTable
from tests.log.volumes import SIGNERS, SIZE, VKEYS, fill_volumes, store_of, years
from tests.refusals import refused

SIZES = [SIZE + 1, SIZE + 2, SIZE + 2]


@pytest.fixture
def exported(engine: Engine, tmp_path: Path) -> Path:
    """Export a log of three years."""
    fill_volumes(engine, [[entries] for entries in years()])
    with store_of(engine).read() as unit:
        assert export_years(unit.book, tmp_path / "x") == sum(SIZES)
    return tmp_path / "x"


def test_an_export_of_several_years_is_a_folder_each(engine: Engine, tmp_path: Path) -> None:
    """Verified together, and refused in the place of an export of one."""
    volumes = years()
    fill_volumes(engine, [volumes[:1], volumes[1:2]])
    with store_of(engine).read() as unit:
        assert export_years(unit.book, tmp_path / "x") == 2 * SIZE + 3
    assert fsck_years(tmp_path / "x", vkeys=VKEYS).ok
    (tmp_path / "x" / "2026" / "checkpoint").write_bytes(b"\xff")
    assert "cannot be read" in str(fsck_years(tmp_path / "x", vkeys=VKEYS).problem)
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "checkpoint").write_text("of another time")
    with store_of(engine).read() as unit, refused(NotFoundError, "export of one volume"):
        export_years(unit.book, tmp_path / "flat")
    assert "is not a checkpoint" in str(fsck_years(tmp_path / "flat", vkeys=VKEYS).problem)
    (tmp_path / "none").mkdir()
    assert "cannot be read" in str(fsck_years(tmp_path / "none", vkeys=VKEYS).problem)


def test_a_checkpoint_that_cannot_be_read_says_what_to_do(exported: Path) -> None:
    """In words that a privacy officer can act on."""
    (exported / "2027" / "checkpoint").write_bytes(b"\xff")
    told = "checkpoint cannot be read: export the log again; if it stays so, call the privacy officer"
    assert fsck_years(exported, vkeys=VKEYS).problem == told


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_altered_in_any_year_is_found(exported: Path, jobs: int) -> None:
    """Whatever the number of processes; one by itself unless more are asked for."""
    for year in (2026, 2027, 2028):
        [bundle] = (exported / str(year) / "tile" / "entries" / "000.p").iterdir()
        was = bundle.read_bytes()
        bundle.write_bytes(was.replace(b"permit", b"denied", 1))
        assert f"in the log of `gateway.example/log/{year}`" in str(
            fsck_years(exported, vkeys=VKEYS, jobs=jobs).problem
        )
        bundle.write_bytes(was)
    assert fsck_years(exported, vkeys=VKEYS, jobs=jobs).ok


def test_progress_counts_the_entries_of_all_years(exported: Path) -> None:
    """It ends with all of them."""
    told: list[tuple[int, int]] = []
    assert fsck_years(exported, vkeys=VKEYS, progress=lambda *at: told.append(at)).ok
    assert told[-1] == (sum(SIZES), sum(SIZES))
    assert {total for _, total in told} == {sum(SIZES)}


def test_volumes_stand_in_the_order_of_their_years_after_one_from_before_the_years(tmp_path: Path) -> None:
    """A log that began without a year in its name comes first, whatever its folder is called."""
    entries = years()
    for number, signer in enumerate([NoteSigner.generate("gateway.example/log"), *SIGNERS[1:3]]):
        _write_checkpoint(tmp_path / signer.name.rpartition("/")[2], entries[number], signer)
    assert [(told.first, told.origin, told.size) for told in Exports(tmp_path).volumes()] == [
        (0, "gateway.example/log", SIZES[0]),
        (SIZES[0], "gateway.example/log/2027", SIZES[1]),
        (sum(SIZES[:2]), "gateway.example/log/2028", SIZES[2]),
    ]


def test_another_process_opens_the_volume_that_it_is_asked_for(exported: Path) -> None:
    """By its number; the entries are those of that year."""
    for number, entries in enumerate(years()):
        with Exports(exported).opens(number)() as table:
            assert [table.leaf(index) for index in (1, 2)] == entries[1:3]


def _write_checkpoint(folder: Path, entries: Sequence[bytes], signer: NoteSigner) -> None:
    table = MemoryTable()
    batch = Log(signer, signer.name).open_batch(table)
    for entry in entries:
        batch.append(entry)
    batch.close()
    folder.mkdir()
    (folder / "checkpoint").write_text(table.stored_head.checkpoint)


def test_a_single_year_is_exported_as_before(engine: Engine, tmp_path: Path) -> None:
    """Into the folder itself."""
    fill_volumes(engine, [years()[:1]])
    with store_of(engine).read() as unit:
        assert export_years(unit.book, tmp_path / "x") == SIZE + 1
    assert fsck_years(tmp_path / "x", vkeys=VKEYS, progress=lambda _done, _total: None).ok
