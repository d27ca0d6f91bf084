"""The command line as a whole: whatever goes wrong, two plain lines without anything of the input."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from gateway.cli import COMMANDS, main
from gateway.cli import gateway as group
from gateway.cli.log import ELSEWHERE, log
from gateway.cli.policy import LARGER, policy


def test_the_list_of_commands_loads_none_of_them() -> None:
    """Whoever asks which commands there are waits for no database and no server to be imported."""
    asked = (
        "import sys; from gateway.cli import gateway; gateway(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    *lines, loaded = shown.splitlines()
    assert not {"flask", "sqlalchemy", "gateway.store", "gateway.cli.demo"} & set(loaded.split())
    for name, (_, words) in COMMANDS.items():
        assert f"  {name:<11}  {words}" in lines  # on one line, and whole


LISTS = [(group, COMMANDS), (policy, LARGER), (log, ELSEWHERE)]


@pytest.mark.parametrize(("of", "name"), [(of, name) for of, names in LISTS for name in names])
def test_every_command_of_a_list_is_there(of: click.Group, name: str) -> None:
    """The lists are written by hand, so that reading them costs nothing; what they name exists."""
    found = of.get_command(click.Context(of), name)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("name", COMMANDS)
def test_a_list_of_commands_cuts_no_line(name: str) -> None:
    """Half a sentence does not tell which command somebody needs."""
    usage, *shown = CliRunner().invoke(group, [name, "--help"]).output.splitlines()
    assert usage.startswith("Usage: ")
    assert [line for line in shown if "..." in line] == []


def test_an_unforeseen_error_shows_its_place_and_not_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A trace ends with the text of the error, and that may hold a name from somebody's file."""
    monkeypatch.setitem(COMMANDS, "explode", ("tests.cli.exploding", "It fails."))
    monkeypatch.setattr(sys, "argv", ["gateway", "explode", "Żwirelda"])
    with pytest.raises(SystemExit) as left:
        main()
    shown = capsys.readouterr()
    assert (left.value.code, shown.out) == (2, "")
    assert "ValueError at cli/exploding.py:" in shown.err
    assert "Żwirelda" not in shown.err
    assert "Traceback" not in shown.err
    assert len(shown.err.splitlines()) == 2
