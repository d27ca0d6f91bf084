"""A backup of several volumes of any sizes is verified in one pass, each volume by itself."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from gateway.errors import LogTamperedError
from gateway.keep.streamed_log import StreamedLog
from gateway.log.audit import verify_log
from gateway.store.engine import open_engine
from gateway.store.rows import Group
from gateway.store.snapshot import snapshot
from tests.log.test_volumes import SIZES, empty
from tests.log.volumes import VKEYS, fill_volumes, store_of

__all__ = ["empty"]  # a fixture of the volumes' own tests


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIZES)
def test_each_volume_is_read_to_its_end_and_no_further(empty: Path, sizes: list[list[int]]) -> None:
    """The same is found in the stream as in the database, and nothing is left over."""
    path = empty.with_name("copy.sqlite")
    for old in path.parent.glob("copy.sqlite*"):
        old.unlink()
    shutil.copy(empty, path)
    engine = open_engine(f"sqlite:///{path}")
    fill_volumes(
        engine, [[[f"{batch}/{n}".encode() for n in range(size)] for batch, size in enumerate(v)] for v in sizes]
    )
    with snapshot(engine) as taken:
        groups = list(taken.groups())
    log = StreamedLog(iter(groups))
    with store_of(engine).read() as unit:
        assert list(log.volumes()) == list(unit.book.volumes())
        for number, told in enumerate(log.volumes()):
            report = verify_log(log.volume(number), vkey=VKEYS[number], ours=False)
            known = verify_log(unit.book.volume(number), vkey=VKEYS[number], ours=False)
            assert (report.problem, known.problem, report.root, report.entries) == (None, None, known.root, told.size)
            assert log.ends_of(number) == unit.book.ends_of(number)
    assert list(log.rest()) == []
    engine.dispose()


@pytest.mark.parametrize("rows", [[(0, "x", b"", "")], [(9, "x", b"", "")], [(2, "x", b"", ""), (1, "y", b"", "")]])
def test_volumes_that_do_not_follow_one_another_are_refused(rows: list[tuple[int, str, bytes, str]]) -> None:
    """They come with the backup, and anyone with its passphrase can write one."""
    groups = [Group("head", [(0, 3, bytes(32) * 2, "o\n")]), Group("volume", list(rows))]
    with pytest.raises(LogTamperedError, match="do not follow one another"):
        StreamedLog(iter(groups)).volumes()


def test_a_volume_that_comes_after_entries_is_refused() -> None:
    """Where the volumes begin is known before the first entry."""
    groups = [Group("leaf", [(0, b"x")]), Group("volume", [(1, "x", b"", "")])]
    log = StreamedLog(iter(groups))
    assert log.head().size == 0
    with pytest.raises(LogTamperedError, match="has not the agreed form"):
        list(log.leaves(0, 2))
    with pytest.raises(LogTamperedError, match="has no entries"):
        StreamedLog(iter([])).ends_of(0)
