"""Steps on a gateway's state that the tests of this room share."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.crypto.backup_stream import SealedReader, SealedWriter
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.keep.archive import ArchiveReader, ArchiveWriter, Manifest
from gateway.store.engine import migrate, open_engine
from gateway.store.rows import Group
from tests.conftest import NOON
from tests.house_rules.tree import PROJECT


def submit(gateway: Gateway, number: int) -> int:
    """Release one message to Belle and return the size of the log."""
    body = json.dumps(cases.help_with_consent(NOON.date(), number, "offer_help")).encode()
    gateway.team.submit(body, DEMO_PEOPLE[0])
    return gateway.team.log_summary().entries


def run(settings: Settings, *words: str, module: str = "gateway") -> subprocess.CompletedProcess[str]:
    """Run a gateway command, or another module, on this state."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GATEWAY_")}
    environ |= {
        "GATEWAY_HOME": str(settings.home),
        "GATEWAY_DATABASE_URL": settings.database_url,
        "GATEWAY_KEYS": str(settings.keys),
        "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file),
        "GATEWAY_DEMO": "1",
    }
    if settings.backup_passphrase_file is not None:
        environ["GATEWAY_BACKUP_PASSPHRASE_FILE"] = str(settings.backup_passphrase_file)
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, env=environ, cwd=PROJECT, capture_output=True, text=True, check=False)


def copy_database(settings: Settings, to: Path) -> None:
    """Copy the SQLite database as it stands now."""
    with closing(sqlite3.connect(settings.home / "gateway.sqlite")) as database, closing(sqlite3.connect(to)) as copy:
        database.backup(copy)


def lose_database(settings: Settings) -> None:
    """Remove the SQLite database."""
    for path in settings.home.glob("gateway.sqlite*"):
        path.unlink()


def put_back(settings: Settings, copy: Path) -> None:
    """Put a copy where the database was."""
    lose_database(settings)
    shutil.copy(copy, settings.home / "gateway.sqlite")


def put_back_tables_of(settings: Settings, revision: str) -> dict[str, list[str]]:
    """Move all rows into a database as an earlier program had it; return its tables and their columns.

    What those tables have no place for is left out.
    """
    path, older = settings.home / "gateway.sqlite", settings.home / "older.sqlite"
    engine = open_engine(f"sqlite:///{older}")
    migrate(engine, to=revision)
    engine.dispose()
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS newer", (str(path),))
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'")
        columns = {
            name: [column for _, column, *_ in connection.execute(f"PRAGMA table_info({name})")]
            for name in [name for (name,) in names]
        }
        for name, known in columns.items():
            told = ", ".join(known)
            connection.execute(f"DELETE FROM main.{name}")  # noqa: S608  # names from the schema
            connection.execute(f"INSERT INTO main.{name} ({told}) SELECT {told} FROM newer.{name}")  # noqa: S608
    lose_database(settings)
    older.rename(path)
    return columns


def entries(settings: Settings) -> int:
    """Count the entries in the SQLite database."""
    with closing(sqlite3.connect(settings.home / "gateway.sqlite")) as connection:
        count: int = connection.execute("SELECT count(*) FROM leaf").fetchone()[0]
    return count


def silent(_what: str, _done: int, _total: int) -> None:
    """Show no progress."""


def alter(settings: Settings, *statements: str) -> None:
    """Change rows of the SQLite database as an administrator could who first removes the triggers."""
    with closing(sqlite3.connect(settings.home / "gateway.sqlite", isolation_level=None)) as connection:
        for table in ("leaf", "node", "checkpoint"):
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {table}_no_{verb}")
        for statement in statements:
            connection.execute(statement)


def passphrase_of(settings: Settings) -> bytes:
    """Return the backup's passphrase."""
    assert settings.backup_passphrase_file is not None
    return settings.backup_passphrase_file.read_bytes().strip()


def opened(settings: Settings, backup: Path) -> tuple[Manifest, list[Group]]:
    """Return what is in a backup."""
    with backup.open("rb") as file:
        archive = ArchiveReader(SealedReader(file, passphrase_of(settings)))
        return archive.manifest, list(archive.groups())


def sealed(settings: Settings, backup: Path, manifest: Manifest, groups: list[Group], *, behind: bytes = b"") -> None:
    """Write a backup with any contents, and bytes behind its end, as someone with the passphrase can."""
    with backup.open("wb") as file:
        writer = SealedWriter(file, passphrase_of(settings), created="2026-11-24T12:00Z", strong=False)
        archive = ArchiveWriter(writer, manifest)
        for group in groups:
            archive.add(group)
        archive.finish()
        writer.write(behind)
        writer.finish()


def rows_in(settings: Settings) -> int:
    """Count the rows of every table of the SQLite database, if there is one."""
    path = settings.home / "gateway.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = [
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  # names from the schema
            for name in names
            if name != "alembic_version"
        ]
    return sum(counts)
