"""The compiled decision table: facts and fields as bits, rows by epoch and by recipient kind, ground and role.

A bundle is compiled once, at load. Time is cut into epochs at every day on which a row begins or ends, so that a
decision only looks at rows that are in force on its date.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.model.bundle import Bundle, Forbid, Row
from gateway.model.decision import Approval, Query
from gateway.model.terms import Truth

Cell = tuple[str, str, str]
"""Recipient kind, ground, subject role."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of all facts, as two masks; a fact in neither is unknown."""

    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class CompiledRow:
    """A row with its conditions and fields as masks. `position` is its place in the bundle."""

    row: Row
    position: int
    must: Known
    fields: int

    def applies(self, known: Known) -> bool:
        """Say whether every condition is known to be as the row says."""
        return known.yes & self.must.yes == self.must.yes and known.no & self.must.no == self.must.no


@dataclass(frozen=True, slots=True)
class CompiledForbid:
    """A guard in scope of a recipient and ground. `strict`: an unknown fact makes it fire."""

    forbid: Forbid
    facts: Known
    strict: bool

    def fires(self, known: Known) -> bool:
        """Say whether it stops everything: unless known not to hold, or (not strict) only when known to hold."""
        if self.strict:
            return not (known.no & self.facts.yes or known.yes & self.facts.no)
        return known.yes & self.facts.yes == self.facts.yes and known.no & self.facts.no == self.facts.no


class Table:
    """A whole bundle, compiled. It never changes after it was made."""

    def __init__(self, bundle: Bundle) -> None:
        """Compile every row and guard of the bundle."""
        self._bundle = bundle
        words = bundle.vocabulary
        self._fact_bits: dict[str, int] = {}
        for name in [*words.facts, "second_approver", "fg_advice"]:
            self._fact_bits.setdefault(name, 1 << len(self._fact_bits))
        self._field_bits = {name: 1 << place for place, name in enumerate(words.fields)}
        self.never = self.fields_mask(bundle.never_fields)
        second, advice = self._fact_bits["second_approver"], self._fact_bits["fg_advice"]
        self._approvals = {
            Approval.NONE: 0,
            Approval.POST_24H: 0,
            Approval.PRE_TWO: second,
            Approval.PRE_FG: second | advice,
        }
        self._forbids = {
            (recipient, ground): self._in_scope(recipient, ground)
            for recipient in words.recipients
            for ground in words.grounds
        }
        compiled = [self._compile(row, position) for position, row in enumerate(bundle.rows)]
        days = {day for row in bundle.rows for day in (row.valid_from, row.valid_until) if day is not None}
        self._starts = sorted(days)
        # Before the first day no row is in force: that is the epoch with index 0.
        self._epochs: list[dict[Cell, tuple[CompiledRow, ...]]] = [{}]
        self._epochs += [_cells(compiled, day) for day in self._starts]

    def knows(self, query: Query) -> bool:
        """Say whether the vocabulary has every name that the query uses."""
        words = self._bundle.vocabulary
        return (
            query.recipient in words.recipients
            and query.ground in words.grounds
            and query.role in words.roles
            and words.facts.keys() >= query.facts.keys()
            and words.fields.keys() >= set(query.fields)
        )

    def rows(self, cell: Cell, on: dt.date) -> tuple[CompiledRow, ...]:
        """Return the rows in force for this cell on this day, the least strict approval first."""
        return self._epochs[bisect_right(self._starts, on)].get(cell, ())

    def forbids(self, recipient: str, ground: str) -> tuple[CompiledForbid, ...]:
        """Return the guards that may stop this recipient under this ground."""
        return self._forbids.get((recipient, ground), ())

    def known(self, facts: Mapping[str, Truth]) -> Known:
        """Return what is known of the facts; whatever is not a plain yes or no counts as unknown."""
        return self._masks(facts)

    def approved(self, approval: Approval, known: Known) -> bool:
        """Say whether nothing more has to be agreed before the release."""
        mask = self._approvals[approval]
        return known.yes & mask == mask

    def fields_mask(self, names: Iterable[str]) -> int:
        """Return the fields as a mask; a name that the vocabulary lacks has no bit, so it is never released."""
        mask = 0
        for name in names:
            mask |= self._field_bits.get(name, 0)
        return mask

    def _in_scope(self, recipient: str, ground: str) -> tuple[CompiledForbid, ...]:
        return tuple(
            CompiledForbid(forbid, self._masks(forbid.when), ground not in forbid.only_when_known)
            for forbid in self._bundle.forbids
            if recipient not in forbid.except_recipients and ground not in forbid.except_grounds
        )

    def _masks(self, facts: Mapping[str, Truth]) -> Known:
        yes = no = 0
        for name, truth in facts.items():
            bit = self._fact_bits.get(name, 0)
            if truth == Truth.YES:
                yes |= bit
            elif truth == Truth.NO:
                no |= bit
        return Known(yes, no)

    def _compile(self, row: Row, position: int) -> CompiledRow:
        yes = no = 0
        for name, truth in conditions(row, self._bundle.require):
            bit = self._fact_bits.get(name)
            if bit is None or truth not in {Truth.YES, Truth.NO}:
                # A condition that can never be known: yes and no at once, so the row never applies.
                yes, no = yes | 1, no | 1
            elif truth == Truth.YES:
                yes |= bit
            else:
                no |= bit
        return CompiledRow(row, position, Known(yes, no), self.fields_mask(row.fields))


def conditions(row: Row, require: Mapping[str, Truth]) -> tuple[tuple[str, Truth], ...]:
    """Return all (fact, truth) that must be known before the row applies: its own first, then the general ones."""
    general = tuple((name, truth) for name, truth in require.items() if name not in row.skip)
    own = tuple(row.when.items())
    return own + tuple(pair for pair in general if pair not in own)


def _cells(compiled: Iterable[CompiledRow], day: dt.date) -> dict[Cell, tuple[CompiledRow, ...]]:
    found: dict[Cell, list[CompiledRow]] = {}
    for one in compiled:
        row = one.row
        if row.valid_from <= day and (row.valid_until is None or day < row.valid_until):
            for recipient in row.recipients:
                for ground in row.grounds:
                    for role in row.roles:
                        found.setdefault((recipient, ground, role), []).append(one)
    return {cell: tuple(sorted(rows, key=_strictness)) for cell, rows in found.items()}


def _strictness(one: CompiledRow) -> tuple[int, int]:
    return one.row.approval.strictness, one.position
