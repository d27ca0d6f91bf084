"""A gateway whose database was put back to an older copy."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.upkeep import make_backup
from tests.keep.state import copy_database, put_back, silent, submit


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


@pytest.fixture
def kept(gateway: Gateway, keeping: Settings, shelf: Path) -> Path:
    """Release one message, make a backup, and stop the gateway."""
    submit(gateway, 1)
    make_backup(keeping, shelf / "b", silent)
    gateway.tools.store.close()
    return shelf / "b"


@pytest.fixture
def bare(keeping: Settings, tmp_path: Path) -> Settings:
    """Return a new machine: the keys are there, but no database and no memory."""
    home = tmp_path / "bare"
    shutil.copytree(keeping.keys, home / "keys")
    return replace(keeping, home=home, keys=home / "keys", database_url=f"sqlite:///{home / 'gateway.sqlite'}")
