"""All past decisions under another policy: what would flip, by recipient kind, ground and role. No case, no day.

Each past question is asked again as it was, with its facts as they were established then, on one day under the other
policy. What the policy itself establishes (a longer retention, other purposes of a ground) is therefore not asked anew.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.crypto.lookup import LookupKey
from gateway.decide.engine import Policy
from gateway.log.decided import Decided, read_decided
from gateway.log.recorder import Recorder
from gateway.log.tally import Tuple, read_counts, tuples_of
from gateway.model.terms import Json
from gateway.store.ports import Unit

Progress = Callable[[int, int], None]
STEP = 4096  # entries between two words of progress
Cell = tuple[str, str, str]
"""Recipient kind, ground, role."""


@dataclass(slots=True)
class Change:
    """What changes in one cell: how often it was decided, how often otherwise, from what to what, and which fields."""

    decided: int = 0
    changed: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def to_json(self, cell: Cell) -> dict[str, Json]:
        """Return the row that `gateway policy simulate --format json` prints."""
        recipient, ground, role = cell
        return {
            "recipient": recipient,
            "ground": ground,
            "role": role,
            "decided": self.decided,
            "changed": self.changed,
            "outcomes": [
                {"from": before, "to": after, "count": count}
                for (before, after), count in sorted(self.outcomes.items())
            ],
            "gained": dict[str, Json](sorted(self.gained.items())),
            "lost": dict[str, Json](sorted(self.lost.items())),
        }


@dataclass(slots=True)
class Simulation:
    """What came of it. `open` decisions were read from their details, `erased` ones from the counts they left."""

    bundle: str
    on: dt.date
    open: int = 0
    erased: int = 0
    unreadable: int = 0
    distinct: int = 0
    cells: dict[Cell, Change] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def changed(self) -> int:
        """Return how many decisions would come out otherwise."""
        return sum(change.changed for change in self.cells.values())

    def to_json(self) -> dict[str, Json]:
        """Return what `gateway policy simulate --format json` prints."""
        decided = self.open + self.erased
        return {
            "bundle": self.bundle,
            "on": self.on.isoformat(),
            "decisions": decided,
            "erased": self.erased,
            "unreadable": self.unreadable,
            "distinct": self.distinct,
            "changed": self.changed,
            "cells": [change.to_json(cell) for cell, change in sorted(self.cells.items()) if change.changed],
            "seconds": str(round(self.seconds, 3)),
            "per_second": round(decided / self.seconds) if self.seconds else 0,
        }


def simulate(
    unit: Unit, recorder: Recorder, lookup: LookupKey, policy: Policy, *, on: dt.date, progress: Progress
) -> Simulation:
    """Ask every past question again under this policy, as if it were decided on this day."""
    began = time.perf_counter()
    done = Simulation(policy.bundle.digest, on)
    counted: Counter[Tuple] = Counter()
    size = unit.book.size()
    for first in range(0, size, STEP):
        last = min(first + STEP, size)
        for entry in read_decided(unit, recorder, first, last):
            if isinstance(entry, Decided):
                counted.update(tuples_of(entry))
            else:
                done.unreadable += 1
        progress(last, size)
    done.open = counted.total()
    for _, told, count in read_counts(unit, recorder, lookup):
        counted[told] += count
        done.erased += count
    done.distinct = len(counted)
    for told, count in counted.items():
        _ask_again(policy, told, count, done)
    done.seconds = time.perf_counter() - began
    return done


def _ask_again(policy: Policy, told: Tuple, count: int, done: Simulation) -> None:
    answer = policy.decide(told.query(done.on))
    cell = done.cells.setdefault((told.recipient, told.ground, told.role), Change())
    cell.decided += count
    if (told.outcome, set(told.released), set(told.pending)) == (
        answer.outcome,
        set(answer.released),
        set(answer.pending),
    ):
        return
    # What may leave, now or after an approval; that an approval comes or goes shows in the outcomes.
    before, after = {*told.released, *told.pending}, {*answer.released, *answer.pending}
    cell.changed += count
    if told.outcome != answer.outcome:
        cell.outcomes[told.outcome, answer.outcome.value] += count
    for name in after - before:
        cell.gained[name] += count
    for name in before - after:
        cell.lost[name] += count
