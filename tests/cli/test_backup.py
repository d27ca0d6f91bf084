"""`gateway backup`, `restore` and `accept-loss`: what they print and how they end."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.bootstrap import Gateway
from gateway.cli import gateway as command
from gateway.config.settings import Settings
from gateway.crypto.notes import NoteSigner
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import CannotOpenError, ConfigError
from tests.conftest import NOON


def run(settings: Settings, *words: str) -> Result:
    """Run a command in this process, with exactly these settings."""
    environ = {
        "GATEWAY_HOME": str(settings.home),
        "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file),
        "GATEWAY_BACKUP_PASSPHRASE_FILE": str(settings.backup_passphrase_file),
        "GATEWAY_DEMO": "1",
    }
    return CliRunner().invoke(command, words, env=environ)


def submit(gateway: Gateway, number: int) -> int:
    """Release one message and return the size of the log."""
    gateway.team.submit(json.dumps(cases.help_with_consent(NOON.date(), number, "offer_help")).encode(), DEMO_PEOPLE[0])
    return gateway.team.log_summary().entries


@pytest.fixture
def kept(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings with a passphrase for backups."""
    (tmp_path / "backup.passphrase").write_text("an invented passphrase for backups\n")
    return replace(settings, backup_passphrase_file=tmp_path / "backup.passphrase")


def lose_database(settings: Settings) -> None:
    """Remove the database."""
    for path in settings.home.glob("gateway.sqlite*"):
        path.unlink()


@pytest.mark.parametrize(
    "words",
    [
        ["backup"],
        ["restore"],
        ["restore", "b", "--accept-loss"],
        ["restore", "b", "--decision", "FG 1"],
        ["restore", "b", "--check", "--accept-loss", "--decision", "FG 1"],
        ["accept-loss"],
    ],
)
def test_wrong_use_ends_in_two(kept: Settings, words: list[str]) -> None:
    """A loss and its decision go together, and checking writes nothing."""
    assert run(kept, *words).exit_code == 2


def test_what_cannot_be_read_is_wrong_use_and_what_is_found_wrong_is_a_failed_check(
    gateway: Gateway, kept: Settings, tmp_path: Path
) -> None:
    """The command line turns the first into two lines and 2; the second is told here, and ends in 1."""
    submit(gateway, 1)
    file = str(tmp_path / "b")
    assert run(kept, "backup", file).exit_code == 0
    assert isinstance(run(kept, "backup", file).exception, ConfigError)
    assert isinstance(run(kept, "restore", "--check", file + "none").exception, ConfigError)
    (tmp_path / "cut").write_bytes(Path(file).read_bytes()[:-1])
    assert isinstance(run(kept, "restore", "--check", str(tmp_path / "cut")).exception, CannotOpenError)
    submit(gateway, 2)
    gateway.tools.store.close()
    lose_database(kept)
    refused = run(kept, "restore", file, "--format", "json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["ok"] is False
    assert "some would be missing" in json.loads(refused.stdout)["problem"]
    refused = run(kept, "restore", file)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "NOT done: the log in the backup has" in refused.stderr
    (kept.keys / "log.vkey").write_text(NoteSigner.generate("other.example/log").vkey)
    foreign = run(kept, "restore", "--check", file)
    assert (foreign.exit_code, foreign.stdout) == (1, "")
    assert "the backup is NOT in order: the log in the backup is not signed by the key" in foreign.stderr


def test_each_command_tells_what_it_did(gateway: Gateway, kept: Settings, tmp_path: Path) -> None:
    """Text for people, JSON for programs; the file's name, which is the caller's, is not repeated."""
    size = submit(gateway, 1)
    root = gateway.team.log_summary().root
    told = json.loads(run(kept, "backup", str(tmp_path / "b"), "--format", "json").stdout)
    assert told == {"ok": True, "created": told["created"], "entries": size, "root": root, "rows": told["rows"]}
    text = run(kept, "backup", str(tmp_path / "by-name"))
    assert text.stdout.splitlines()[0].startswith("the backup is written and verified: made 20")
    assert "by-name" not in text.output
    gateway.tools.store.close()
    lose_database(kept)
    checked = json.loads(run(kept, "restore", "--check", str(tmp_path / "b"), "--format", "json").stdout)
    assert checked == {**told, "restored": False}
    restored = json.loads(run(kept, "restore", str(tmp_path / "b"), "--format", "json").stdout)
    assert restored == {**told, "restored": True}


def test_an_accepted_loss_is_told(gateway: Gateway, kept: Settings, tmp_path: Path) -> None:
    """Which entry says so, and where the evidence is; in JSON beside what was restored."""
    old = submit(gateway, 1)
    run(kept, "backup", str(tmp_path / "b"))
    signed = submit(gateway, 2)
    gateway.tools.store.close()
    accept = ["restore", str(tmp_path / "b"), "--accept-loss", "--decision", "FG 2026-031"]
    lose_database(kept)
    told = json.loads(run(kept, *accept, "--format", "json").stdout)
    accepted = told["accepted"]
    assert (told["restored"], accepted["loss"], accepted["entries_found"]) == (True, "restored", old)
    assert accepted["entries_signed"] == signed
    assert (kept.home / accepted["evidence"]).exists()
    lose_database(kept)
    text = run(kept, *accept)
    assert f"the log goes on with {old} of the {old + 1} entries that were signed" in text.stdout
    assert text.exit_code == 0


@pytest.mark.parametrize("words", [["backup", "--help"], ["restore", "--help"], ["accept-loss", "--help"]])
def test_the_help_says_what_must_be_known(kept: Settings, words: list[str]) -> None:
    """Erasure is complete when older backups are gone; the keys are not in them; who decides about a loss."""
    text = " ".join(run(kept, *words).stdout.split())
    wanted = {
        "backup": ("erased for good only when every backup from before is destroyed", "keys are not in the backup"),
        "restore": ("brings back what was erased", "privacy officer decides"),
        "accept-loss": ("privacy officer decides", "do not delete it"),
    }
    assert all(word in text for word in wanted[words[0]])
