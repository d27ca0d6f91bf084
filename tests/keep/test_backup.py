"""A backup is refused, or it is whole: nothing stands under its name that was not verified."""

import itertools
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.errors import ConfigError, GatewayError, LogForkError, LogTamperedError
from gateway.store.sole_process import claim
from gateway.upkeep import check_backup, make_backup, restore_backup
from tests.conftest import SetClock
from tests.databases import on_both
from tests.keep.state import alter, lose_database, opened, silent, submit

TABLES = ("leaf", "detail", "outbox")


def nothing_in(shelf: Path) -> bool:
    """Say whether the folder is empty: no backup, and nothing half-made."""
    return list(shelf.iterdir()) == []


def test_without_a_passphrase_there_is_no_backup(keeping: Settings, shelf: Path, tmp_path: Path) -> None:
    """None named, none there, an empty one, or the keyring's: whoever opens a backup must not open the keyring."""
    (tmp_path / "empty").write_text("\n")
    for file in (None, tmp_path / "none", tmp_path / "empty", keeping.passphrase_file):
        with pytest.raises(ConfigError, match="passphrase"):
            make_backup(replace(keeping, backup_passphrase_file=file), shelf / "b", silent)
    assert nothing_in(shelf)


def test_a_backup_replaces_nothing(gateway: Gateway, keeping: Settings, shelf: Path) -> None:
    """Neither a file that is there, nor one that appears meanwhile, nor a link that leads nowhere."""
    submit(gateway, 1)
    (shelf / "old").write_bytes(b"kept")
    (shelf / "link").symlink_to(shelf / "nowhere")
    for name in ("old", "link"):
        with pytest.raises(ConfigError, match="already"):
            make_backup(keeping, shelf / name, silent)

    def appear(_what: str, _done: int, _total: int) -> None:
        (shelf / "new").write_bytes(b"kept")

    with pytest.raises(ConfigError, match="already"):
        make_backup(keeping, shelf / "new", appear)
    assert {path.name for path in shelf.iterdir()} == {"old", "link", "new"}
    assert (shelf / "old").read_bytes() == (shelf / "new").read_bytes() == b"kept"


def test_a_folder_that_is_not_there_gets_no_backup(keeping: Settings, shelf: Path) -> None:
    """The hint says where to look."""
    with pytest.raises(ConfigError, match="cannot be written") as caught:
        make_backup(keeping, shelf / "none" / "b", silent)
    assert "folder" in caught.value.hint


def test_a_gateway_without_a_database_has_no_backup(keeping: Settings, shelf: Path) -> None:
    """An empty backup would look like one."""
    lose_database(keeping)
    with pytest.raises(ConfigError, match="no database"):
        make_backup(keeping, shelf / "b", silent)
    assert nothing_in(shelf)


@pytest.mark.usefixtures("rolled_back")
def test_an_older_database_is_not_backed_up(keeping: Settings, shelf: Path) -> None:
    """It would push out better backups, and nobody would notice."""
    with pytest.raises(LogForkError):
        make_backup(keeping, shelf / "b", silent)
    assert nothing_in(shelf)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leaf SET entry = CAST(replace(CAST(entry AS TEXT), 'permit', 'denied') AS BLOB) WHERE idx = 1",
        "UPDATE node SET hash = zeroblob(32) WHERE level = 1",
        "UPDATE checkpoint SET note = replace(note, 'hilversum', 'elsewhere')",
    ],
)
def test_an_altered_log_gives_no_backup(gateway: Gateway, keeping: Settings, shelf: Path, statement: str) -> None:
    """The report says what is wrong, and the half-made file is gone."""
    submit(gateway, 1)
    alter(keeping, statement)
    report = make_backup(keeping, shelf / "b", silent)
    assert not report.ok
    assert report.problem
    assert nothing_in(shelf)


def test_a_cell_that_was_never_written_gives_no_backup(gateway: Gateway, keeping: Settings, shelf: Path) -> None:
    """SQLite takes a number where bytes belong; a backup that PostgreSQL cannot take is none."""
    submit(gateway, 1)
    alter(keeping, "UPDATE detail SET salt = 5 WHERE idx = 0")
    with pytest.raises(LogTamperedError, match="`detail`"):
        make_backup(keeping, shelf / "b", silent)
    assert nothing_in(shelf)


