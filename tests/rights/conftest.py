"""Settings with a passphrase for backups."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config.settings import Settings


@pytest.fixture
def keeping(settings: Settings, tmp_path: Path) -> Settings:
    """Return the same settings with a passphrase for backups."""
    passphrase = tmp_path / "backup.passphrase"
    passphrase.write_text("an invented passphrase for backups\n")
    return replace(settings, backup_passphrase_file=passphrase)
