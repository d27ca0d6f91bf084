"""The guide for lawyers is true: every command in it prints what the guide shows."""

from pathlib import Path

from tests.guide.reader import GUIDE, prepare
from tests.guide.walk import matches, run, steps


def test_every_command_of_the_policy_guide_prints_what_it_shows(tmp_path: Path) -> None:
    """From top to bottom, in one folder, as a reader would."""
    environ = prepare(tmp_path)
    for step in steps(GUIDE.read_text()):
        printed = run(step, tmp_path, environ)
        assert matches(step.expected, printed), f"{step.text}\n{printed}"
