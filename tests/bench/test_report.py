"""The page and the verdicts: computed from rows, and a figure that falls short or is absent is told as such."""

import datetime as dt
import shutil

import pytest

from gateway.bench.findings import Findings, Row
from gateway.bench.goals import GOALS, Goal, judge
from gateway.bench.hashing import hashing_bound
from gateway.bench.machine import machine
from gateway.bench.report import as_page, as_text, number
from gateway.bench.suites import SUITES

AT = dt.date(2026, 11, 24)


def found(goal: Goal, figure: float) -> dict[str, Findings]:
    """Return findings of one bench in which the goal's row has this figure."""
    floor = 1.0 if goal.of_ratio else None
    return {goal.bench: Findings((Row(goal.row, figure, figure, figure, "us", floor=floor, against="floor"),))}


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.words)
def test_a_goal_is_met_only_by_its_row_and_on_its_side_of_the_limit(goal: Goal) -> None:
    """A figure past the limit falls short and says why; no row is no verdict."""
    better, worse = (goal.limit / 2, goal.limit * 2) if goal.at_most else (goal.limit * 2, goal.limit / 2)
    told = {figure: next(one for one in judge(found(goal, figure)) if one.goal is goal) for figure in (better, worse)}
    assert (told[better].met, told[better].words) == (True, "met")
    assert told[worse].met is False
    assert told[worse].words == f"falls short, because {goal.because}"
    for nothing in ({}, {goal.bench: Findings(())}):
        assert next(one for one in judge(nothing) if one.goal is goal).words == "not measured"


def test_a_ratio_without_a_floor_is_not_measured() -> None:
    """Without cedarpy there is nothing to divide by, so the goal may not count as met."""
    goal = next(goal for goal in GOALS if goal.of_ratio)
    alone = {goal.bench: Findings((Row(goal.row, 1, 1, 1, "us"),), ("cedar: cedarpy is not installed here",))}
    assert next(one for one in judge(alone) if one.goal is goal).words == "not measured"
    assert "left out: cedar: cedarpy is not installed here" in as_text(alone, {})


def test_every_goal_names_a_bench_that_there_is() -> None:
    """A goal of no bench would be not measured for ever."""
    assert {goal.bench for goal in GOALS} <= SUITES.keys()


def test_the_page_has_each_bench_with_its_method_and_every_goal() -> None:
    """What was measured, how, and against what."""
    row = Row("one", 2, 1, 3, "us", floor=4, against="nothing of ours")
    page = as_page({name: Findings((row,)) for name in SUITES}, {"cores": "2"}, rounds=3, at=AT)
    for name, suite in SUITES.items():
        assert f"\n## {name}\n" in page
        assert suite.method in page
    assert all(f"| {goal.words} | {goal.bench} |" in page for goal in GOALS)
    assert "| one | 2 | 1 – 3 | us | 4 (nothing of ours) | 0.5 |  |" in page
    assert "2026-11-24, 3 rounds" in page


def test_the_machine_is_told_without_a_name_or_a_path() -> None:
    """A page that everybody may read says how fast a machine is, not whose."""
    told = machine()
    assert int(told["cores"]) > 0
    assert not any("/" in value for value in told.values())


def test_without_openssl_there_is_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is left out, not guessed."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert hashing_bound("openssl", 300) is None


@pytest.mark.parametrize(
    ("value", "told"), [(0, "0"), (0.00146, "0.00146"), (1.5, "1.5"), (99.94, "99.9"), (85106.2, "85,106")]
)
def test_figures_have_three_digits_that_mean_something(value: float, told: str) -> None:
    """More would pretend to a precision that a shared machine does not give."""
    assert number(value) == told
