"""The page about planted faults says what was found, and nothing that is no longer so."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.house_rules.tree import PROJECT
from tests.mutation.report import REASONS, Tally, page, problems, reasons
from tests.mutation.results import Mutant, read

KILLED = Mutant("gateway/log/leaf.py", 12, "x = 1", "x = 2", "killed")
SURVIVOR = replace(KILLED, now="x = 3", status="survived")
EXPLAINED = {(SURVIVOR.file, SURVIVOR.was, SURVIVOR.now): "Equal: nobody reads x"}


def test_a_fault_without_a_reason_is_a_problem() -> None:
    """Also one that was not tried, or that no test reaches."""
    for status in ("survived", "not checked", "no tests", "suspicious", "segfault"):
        told = problems([Tally("log", [KILLED] * 99 + [replace(SURVIVOR, status=status)])], {})
        assert told == [f"gateway/log/leaf.py:12 ({status}) has no reason: x = 1 -> x = 3"]


def test_a_reason_without_its_fault_is_a_problem() -> None:
    """A page that explains what is not there is not read again."""
    assert problems([Tally("log", [KILLED])], EXPLAINED) == [
        "gateway/log/leaf.py: a reason without its fault: x = 1 -> x = 3"
    ]


@pytest.mark.parametrize("mutants", [[], [KILLED] * 8 + [SURVIVOR]])
def test_too_little_found_is_a_problem(mutants: list[Mutant]) -> None:
    """Nothing planted is nothing found."""
    assert "log: only" in problems([Tally("log", mutants)], EXPLAINED)[0]


def test_found_is_what_a_test_or_its_time_noticed() -> None:
    """The figures of one row, and each survivor under its reason."""
    tally = Tally("log", [KILLED] * 8 + [replace(KILLED, status="timeout"), SURVIVOR])
    assert problems([tally], EXPLAINED) == []
    assert tally.row("0" * 64) == f"| log | 10 | 8 | 1 | 1 | 90.0 % | `{'0' * 16}` |\n"
    written = page([tally], EXPLAINED, rows=[tally.row("0" * 64)], date="2026-11-25", tool="mutmut 3")
    assert "### Equal: nobody reads x\n\n- `gateway/log/leaf.py:12`\n" in written
    assert "  - x = 1\n  + x = 3\n" in written


SOURCE = """
def double(x):
    # twice
    return x * 2


class Box:
    @classmethod
    def make(cls):
        return cls(
            1,
        )
"""
VARIANTS = """def x_double__mutmut_orig(x):
    # twice
    return x * 2
def x_double__mutmut_1(x):
    # twice
    return x / 2
    @classmethod
    def xǁBoxǁmake__mutmut_orig(cls):
        return cls(
            1,
        )
    @classmethod
    def xǁBoxǁmake__mutmut_1(cls):
        return cls(
            )
"""
SPANS = {
    "x_double__mutmut_orig": [1, 3],
    "x_double__mutmut_1": [4, 6],
    "xǁBoxǁmake__mutmut_orig": [7, 11],
    "xǁBoxǁmake__mutmut_1": [12, 15],
}
CODES = {"gateway.log.small.x_double__mutmut_1": 1, "gateway.log.small.xǁBoxǁmake__mutmut_1": None}


def test_without_a_run_nothing_was_planted(tmp_path: Path) -> None:
    """An empty folder is no proof."""
    assert read(tmp_path, "log") == []


def test_the_results_of_mutmut_are_read(tmp_path: Path) -> None:
    """Each fault comes back with the line of the source where it was planted, and with what was changed."""
    for folder in ("gateway/log", "mutants/gateway/log"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "gateway/log/small.py").write_text(SOURCE)
    made = tmp_path / "mutants/gateway/log"
    (made / "small.py").write_text(VARIANTS)
    (made / "small.py.meta").write_text(json.dumps({"exit_code_by_key": CODES}))
    (made / "small.py.spans").write_text(json.dumps({"version": 1, "spans": SPANS}))
    assert read(tmp_path, "log") == [
        Mutant("gateway/log/small.py", 4, "return x * 2", "return x / 2", "killed"),
        Mutant("gateway/log/small.py", 11, "1, )", ")", "not checked"),
    ]


def test_every_reason_is_about_a_line_that_stands_there() -> None:
    """Whoever changes such a line takes its reason away, and runs `make mutation` again some day."""
    gone = [
        (file, was)
        for file, was, _ in reasons(REASONS.read_text())
        if " ".join(was.split()) not in " ".join((PROJECT / file).read_text().split())
    ]
    assert gone == []
