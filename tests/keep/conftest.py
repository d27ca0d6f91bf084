"""A gateway whose database was put back to an older copy."""

from dataclasses import replace
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


@pytest.fixture
def keeping(settings: Settings, tmp_path: Path) -> Settings:
    """Return the same settings with a passphrase for backups."""
    passphrase = tmp_path / "backup.passphrase"
    passphrase.write_text("an invented passphrase for backups\n")
    return replace(settings, backup_passphrase_file=passphrase)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Return a folder for backups."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder
