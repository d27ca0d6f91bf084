"""From a compiled table to boxes: in each cell (recipient kind, ground, role), when each field is offered and goes.

Made of the same compiled rows and guards that decide (`gateway.decide.table`), so what is proved of the boxes is said
of the engine; `tests/policy/test_cells.py` compares the two. In a cell, a row that applies is one box: each of its
conditions known. A guard that does not fire is a union of boxes: where unknown makes it fire, some fact is known not to
hold; where it must be known, some fact is not known to hold. An approval is one box: the facts that say it was given.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from gateway.decide.engine import Policy
from gateway.decide.table import Cell, CompiledForbid, CompiledRow, Table
from gateway.model.invariant import Reach
from gateway.model.terms import Truth
from gateway.policy.boxes import Box, Space, Union


@dataclass(frozen=True, slots=True)
class Share:
    """Fields of a cell that the same rows offer.

    `by_row`: when each row applies and no guard fires, so that it offers them; `released`: when its approval is there
    too.
    """

    fields: frozenset[str]
    by_row: tuple[tuple[CompiledRow, Union], ...]
    released: Union

    @property
    def offered(self) -> Union:
        """Return when the fields go, or go once somebody agrees."""
        return [box for _, boxes in self.by_row for box in boxes]


class Cells:
    """What holds from one day on, as boxes. A cell that nobody wrote a row for has no share: nothing goes."""

    def __init__(self, policy: Policy, day: dt.date) -> None:
        """Work out every cell that has a row."""
        self.day = day
        self.words = policy.bundle.vocabulary
        self.table: Table = policy.table(day)
        self.space = Space(self.table.facts)
        # Most cells have the rows and guards of another one, so they are worked out once for all of them.
        self._worked_out: dict[tuple[object, ...], tuple[Share, ...]] = {}
        self._shares = {cell: self._of(cell) for cell in sorted(self.table.cells)}

    def shares(self, reach: Reach) -> Iterator[tuple[Cell, Share, list[str]]]:
        """Yield every share in reach with its cell and those of its fields that are in reach, in order."""
        for cell, shares in self._shares.items():
            if reach.meets(*cell):
                for share in shares:
                    fields = sorted(share.fields & reach.fields)
                    if fields:
                        yield cell, share, fields

    def offered(self, cell: Cell, field: str) -> Union:
        """Return when a field is offered in a cell."""
        return next((share.offered for share in self._shares.get(cell, ()) if field in share.fields), ())

    def released(self, cell: Cell, field: str) -> Union:
        """Return when a field is released in a cell."""
        return next((share.released for share in self._shares.get(cell, ()) if field in share.fields), ())

    def combinations(self, cell: Cell) -> int:
        """Return how many combinations of facts the rules of a cell can tell apart.

        A fact that none of them reads cannot change the cell; values of a fact that all of them treat alike are one.
        """
        recipient, ground, _ = cell
        rows = self.table.rows(cell)
        if not rows:
            return 1
        boxes = [box for guard in self.table.forbids(recipient, ground) for box in self._silent(guard)]
        boxes += [box for row in rows for box in (self._applies(row), self._agreed(row))]
        count = 1
        for fact in self.space.facts:
            kinds = {tuple(truth in self.space.values(box, fact) for box in boxes) for truth in Truth}
            count *= len(kinds)
        return count

    def _of(self, cell: Cell) -> tuple[Share, ...]:
        recipient, ground, _ = cell
        rows, guards = self.table.rows(cell), self.table.forbids(recipient, ground)
        key = tuple(row.position for row in rows), tuple((guard.forbid.id, guard.strict) for guard in guards)
        if key not in self._worked_out:
            clear = reduce(self.space.meet, map(self._silent, guards), [self.space.everything])
            self._worked_out[key] = tuple(self._divide(rows, clear))
        return self._worked_out[key]

    def _divide(self, rows: Sequence[CompiledRow], clear: Union) -> Iterator[Share]:
        offering: dict[str, list[CompiledRow]] = {}
        for row in rows:
            for name in sorted(row.row.fields):
                if self.table.fields_mask((name,)) & row.fields & ~self.table.never:
                    offering.setdefault(name, []).append(row)
        alike: dict[tuple[int, ...], set[str]] = {}
        for name, givers in offering.items():
            alike.setdefault(tuple(row.position for row in givers), set()).add(name)
        for names in alike.values():
            by_row, released = [], []
            # The engine gives a field to the least strict row that applies. A stricter approval asks for all that a
            # less strict one asks for, so whatever a later row would release, this first one releases too: a union.
            for row in offering[min(names)]:
                applies = self.space.meet([self._applies(row)], clear)
                by_row.append((row, applies))
                released += self.space.meet(applies, [self._agreed(row)])
            yield Share(frozenset(names), tuple(by_row), released)

    def _applies(self, row: CompiledRow) -> Box:
        return self.space.known(yes=row.must.yes, no=row.must.no)

    def _agreed(self, row: CompiledRow) -> Box:
        agreed = self.table.agreed(row.row.approval)
        return self.space.known(yes=agreed.yes, no=agreed.no)

    def _silent(self, guard: CompiledForbid) -> Union:
        """Return when a guard does not fire: for one of its facts, only the values that keep it silent."""
        open_too = () if guard.strict else (Truth.UNKNOWN,)
        return [
            self.space.box({fact: (opposite, *open_too)})
            for mask, opposite in ((guard.facts.yes, Truth.NO), (guard.facts.no, Truth.YES))
            for place, fact in enumerate(self.space.facts)
            if mask >> place & 1
        ]
