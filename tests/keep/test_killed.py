"""A backup or a restore that is killed leaves nothing that could be taken for a good one."""

from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.upkeep import make_backup, restore_backup
from tests.keep.state import rows_in, run, silent, submit

KILLED = -9


@pytest.mark.parametrize("stage", ["reading", "verifying"])
def test_a_backup_that_is_killed_has_no_name(gateway: Gateway, keeping: Settings, shelf: Path, stage: str) -> None:
    """At most an unnamed file is left, for its owner only; the next backup is as good as any."""
    submit(gateway, 1)
    assert run(keeping, "backup", stage, str(shelf / "b"), module="tests.keep.doomed").returncode == KILLED
    left = list(shelf.iterdir())
    assert [path.name[:8] for path in left] == [".backup-"]
    assert left[0].stat().st_mode & 0o777 == 0o600
    assert make_backup(keeping, shelf / "b", silent).ok


@pytest.mark.parametrize("stage", ["restoring", "comparing"])
def test_a_restore_that_is_killed_leaves_an_empty_database(kept: Path, bare: Settings, stage: str) -> None:
    """Its one transaction never happened; restoring again is all that is needed."""
    assert run(bare, "restore", stage, str(kept), module="tests.keep.doomed").returncode == KILLED
    assert rows_in(bare) == 0
    report, _ = restore_backup(bare, kept, silent, decision=None)
    assert report.ok
    build(bare).tools.store.close()
