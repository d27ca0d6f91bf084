"""Backups, older copies and losses of a log of two years."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.config.settings import Settings
from gateway.errors import LogForkError
from gateway.keep.archive import Manifest
from gateway.log.seen import SEEN
from gateway.store.rows import Column, Group, Shape
from gateway.upkeep import accept_missing, check_backup, make_backup, restore_backup
from tests.conftest import NOON
from tests.keep.state import copy_database, lose_database, opened, put_back, put_back_tables_of, sealed, silent
from tests.pipeline.two_years import JANUARY, make_key, names, release, start, turn, verified
from tests.refusals import refused


@pytest.fixture
def two_years(keeping: Settings, shelf: Path) -> Settings:
    """Return a gateway that was used in both years, with a copy and a backup of before the year's end."""
    make_key(keeping, 2027)
    with start(keeping, NOON) as gateway:
        release(gateway, 1)
    copy_database(keeping, shelf / "older.sqlite")
    assert make_backup(keeping, shelf / "older.backup", silent, clock=lambda: NOON).ok
    turn(keeping)
    with start(keeping, JANUARY) as gateway:
        release(gateway, 2)
    return keeping


def test_a_copy_of_before_the_year_ended_is_refused(two_years: Settings, shelf: Path) -> None:
    """Another new year's log would be begun there, under a key that has signed one already."""
    put_back(two_years, shelf / "older.sqlite")
    with refused(LogForkError, "does not have the volume in which"):
        build(two_years)
    with refused(LogForkError):
        turn(two_years)
    assert names(two_years) == ["2026"]


def test_a_backup_of_before_the_year_ended_is_refused(two_years: Settings, shelf: Path) -> None:
    """Nothing is restored from it without a decision."""
    lose_database(two_years)
    with refused(LogForkError):
        restore_backup(two_years, shelf / "older.backup", silent, decision=None)


def test_a_loss_over_the_years_end_can_be_accepted(two_years: Settings, shelf: Path) -> None:
    """By a decision: the log says that entries are missing, and goes on where it stands."""
    put_back(two_years, shelf / "older.sqlite")
    accepted = accept_missing(two_years, "B-2027-001", clock=lambda: JANUARY)
    assert accepted.loss == "restored"
    with start(two_years, JANUARY) as gateway:
        release(gateway, 3)
    verified(two_years)


def test_a_database_of_before_the_years_is_brought_up_to_date(keeping: Settings) -> None:
    """What was signed last is looked for in it before it gets the table of the volumes."""
    with start(keeping, NOON) as gateway:
        release(gateway, 1)
    assert "volume" not in put_back_tables_of(keeping, "0006")
    with start(keeping, NOON) as gateway:
        release(gateway, 2)
    assert names(keeping) == ["2026"]
    verified(keeping)


def test_a_backup_of_before_the_years_is_restored(keeping: Settings, shelf: Path) -> None:
    """It has no table of the volumes: its log is one."""
    with start(keeping, NOON) as gateway:
        release(gateway, 1)
    assert make_backup(keeping, shelf / "new", silent, clock=lambda: NOON).ok
    manifest, groups = opened(keeping, shelf / "new")
    columns = put_back_tables_of(keeping, "0006")
    shapes = tuple(shape for shape in manifest.shapes if shape.table in columns)
    before = tuple(replace(shape, columns=_known(shape, columns[shape.table])) for shape in shapes)
    old = [_narrowed(group, shapes, columns) for group in groups if group.table in columns]
    sealed(keeping, shelf / "old", Manifest("0006", manifest.entries, before), old)
    lose_database(keeping)
    report, lost = restore_backup(keeping, shelf / "old", silent, decision=None)
    assert (report.problem, lost) == (None, None)
    with start(keeping, NOON) as gateway:
        release(gateway, 2)
    verified(keeping)


def _known(shape: Shape, columns: Sequence[str]) -> tuple[Column, ...]:
    return tuple(column for column in shape.columns if column.name in columns)


def _narrowed(group: Group, shapes: Sequence[Shape], columns: Mapping[str, Sequence[str]]) -> Group:
    [shape] = [shape for shape in shapes if shape.table == group.table]
    places = [at for at, column in enumerate(shape.columns) if column.name in columns[group.table]]
    return replace(group, rows=[tuple(row[at] for at in places) for row in group.rows])


def test_a_log_of_two_years_is_backed_up_and_restored_whole(two_years: Settings, shelf: Path) -> None:
    """Each volume is verified with its own key, in one pass over the file; the gateway goes on after it."""
    report = make_backup(two_years, shelf / "b", silent, clock=lambda: JANUARY)
    whole = verified(two_years)
    assert (report.problem, report.entries, report.root) == (None, whole.entries, whole.root)
    assert check_backup(two_years, shelf / "b", silent).ok
    lose_database(two_years)
    restored, lost = restore_backup(two_years, shelf / "b", silent, decision=None)
    assert (restored.ok, lost) == (True, None)
    assert verified(two_years).root == whole.root
    with start(two_years, JANUARY) as gateway:
        release(gateway, 3)
    assert names(two_years) == ["2026", "2027"]


def test_what_is_remembered_of_last_year_is_looked_for_in_its_volume(two_years: Settings, shelf: Path) -> None:
    """The process ended after the commit that began the year, and before it could remember that."""
    memory = two_years.home / SEEN
    newest = memory.read_bytes()
    put_back(two_years, shelf / "older.sqlite")
    memory.unlink()
    with start(two_years, JANUARY) as gateway:
        release(gateway, 4)
    of_2026 = memory.read_bytes()
    turn(two_years)
    assert memory.read_bytes() not in {newest, of_2026}
    memory.write_bytes(of_2026)
    with start(two_years, JANUARY) as gateway:
        release(gateway, 5)
    verified(two_years)
