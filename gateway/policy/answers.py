"""The answers of an edition as boxes: in each cell, under which facts each row gives each field.

Unlike `gateway.policy.cells`, which knows when a field leaves, this knows which row gives it. So two policies can be
compared exactly: what one gives and the other does not is a difference of boxes (`gateway.policy.difference`), and two
policies without any difference give the same answer to every question. Facts go by their names, so that the two may
have different vocabularies.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import product

from gateway.decide.engine import Policy
from gateway.decide.table import Cell, conditions
from gateway.model.bundle import Edition, Forbid, Row, Vocabulary
from gateway.model.decision import Approval
from gateway.model.terms import OPPOSITE, Truth
from gateway.policy.boxes import Box, Space, Union
from gateway.policy.cedar import ADVICE, SECOND


@dataclass(frozen=True, slots=True)
class Gift:
    """What an answer says of a field that is given: by which row, on which articles and after whose approval."""

    row: str
    legal_basis: tuple[str, ...]
    approval: Approval


class Answers:
    """The answers of one edition."""

    def __init__(self, edition: Edition, space: Space) -> None:
        """Take the edition; `space` has at least the facts of its vocabulary, see `space_of`."""
        self.edition = edition
        self.space = space
        self._rows: dict[Cell, list[Row]] = {}
        for row in sorted(edition.rows, key=lambda one: one.approval.strictness):
            for cell in product(row.recipients, row.grounds, row.roles):
                self._rows.setdefault(cell, []).append(row)
        self._boxes = {row.id: self._applies(row) for row in edition.rows}
        self._clear: dict[tuple[str, ...], Union] = {}

    def rows(self, cell: Cell) -> tuple[Row, ...]:
        """Return the rows that somebody wrote for a cell, the least strict approval first."""
        return tuple(self._rows.get(cell, ()))

    def guards(self, cell: Cell) -> tuple[tuple[Forbid, bool], ...]:
        """Return the guards in scope of a cell, and whether an unknown fact makes each fire there."""
        recipient, ground, _ = cell
        return tuple(
            (forbid, ground not in forbid.only_when_known)
            for forbid in self.edition.forbids
            if recipient not in forbid.except_recipients and ground not in forbid.except_grounds
        )

    def clear(self, cell: Cell) -> Union:
        """Return when no guard fires."""
        guards = self.guards(cell)
        key = tuple(f"{forbid.id} {strict}" for forbid, strict in guards)
        if key not in self._clear:
            silent = [list(self._silent(forbid, strict=strict)) for forbid, strict in guards]
            self._clear[key] = reduce(self.space.meet, silent, [self.space.everything])
        return self._clear[key]

    def gap(self, cell: Cell) -> Union:
        """Return when the answer is that nobody ever decided this: no row, and no guard fires."""
        return () if cell in self._rows else self.clear(cell)

    def given(self, cell: Cell) -> dict[str, dict[Gift, Union]]:
        """Return for each field when each row gives it: it applies, and none before it gives the field already."""
        clear = self.clear(cell)
        found: dict[str, dict[Gift, Union]] = {}
        earlier: list[Row] = []
        for row in self.rows(cell):
            for name in row.fields - self.edition.never_fields:
                left = [self._boxes[row.id]]
                for other in earlier:
                    if name in other.fields:
                        left = [piece for box in left for piece in self.space.subtract(box, self._boxes[other.id])]
                boxes = self.space.meet(left, clear)
                if boxes:
                    found.setdefault(name, {})[Gift(row.id, row.legal_basis, row.approval)] = boxes
            earlier.append(row)
        return found

    def _applies(self, row: Row) -> Box:
        box = self.space.everything
        for name, truth in conditions(row, self.edition.require):
            # Nobody can know a fact to be unknown: a row that asks for it never applies.
            box = Box(box & self.space.box({name: () if truth is Truth.UNKNOWN else (truth,)}))
        return box

    def _silent(self, forbid: Forbid, *, strict: bool) -> Iterator[Box]:
        """Yield when a guard does not fire: some fact is known not to hold or, where it must be known, is unknown."""
        for name, truth in forbid.when.items():
            yield self.space.box({name: (OPPOSITE[truth],) if strict else (OPPOSITE[truth], Truth.UNKNOWN)})


def space_of(vocabularies: Iterable[Vocabulary]) -> Space:
    """Return the combinations of all facts of these vocabularies."""
    names = [name for words in vocabularies for name in words.facts]
    return Space(dict.fromkeys([*names, SECOND, ADVICE]))


def same(space: Space, one: Union, other: Union) -> bool:
    """Say whether two unions hold the same combinations."""
    return space.uncovered(one, other) is None and space.uncovered(other, one) is None


def same_answers(before: Policy, after: Policy) -> bool:
    """Say whether no question on any day is answered otherwise: what leaves, what waits, by which row, gap or refusal.

    Exact. The words of explanation are not compared. Both policies have the same vocabulary.
    """
    space = space_of([before.bundle.vocabulary])
    words = before.bundle.vocabulary
    cells = list(product(words.recipients, words.grounds, words.roles))
    for day in sorted({day for policy in (before, after) for day in _bounds(policy)}):
        old, new = before.bundle.on(day), after.bundle.on(day)
        if _rules(old) != _rules(new):
            pair = Answers(old, space), Answers(new, space)
            if not all(_same_in(*pair, cell) for cell in cells):
                return False
    return True


def _bounds(policy: Policy) -> Iterator[dt.date]:
    for edition in policy.bundle.editions:
        yield edition.begins
        if edition.ends is not None:
            yield edition.ends


def _rules(edition: Edition) -> tuple[object, ...]:
    return edition.require, edition.never_fields, edition.forbids, edition.rows


def _same_in(old: Answers, new: Answers, cell: Cell) -> bool:
    alike = old.edition.require == new.edition.require and old.edition.never_fields == new.edition.never_fields
    if alike and old.rows(cell) == new.rows(cell) and old.guards(cell) == new.guards(cell):
        return True
    space = old.space
    if not same(space, old.gap(cell), new.gap(cell)):
        return False
    before, after = old.given(cell), new.given(cell)
    return all(
        same(space, before.get(name, {}).get(gift, ()), after.get(name, {}).get(gift, ()))
        for name in before.keys() | after.keys()
        for gift in before.get(name, {}).keys() | after.get(name, {}).keys()
    )
