"""`gateway policy explain`: one rule in words; 2 when there is none, or the policy cannot be read."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from gateway.cli.policy import policy


def run(*options: str) -> Result:
    """Ask for an explanation."""
    return CliRunner().invoke(policy, ["explain", *options])


def test_what_cannot_be_explained_is_exit_2(tmp_path: Path) -> None:
    """An unknown rule, an unreadable policy, no rule at all, a day that does not exist; nothing on stdout."""
    for options in (["WC-99"], ["WC-1", "--policies", str(tmp_path)], [], ["WC-1", "--date", "2026-02-30"]):
        result = run(*options)
        assert (result.exit_code, result.stdout) == (2, "")
    assert "rules that it has: WC-" in run("WC-99").stderr


def test_a_rule_is_told_in_dutch_and_then_in_english() -> None:
    """Conditions under their heading; the law with its source."""
    result = run("WC-1")
    assert result.exit_code == 0
    dutch, english = result.stdout.split("\n\n")
    assert dutch.startswith("Regel WC-1: Alleen aan de eigenaar")
    assert "  Vast staat: “De woning is volgens de bezitslijst van de ontvanger.”\n    Bewijs: de gateway" in dutch
    assert "Goedkeuring: eerst een tweede persoon" in dutch
    assert english.startswith("Rule WC-1: Only to the owner")
    assert "  task in the public interest or official authority (AVG art. 6 lid 1 onder e" in english
    assert "It holds like this since 2023-01-01." in english


def test_a_guard_is_told_with_what_can_be_done_meanwhile() -> None:
    """What it stops, whom it does not stop, and that it waits for AVIM."""
    result = run("F-HOLD")
    assert "Verbod F-HOLD: " in result.stdout
    assert "Houdt alles tegen als dit zo is, of zolang dat niet bekend is:" in result.stdout
    assert "What can be done: Wait until AVIM lifts it" in result.stdout
    assert "Alleen als het vaststaat" not in result.stdout


def test_a_rule_of_a_draft_is_said_not_to_be_in_force() -> None:
    """Coming law can be read, with the day on which it is assumed to begin."""
    result = run("WRS-1", "--draft", "wrs", "--date", "2026-11-25")
    assert result.stdout.startswith("Niet van kracht op 2026-11-25.\nRegel WRS-1: ")
    assert "Not in force on 2026-11-25." in result.stdout
    assert run("WRS-1", "--draft", "wrs", "--date", "2029-01-01").stdout.startswith("Regel WRS-1: ")


def test_json_has_the_rule_as_data_and_in_words() -> None:
    """A tool reads the first, a person the second."""
    result = run("WC-1", "--format", "json")
    told = json.loads(result.stdout)
    assert (told["id"], told["kind"], told["in_force"]) == ("WC-1", "permit", True)
    assert told["explanation"]["nl"] + "\n\n" + told["explanation"]["en"] + "\n" == run("WC-1").stdout
    assert told["law"][0]["law"] == "AVG"
