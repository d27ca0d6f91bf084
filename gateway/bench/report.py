"""Writes findings for people: aligned text for a terminal, and docs/performance.md."""

import datetime as dt
from collections.abc import Mapping, Sequence

from gateway.bench.findings import Findings, Row
from gateway.bench.goals import Verdict, judge
from gateway.bench.suites import SUITES

HEADINGS = ("what", "median", "min – max", "unit", "floor", "ratio", "CPU us")
GOAL_HEADINGS = ("goal", "bench", "measured", "verdict")

INTRODUCTION = """\
# Performance

Written by `make bench` (`gateway bench --write docs/performance.md`); do not edit by hand, and read ratios rather than
absolute figures: both sides of a ratio were measured in the same rounds of the same run.

Method: every bench has its cases, and each round runs all of them once in an order drawn anew, so that whatever else
the machine does falls on all alike. A figure is the median over the rounds, with the lowest and the highest. A floor is
what the same work costs with nothing of ours around it; it is a case of the same rounds. CPU is this process's time for
one operation (for servers: the server's). Sizes, samples and floors of each bench stand above its table.
"""


def number(value: float) -> str:
    """Return a figure with three significant digits, thousands apart."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def as_text(found: Mapping[str, Findings], machine: Mapping[str, str]) -> str:
    """Return the findings as aligned tables."""
    told = [", ".join(f"{name} {value}" for name, value in machine.items())]
    for bench, findings in found.items():
        told += ["", bench.upper(), *_aligned([HEADINGS, *map(_cells, findings.rows)])]
        told += [f"left out: {reason}" for reason in findings.left_out]
    verdicts = [verdict for verdict in judge(found) if verdict.goal.bench in found]
    if verdicts:
        told += ["", "GOALS", *_aligned([GOAL_HEADINGS, *map(_goal_cells, verdicts)])]
    return "\n".join(told)


def as_page(found: Mapping[str, Findings], machine: Mapping[str, str], *, rounds: int, at: dt.date) -> str:
    """Return docs/performance.md: the machine, the goals beside the figures, and one table for each bench."""
    told = [INTRODUCTION, f"Measured on {at.isoformat()}, {rounds} rounds, on this machine:\n"]
    told += _markdown([("machine", ""), *machine.items()])
    told += ["\n## Goals\n", *_markdown([GOAL_HEADINGS, *map(_goal_cells, judge(found))])]
    for bench, findings in found.items():
        told += [f"\n## {bench}\n", f"{SUITES[bench].method}\n"]
        told += _markdown([HEADINGS, *map(_cells, findings.rows)])
        told += [f"\nLeft out: {reason}" for reason in findings.left_out]
    return "\n".join(told) + "\n"


def _cells(row: Row) -> Sequence[str]:
    floor = f"{number(row.floor)} ({row.against})" if row.floor and row.against else number(row.floor or 0)
    return (
        row.name,
        number(row.median),
        f"{number(row.min)} – {number(row.max)}",
        row.unit,
        floor if row.floor else "",
        number(row.ratio) if row.ratio else "",
        number(row.cpu) if row.cpu is not None else "",
    )


def _goal_cells(verdict: Verdict) -> Sequence[str]:
    figure = "" if verdict.figure is None else number(verdict.figure)
    return (verdict.goal.words, verdict.goal.bench, figure, verdict.words)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]
