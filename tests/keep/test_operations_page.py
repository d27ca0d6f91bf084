"""The commands that docs/operations.md shows are run here, in the order in which somebody would need them."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.bootstrap import Gateway, build
from gateway.cli import gateway as command
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.errors import LogForkError
from tests.conftest import SetClock
from tests.house_rules.tree import PROJECT
from tests.keep.state import copy_database, lose_database, put_back, submit
from tests.rights.cases import live, reference

SHOWN = re.compile(r"^ {4,}((?:gateway|head|chmod) .*)$", re.MULTILINE)
BACKUP = "2026-11-25.backup"
DECISION = '--decision "FG 2026-031"'
OF_THE_POLICY = ("gateway policy ", "gateway audit ")
TWICE = "an invented passphrase\nan invented passphrase\n"


class Operator:
    """Types what the page shows, in a folder of their own."""

    def __init__(self, settings: Settings, *, of_the_policy: bool = False) -> None:
        """Read the page: what it says about another policy, or all the rest."""
        shown = SHOWN.findall((PROJECT / "docs/operations.md").read_text())
        self.left = {line for line in shown if line.startswith(OF_THE_POLICY) is of_the_policy}
        self._environ = {
            "GATEWAY_HOME": str(settings.home),
            "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file),
            "GATEWAY_BACKUP_PASSPHRASE_FILE": "backup.passphrase",
            "GATEWAY_DEMO": "0" if of_the_policy else "1",
        }

    def types(self, line: str, *, ends_in: int = 0, asked: str = "") -> str:
        """Type a line of the page; return what was printed."""
        self.left.discard(line)
        if line.startswith("gateway "):  # in this process: starting Python ten times would be most of the test
            done = CliRunner().invoke(command, shlex.split(line)[1:], env=self._environ, input=asked)
            assert done.exit_code == ends_in, done.output
            return done.output
        return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def operator(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Return somebody with the page in hand, at a desk of their own."""
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    return Operator(settings)


def test_every_command_of_the_page_works(
    gateway: Gateway,
    settings: Settings,
    operator: Operator,
    tmp_path: Path,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A backup, its check, a lost disk, a restore; then a loss by backup, and one by database. No command is left."""
    clock.now = utc_now()  # as the commands have it
    operator.types("head -c 32 /dev/urandom | base64 > backup.passphrase")
    operator.types("chmod 600 backup.passphrase")
    submit(gateway, 1)
    assert "gooi-wonen  agreement" in operator.types("gateway partners check", ends_in=1)
    lived, wanted = live(gateway, 7), '--basis term_over --decision "FG 2026-044"'
    operator.types(f"gateway backup {BACKUP}")
    copy_database(settings, tmp_path / "older.sqlite")
    assert operator.types(f"head -n 1 {BACKUP}").startswith('{"created":"20')
    assert "the backup is in order" in operator.types(f"gateway restore --check {BACKUP}")
    gateway.tools.store.close()

    lose_database(settings)
    assert "the backup is restored and verified" in operator.types(f"gateway restore {BACKUP}")
    assert "the log is complete and unaltered" in operator.types("gateway log verify")
    Path("2026-11-25.checkpoint").write_text(operator.types("gateway log checkpoint"))
    assert "that were verified before" in operator.types("gateway log verify --since 2026-11-25.checkpoint")

    typed = f"{reference(lived.number)}\n"
    assert "written to case.json" in operator.types(
        'gateway rights access --decision "FG 2026-041" --out access', asked=typed
    )
    assert "1 to belle" in operator.types(f"gateway rights erase {wanted} --dry-run", asked=typed)
    assert "none is left" in operator.types(f"gateway rights erase {wanted}", asked=f"{typed}y\n")
    assert "has overwritten" in operator.types("gateway rights clean")
    operator.types("gateway retention run")
    assert "the log is complete and unaltered" in operator.types("gateway log verify")
    _release_one_more(settings, clock, 2)
    lose_database(settings)
    assert "some would be missing" in operator.types(f"gateway restore {BACKUP}", ends_in=1)
    told = operator.types(f"gateway restore {BACKUP} --accept-loss {DECISION}")
    assert "the log goes on with" in told
    assert "erased cases that are back: 1." in told
    assert "cases erased again: 1; refused: 0" in operator.types(f"gateway rights erase-again {DECISION}")

    _release_one_more(settings, clock, 3)
    put_back(settings, tmp_path / "older.sqlite")
    with pytest.raises(LogForkError, match="an older copy of the database stands here"):
        build(settings)
    assert "the log goes on with" in operator.types(f"gateway accept-loss {DECISION}")
    _release_one_more(settings, clock, 4)
    monkeypatch.setattr("gateway.cli.keys.utc_now", lambda: utc_now().replace(year=2026))
    assert "/log/2027+" in operator.types("gateway keys new-year 2027")
    monkeypatch.setattr("gateway.cli.log_new_year.utc_now", lambda: utc_now().replace(year=2027))
    assert "/log/2027` with entry" in operator.types("gateway log new-year")
    assert operator.left == set()


def test_every_command_about_another_policy_works(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two approvers make keys, sign and see it activated; then it is tried against coming law, and taken again."""
    for path in [*settings.home.glob("gateway.sqlite*"), settings.home / "log.seen"]:
        path.unlink()  # a gateway that was never started
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    shutil.copytree(PROJECT / "policies", "policies", ignore=shutil.ignore_patterns("near-misses.yaml"))
    operator = Operator(settings, of_the_policy=True)
    lines = [
        operator.types(f"gateway policy keygen --out {name}.key --name {name}", asked=TWICE).splitlines()[-1]
        for name in ("anna", "bas")
    ]
    settings.policy_approvers.write_text("\n".join(lines))
    for name in ("anna", "bas"):
        operator.types(f"gateway policy sign policies --key {name}.key --sequence 1", asked=TWICE)
    assert "policy 1 is active" in operator.types("gateway policy activate policies")
    told = operator.types("gateway policy simulate policies --draft wrs --on 2027-01-01")
    assert "0 of 0 past answers would come out otherwise" in told
    assert "0 decisions and 0 releases come out as they were logged" in operator.types("gateway audit replay --all")
    assert operator.left == set()


def _release_one_more(settings: Settings, clock: SetClock, number: int) -> None:
    again = build(settings, clock=clock)
    submit(again, number)
    again.tools.store.close()


def test_the_page_is_found_to_show_commands() -> None:
    """A page without commands would prove nothing."""
    assert len(SHOWN.findall((PROJECT / "docs/operations.md").read_text())) >= 9
