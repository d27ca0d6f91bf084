"""The harness: bouts interleave, figures are medians, and a ratio is the figure over its floor."""

from collections.abc import Callable
from functools import partial

import pytest

from gateway.bench.findings import Row, row
from gateway.bench.rounds import CPU, WALL, Case, Reading, each, measure, repeated


def silent(_case: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def noting(name: str, told: list[str], readings: Callable[[], Reading]) -> Case:
    """Return a case that notes each of its bouts."""

    def bout() -> Reading:
        told.append(name)
        return readings()

    return Case(name, bout)


def counting(*values: float) -> Callable[[], Reading]:
    """Return readings with these values, one after the other."""
    left = iter(values)
    return lambda: {WALL: next(left), CPU: 1.0}


def test_two_cases_of_one_name_are_refused() -> None:
    """One would overwrite the other's readings."""
    case = Case("a", lambda: {WALL: 1.0})
    with pytest.raises(ValueError, match="names of their own"):
        measure([case, case], rounds=1, tell=silent)
    with pytest.raises(ValueError, match="at least one round"):
        measure([case], rounds=0, tell=silent)


def test_a_quantity_that_a_round_lacks_is_no_figure() -> None:
    """A median over the rounds that happened to have it would flatter."""
    bouts: list[Reading] = [{WALL: 1.0, "p99": 2.0}, {WALL: 1.0}]
    measured = measure([Case("a", bouts.pop)], rounds=2, tell=silent)
    with pytest.raises(KeyError):
        measured.spread("a", "p99")


def test_rounds_interleave_and_each_has_its_own_order() -> None:
    """Every round has every case once, before any case has its next bout; no order holds for all rounds."""
    told: list[str] = []
    names = [f"case {number}" for number in range(8)]
    measure([noting(name, told, lambda: {WALL: 1.0}) for name in names], rounds=20, tell=silent)
    rounds = [told[start : start + 8] for start in range(0, len(told), 8)]
    assert len(rounds) == 20
    assert all(sorted(one) == names for one in rounds)
    assert len({tuple(one) for one in rounds}) > 10


def test_a_figure_is_the_median_with_its_lowest_and_highest() -> None:
    """Not the mean: one disturbed round may not move it."""
    measured = measure([Case("a", counting(3, 900, 1))], rounds=3, tell=silent)
    found = row(measured, "a")
    assert (found.median, found.min, found.max, found.cpu) == (3, 1, 900, 1)


def test_a_ratio_is_the_median_over_the_floor_of_the_same_rounds() -> None:
    """The floor is a case of the same run, never a number that was written down."""
    measured = measure([Case("ours", counting(6, 8, 7)), Case("floor", counting(2, 1, 3))], rounds=3, tell=silent)
    told = row(measured, "ours", name="seal", floor="floor").to_json()
    assert told == {
        "name": "seal",
        "median": 7,
        "min": 6,
        "max": 8,
        "unit": "us",
        "floor": 2,
        "ratio": 3.5,
        "against": "floor",
        "cpu": 1.0,
    }


def test_without_a_floor_there_is_no_ratio() -> None:
    """What was not measured is left out, not written as nothing."""
    assert Row("a", 1, 1, 1, "us").to_json().keys() == {"name", "median", "min", "max", "unit"}


def test_a_short_operation_is_repeated_until_the_clock_can_see_it() -> None:
    """The reading is for one operation: many are done, and their time is divided."""
    done: list[None] = []
    case = repeated("append", lambda: done.append(None))
    before = len(done)
    reading = case.bout()
    assert len(done) - before > 1000
    assert 0 < reading[WALL] < 1000
    assert 0 <= reading[CPU] < 1000


def test_each_operation_is_timed_alone_for_the_tail() -> None:
    """p99 is over the operations of one bout, so a slow one of a hundred shows."""
    done: list[int] = []
    reading = each("all", [partial(done.append, number) for number in range(200)]).bout()
    assert done == list(range(200))
    assert 0 < reading["p50"] <= reading["p99"]
