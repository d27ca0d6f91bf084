"""The bytes of an erased case: searched for in the raw files of the database and in new backups; also after a kill."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.keep.cleanup import clean_database
from gateway.log.audit import verify_log
from gateway.store.clean import clean
from gateway.upkeep import make_backup
from tests.conftest import SetClock
from tests.keep.state import opened, silent
from tests.rights.cases import erased, live
from tests.rights.kills import crowd, erase, found, kill_erasures, pieces

AFTER_COMMIT = ("remember", "clean")
"""Functions that an erasure enters only when it is durable."""


def raw(settings: Settings) -> bytes:
    """Return all that stands in SQLite's file, its WAL and its index of it."""
    return b"".join(path.read_bytes() for path in sorted(settings.home.glob("gateway.sqlite*")))


def backed_up(settings: Settings, name: Path) -> bytes:
    """Return all that stands in a new backup, decrypted."""
    make_backup(settings, name, silent)
    _, groups = opened(settings, name)
    cells = (cell for group in groups for row in group.rows for cell in row)
    return b"\0".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)


@pytest.mark.control("DPIA-01")
def test_no_byte_of_an_erased_case_stays_in_sqlite_or_a_new_backup(
    gateway: Gateway, keeping: Settings, tmp_path: Path, clock: SetClock
) -> None:
    """Ciphertexts, salts, wrapped key, messages, receipts, hashes: all found before, none after, while it runs on."""
    crowd(gateway, 100)
    gone, stays = pieces(gateway, 100), pieces(gateway, 105)
    assert len(gone) > 30
    assert found(gone, raw(keeping)) == len(gone)
    assert found(gone, backed_up(keeping, tmp_path / "before")) == len(gone)
    code, told = erase(keeping, tmp_path, 100)
    assert code == 0, told
    assert told["files"] == {"clean": True, "left": [], "searched": len(gone), "found": 0}
    assert told["recipients"] == {"belle": 1, "dudok-wonen": 1}
    assert found(gone, raw(keeping)) == 0
    assert found(gone, backed_up(keeping, tmp_path / "after")) == 0
    assert found(stays, raw(keeping)) == len(stays)
    clock.now = utc_now()  # as the command has it
    live(gateway, 200)  # the gateway that ran beside it goes on
    with gateway.tools.store.read() as unit:
        assert verify_log(unit.log, vkey=gateway.tools.log_vkey).ok


def test_a_long_reading_keeps_bytes_in_the_wal_and_the_command_says_so(
    gateway: Gateway, settings: Settings, tmp_path: Path
) -> None:
    """The case is erased, exit code 1 says that bytes may stand in the WAL; cleaning again finishes it."""
    live(gateway, 1)
    gone = pieces(gateway, 1)
    with closing(sqlite3.connect(settings.home / "gateway.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM detail").fetchone()
        erased(gateway, 1)
        waits: list[float] = []
        engine = gateway.tools.store._engine  # type: ignore[attr-defined]  # noqa: SLF001  # the gateway's own
        assert clean(engine, sleep=waits.append).left == ("wal",)
        assert waits
        live(gateway, 2)  # a release meanwhile does not wait for the reader
        assert found(gone, raw(settings)) > 0
    assert clean(engine).ok
    assert found(gone, raw(settings)) == 0


def test_the_file_is_rewritten_when_bytes_are_found_in_it(gateway: Gateway, settings: Settings) -> None:
    """As when secure_delete was off: the search finds them, and only then the file is rewritten."""
    live(gateway, 1)
    gone = pieces(gateway, 1)
    gateway.tools.store.close()
    with closing(sqlite3.connect(settings.home / "gateway.sqlite", isolation_level=None)) as careless:
        careless.execute("PRAGMA secure_delete=OFF")
        careless.execute("PRAGMA foreign_keys=OFF")
        for table in ("receipt", "outbox", "part", "disclosure", "detail", "case_key"):
            careless.execute(f"DELETE FROM {table}")  # noqa: S608  # our own tables
    assert found(gone, raw(settings)) > 0
    cleanup = clean_database(settings, gone)
    assert cleanup.ok
    assert found(gone, raw(settings)) == 0


def test_a_killed_erasure_is_all_or_nothing_and_the_next_one_cleans(gateway: Gateway, settings: Settings) -> None:
    """Wherever it is killed: the case is there as it was, or gone; the next run leaves no byte of what is gone."""
    wrong, gone = kill_erasures(gateway, settings, [0.5, "write_head", *AFTER_COMMIT])
    assert wrong == []
    assert len(gone) == 1 + len(AFTER_COMMIT)
    assert found([piece for pieces in gone for piece in pieces], raw(settings)) == 0