@on_both
def test_a_backup_is_verified_and_for_its_owner_only(
    gateway: Gateway, keeping: Settings, shelf: Path, clock: SetClock
) -> None:
    """One file, mode 0600, made in the minute that its first line says; the log in it is the log."""
    size = submit(gateway, 1)
    report = make_backup(keeping, shelf / "b", silent, clock=clock)
    assert (report.problem, report.entries, report.root) == (None, size, gateway.team.log_summary().root)
    assert [path.name for path in shelf.iterdir()] == ["b"]
    assert (shelf / "b").stat().st_mode & 0o777 == 0o600
    assert (shelf / "b").read_bytes().startswith(b'{"created":"2026-11-24T12:00Z","format":"gateway-backup/1"')
    assert check_backup(keeping, shelf / "b", silent) == report


def test_a_running_gateway_can_be_backed_up(gateway: Gateway, keeping: Settings, shelf: Path) -> None:
    """The lock of the one process that writes is not needed to read."""
    submit(gateway, 1)
    with closing(claim(keeping.home / "gateway.lock")):
        assert make_backup(keeping, shelf / "b", silent).ok


def test_nothing_personal_is_in_a_backup(gateway: Gateway, keeping: Settings, shelf: Path) -> None:
    """Neither in the file, nor in the rows that whoever has its passphrase sees."""
    submit(gateway, 1)
    make_backup(keeping, shelf / "b", silent)
    _, groups = opened(keeping, shelf / "b")
    cells = [cell for group in groups for row in group.rows for cell in row if isinstance(cell, str | bytes)]
    assert len(cells) > 50
    for canary in ("Demo Alias", "+31612345678", "Z-2026-1"):
        assert canary.encode() not in (shelf / "b").read_bytes()
        assert not [cell for cell in cells if canary in (cell if isinstance(cell, str) else cell.decode("latin-1"))]


def test_the_keys_are_not_in_a_backup(gateway: Gateway, keeping: Settings, shelf: Path) -> None:
    """Whoever has backup and passphrase, but no keyring, opens no detail."""
    submit(gateway, 1)
    make_backup(keeping, shelf / "b", silent)
    _, groups = opened(keeping, shelf / "b")
    held = b"".join(cell for group in groups for row in group.rows for cell in row if isinstance(cell, bytes))
    for path in keeping.keys.glob("gateway.keyring"):
        assert path.read_bytes()[-64:] not in held
    assert gateway.tools.issuer_key.secret["d"].encode() not in held


@on_both
def test_a_backup_taken_while_eight_threads_submit_is_of_one_moment(
    gateway: Gateway, keeping: Settings, shelf: Path, tmp_path: Path
) -> None:
    """It verifies, every message in it has its leaf, and what is restored from it goes on."""
    submit(gateway, 1)
    stop = threading.Event()
    problems: list[GatewayError] = []

    def go_on(number: int) -> None:
        try:
            for step in itertools.count():
                if stop.is_set():
                    break
                submit(gateway, 10 + number + 8 * step)
        except GatewayError as error:
            problems.append(error)

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    try:
        reports = [make_backup(keeping, shelf / "0", silent)]
        while gateway.team.log_summary().entries == reports[0].entries:
            time.sleep(0.01)
        reports.append(make_backup(keeping, shelf / "1", silent))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert problems == []
    last = gateway.team.log_summary().entries
    assert 0 < reports[0].entries < reports[1].entries <= last
    for number, report in enumerate(reports):
        assert report.ok
        _, groups = opened(keeping, shelf / str(number))
        first = {table: [row[0] for group in groups if group.table == table for row in group.rows] for table in TABLES}
        assert first["leaf"] == list(range(report.entries))
        assert first["detail"] == first["leaf"]
        assert set(first["outbox"]) < set(first["leaf"])
    elsewhere = replace(
        keeping, home=tmp_path / "elsewhere", database_url=f"sqlite:///{tmp_path / 'elsewhere' / 'gateway.sqlite'}"
    )
    report, accepted = restore_backup(elsewhere, shelf / "1", silent, decision=None)
    assert (report.ok, accepted) == (True, None)
    again = build(elsewhere)
    assert submit(again, 9) > report.entries
    assert again.team.verify_log().ok
    again.tools.store.close()
