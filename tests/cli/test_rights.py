"""`gateway rights`: what it asks, prints and how it ends; the case's reference is never repeated."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.bootstrap import Gateway
from gateway.cli import gateway as command
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.errors import GatewayError, InvalidRequestError
from gateway.rights.basis import Basis
from gateway.rights.erase import Refusal
from gateway.store import clean
from tests.rights.cases import DAY, DECISION, live, looked, reference, submit

WORDS = ("rights", "erase", "--basis", "objection", "--decision", DECISION)


def run(settings: Settings, *words: str, typed: str = "") -> Result:
    """Run a command in this process; `typed` comes from its standard input."""
    environ = {
        "GATEWAY_HOME": str(settings.home),
        "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file),
        "GATEWAY_DEMO": "1",
    }
    done = CliRunner().invoke(command, words, env=environ, input=typed)
    assert done.exception is None or isinstance(done.exception, (SystemExit, GatewayError)), done.exception
    return done


def says(result: Result) -> str:
    """Return all that was printed, after looking that nobody's case stands in it, but where it was typed."""
    printed = result.output.replace(f"Case reference: {reference(1)}", "")
    assert reference(1) not in printed
    return printed


@pytest.mark.parametrize(
    "words",
    [
        ["rights", "erase"],
        ["rights", "erase", "--basis", "because", "--decision", DECISION],
        ["rights", "erase", "--basis", "objection"],
        [*WORDS, reference(1)],
        [*WORDS, "--case", "/nowhere/at/all", "--format", "xml"],
    ],
)
def test_wrong_use_is_refused(settings: Settings, words: list[str]) -> None:
    """A basis of the list and a decision are needed; the reference is no argument."""
    assert run(settings, *words).exit_code == 2


@pytest.mark.parametrize("typed", ["", "\n", "Z-2026-1\nZ-2026-2\n", "x" * 101])
def test_one_case_at_a_time(gateway: Gateway, settings: Settings, typed: str) -> None:
    """Two lines could be two people, and nothing is no case."""
    live(gateway, 1)
    done = run(settings, *WORDS, "--case", "-", "--yes", typed=typed)
    assert isinstance(done.exception, InvalidRequestError)
    assert not typed.strip() or typed.strip() not in str(done.exception)


def test_a_file_that_is_not_there_or_a_decision_that_is_none_is_refused(settings: Settings, tmp_path: Path) -> None:
    """Before anything is asked of the database."""
    done = run(settings, *WORDS, "--case", str(tmp_path / "absent"))
    assert isinstance(done.exception, InvalidRequestError)
    done = run(settings, *WORDS[:-1], "two\nlines", "--case", "-", typed=reference(1))
    assert isinstance(done.exception, InvalidRequestError)


def test_a_refusal_says_why_and_what_to_do_in_two_languages(gateway: Gateway, settings: Settings) -> None:
    """Exit code 1; the same reasons as data."""
    submit(gateway, cases.landlord(DAY, 1))
    for more in ((), ("--dry-run",)):
        done = run(settings, *WORDS, "--case", "-", "--yes", *more, typed=reference(1))
        assert done.exit_code == 1
        assert "NOT done; nothing was changed." in says(done)
        assert "Een onderdeel wacht op goedkeuring" in done.output
        assert "A part waits for approval" in done.output
    told = json.loads(run(settings, *WORDS, "--case", "-", "--yes", "--format", "json", typed=reference(1)).stdout)
    assert (told["ok"], told["erased"], told["obstacles"]) == (False, False, {"waits_for_approval": 1})
    assert [set(reason) for reason in told["reasons"]] == [{"nl", "en"}]
    assert told["files"]["clean"] is True


def test_a_dry_run_counts_and_destroys_nothing(gateway: Gateway, settings: Settings) -> None:
    """Text for people, the same as data."""
    live(gateway, 1)
    before = looked(gateway, 1)
    done = run(settings, *WORDS, "--case", "-", "--dry-run", typed=reference(1))
    assert done.exit_code == 0
    assert "This would be destroyed:" in says(done)
    assert "3 log entries lose their detail, salt and key" in done.output
    assert "1 to belle" in done.output
    told = json.loads(run(settings, *WORDS, "--case", "-", "--dry-run", "--format", "json", typed=reference(1)).stdout)
    assert (told["ok"], told["erased"], told["dry_run"], told["counts"]["receipts"]) == (True, False, True, 1)
    assert looked(gateway, 1) == before


def test_without_yes_it_asks_and_takes_no_for_an_answer(gateway: Gateway, settings: Settings) -> None:
    """What would go is shown before the question; no answer is no."""
    live(gateway, 1)
    before = looked(gateway, 1)
    for answer in ("n\n", ""):
        done = run(settings, *WORDS, typed=f"{reference(1)}\n{answer}")
        assert done.exit_code == 1
        assert "This would be destroyed:" in says(done)
        assert "Destroy this for good?" in done.output
    assert looked(gateway, 1) == before


def test_it_asks_for_the_case_erases_it_and_says_what_is_gone(gateway: Gateway, settings: Settings) -> None:
    """The reference is typed at a prompt; a second run says that there is nothing."""
    live(gateway, 1)
    gateway.tools.store.close()
    done = run(settings, *WORDS, typed=f"{reference(1)}\ny\n")
    assert done.exit_code == 0, done.output
    told = says(done)
    assert "Destroyed:" in told
    assert "says so: GDPR 17(1)(c)." in told
    assert "pieces of it: none is left." in told
    again = run(settings, *WORDS, "--yes", "--case", "-", typed=reference(1))
    assert again.exit_code == 1
    assert "There is nothing about this case here" in says(again)


def test_cleaning_again_says_that_all_is_clean(gateway: Gateway, settings: Settings) -> None:
    """After an interrupted erasure; harmless otherwise."""
    live(gateway, 1)
    assert run(settings, "rights", "clean").output == "The database has overwritten what was deleted.\n"
    told = json.loads(run(settings, "rights", "clean", "--format", "json").stdout)
    assert told == {"ok": True, "files": {"clean": True, "left": [], "searched": 0, "found": 0}}


def test_bytes_that_may_still_stand_somewhere_are_told_with_exit_code_1(
    gateway: Gateway, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody reads for long, or when the erasure could not be noted for a restore: erased, and not done yet."""
    live(gateway, 1)
    monkeypatch.setattr(clean, "TRIES", 1)
    with closing(sqlite3.connect(settings.home / "gateway.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM detail").fetchone()
        (settings.home / "erased.cases").mkdir()
        done = run(settings, *WORDS, "--yes", "--case", "-", typed=reference(1))
        assert done.exit_code == 1
        assert "deleted bytes may still stand in the database's files (wal" in done.output
        assert "could not be noted in erased.cases" in done.output
        assert "Destroyed:" in says(done)
        refused = run(settings, *WORDS, "--yes", "--case", "-", typed=reference(2))
        assert "may still stand" in refused.output
    assert isinstance(looked(gateway, 1), Refusal)


def test_the_help_names_every_basis_with_its_article(settings: Settings) -> None:
    """So that nobody needs another paper to choose one."""
    told = " ".join(run(settings, "rights", "erase", "--help").output.split())
    for basis in Basis:
        assert f"{basis.value} = {basis.article}" in told
