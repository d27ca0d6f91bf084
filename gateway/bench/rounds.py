"""Measures cases in interleaved, shuffled rounds, so that what else the machine does falls on all of them alike.

One round has one bout of every case, in an order drawn anew each time. A figure is the median over the rounds, with
its lowest and highest; a floor is a case like any other, measured in the same rounds as what it bounds.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from secrets import SystemRandom
from statistics import median

Reading = Mapping[str, float]
"""What one bout measured, by quantity. WALL and CPU are microseconds of one operation; a bench may add its own."""

WALL = "wall"
CPU = "cpu"
BOUT = 0.05  # seconds that a bout of a short operation lasts
Tell = Callable[[str, int, int], None]
"""Told which case comes next, how many bouts are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something to measure: `bout` does it once or many times and returns what it read."""

    name: str
    bout: Callable[[], Reading]


@dataclass(frozen=True, slots=True)
class Spread:
    """One quantity of one case over all rounds."""

    median: float
    lowest: float
    highest: float


class Measured:
    """The readings of every case, one per round."""

    def __init__(self, readings: Mapping[str, Sequence[Reading]]) -> None:
        """Keep the readings by the name of their case."""
        self._readings = readings

    def values(self, case: str, quantity: str = WALL) -> Sequence[float]:
        """Return a quantity round by round; raise KeyError when it was not measured in every round."""
        return [reading[quantity] for reading in self._readings[case]]

    def spread(self, case: str, quantity: str = WALL) -> Spread:
        """Return the spread of a quantity; raise KeyError when it was not measured in every round."""
        values = self.values(case, quantity)
        return Spread(median(values), min(values), max(values))


def measure(
    cases: Sequence[Case],
    *,
    rounds: int,
    tell: Tell,
) -> Measured:
    """Run every case once per round; raise ValueError when two cases share a name or there is no round."""
    readings: dict[str, list[Reading]] = {case.name: [] for case in cases}
    if len(readings) != len(cases) or rounds < 1:
        raise ValueError("cases have names of their own, and there is at least one round")
    done, order, shuffle = 0, list(cases), SystemRandom().shuffle
    for _ in range(rounds):
        shuffle(order)
        for case in order:
            tell(case.name, done, rounds * len(cases))
            readings[case.name].append(case.bout())
            done += 1
    return Measured(readings)


def repeated(name: str, operation: Callable[[], object]) -> Case:
    """Return a case that does a short operation as often as fits in a bout, found out once and before the rounds."""
    count, seconds = 1, clocked(operation, 1)[0]
    while seconds < BOUT / 4:
        count *= 2
        seconds = clocked(operation, count)[0]
    count = max(1, round(count * BOUT / seconds))

    def bout() -> Reading:
        wall, cpu = clocked(operation, count)
        return {WALL: wall / count * 1e6, CPU: cpu / count * 1e6}

    return Case(name, bout)


def each(name: str, operations: Iterable[Callable[[], object]]) -> Case:
    """Return a case that does every operation once per bout and reads `p50` and `p99` in microseconds besides."""
    kept = list(operations)

    def bout() -> Reading:
        times = []
        began, spent = time.perf_counter_ns(), time.process_time_ns()
        for operation in kept:
            start = time.perf_counter_ns()
            operation()
            times.append((time.perf_counter_ns() - start) / 1e3)
        wall, cpu = time.perf_counter_ns() - began, time.process_time_ns() - spent
        times.sort()
        return {
            WALL: wall / len(kept) / 1e3,
            CPU: cpu / len(kept) / 1e3,
            "p50": median(times),
            "p99": times[min(len(times) - 1, len(times) * 99 // 100)],
        }

    return Case(name, bout)


def clocked(operation: Callable[[], object], count: int) -> tuple[float, float]:
    """Return the seconds on the wall and of this process's CPU that doing an operation `count` times took."""
    began, spent = time.perf_counter(), time.process_time()
    for _ in range(count):
        operation()
    return time.perf_counter() - began, time.process_time() - spent
