"""The commit bench counts only what became durable, and what it wrote is a log like any other."""

from pathlib import Path

import pytest

from gateway.bench.commit import Ledger, commit_many, ledger
from gateway.bench.disk import durable_appends
from gateway.bench.releases import RECIPIENT
from gateway.bench.rounds import CPU, WALL
from gateway.errors import LogUnavailableError
from gateway.log.audit import verify_log
from gateway.store.engine import open_engine
from gateway.store.writer import SqlStore
from tests.databases import on_both


def test_a_release_that_is_not_written_is_not_counted(tmp_path: Path) -> None:
    """A bout over a store that cannot commit ends with its error, never with a figure."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with ledger(url) as opened:
        reading = SqlStore(open_engine(url), None)
        with pytest.raises(LogUnavailableError):
            commit_many(Ledger(reading, opened.recorder, opened.vkey), callers=2, releases=4)
        reading.close()
        with opened.store.read() as unit:
            assert unit.log.head().size == 0


@on_both
@pytest.mark.parametrize("callers", [1, 4])
def test_as_many_releases_are_in_the_log_as_the_bench_says(database: str, callers: int) -> None:
    """Each is two leaves and one message, and the log verifies from the first entry to the last."""
    with ledger(database) as opened:
        reading = commit_many(opened, callers=callers, releases=8)
        with opened.store.read() as unit:
            report = verify_log(unit.log, vkey=opened.vkey)
            messages = unit.outbox.of_partner(RECIPIENT)
            checkpoints = list(unit.log.checkpoints())
    assert report.ok, report.problem
    assert report.entries == 16
    assert len({row.message_id for row in messages}) == 8
    assert len(checkpoints) == 8 if callers == 1 else len(checkpoints) <= 8
    assert reading["per_second"] == pytest.approx(1e6 / reading[WALL])
    assert reading[CPU] > 0


def test_the_disks_floor_is_one_flush_for_each_append(tmp_path: Path) -> None:
    """The figure is for one append, and nothing is left in the folder."""
    reading = durable_appends("disk", tmp_path, 4096).bout()
    assert reading["per_second"] == pytest.approx(1e6 / reading[WALL])
    assert reading[WALL] > 0
    assert list(tmp_path.iterdir()) == []
