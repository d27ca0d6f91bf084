"""The command line as a whole: whatever goes wrong, two plain lines without anything of the input."""

import sys

import pytest

import gateway.cli
from gateway.cli import main


def test_an_unforeseen_error_shows_its_place_and_not_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A trace ends with the text of the error, and that may hold a name from somebody's file."""
    monkeypatch.setattr(gateway.cli, "COMMANDS", {"explode": "tests.cli.exploding"})
    monkeypatch.setattr(sys, "argv", ["gateway", "explode", "Żwirelda"])
    with pytest.raises(SystemExit) as left:
        main()
    shown = capsys.readouterr()
    assert (left.value.code, shown.out) == (2, "")
    assert "ValueError at cli/exploding.py:" in shown.err
    assert "Żwirelda" not in shown.err
    assert "Traceback" not in shown.err
    assert len(shown.err.splitlines()) == 2
