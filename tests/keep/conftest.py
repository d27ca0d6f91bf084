"""A gateway whose database was put back to an older copy."""

from pathlib import Path

import pytest

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from tests.keep.state import copy_database, put_back, submit


@pytest.fixture
def rolled_back(gateway: Gateway, settings: Settings, tmp_path: Path) -> int:
    """Copy the database, release once more, and put the copy back; return the size that was signed."""
    submit(gateway, 1)
    copy_database(settings, tmp_path / "older.sqlite")
    size = submit(gateway, 2)
    gateway.tools.store.close()
    put_back(settings, tmp_path / "older.sqlite")
    return size
