"""The compiled decision table of one edition: facts and fields as bits, rows by recipient kind, ground and role.

A bundle is compiled once, at load, each of its editions into a table, so that a decision only looks at rules that are
in force on its date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from gateway.model.bundle import Edition, Forbid, Row, Vocabulary
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
    """A row with its conditions and fields as masks. `position` is its place in the edition."""

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
        return self.holds(known)

    def holds(self, known: Known) -> bool:
        """Say whether it is known to hold."""
        return known.yes & self.facts.yes == self.facts.yes and known.no & self.facts.no == self.facts.no


class Table:
    """An edition, compiled. It never changes after it was made."""

    def __init__(self, edition: Edition, words: Vocabulary) -> None:
        """Compile every row and guard of the edition."""
        self.edition = edition
        self._words = words
        self._fact_bits: dict[str, int] = {}
        for name in [*words.facts, "second_approver", "fg_advice"]:
            self._fact_bits.setdefault(name, 1 << len(self._fact_bits))
        self._field_bits = {name: 1 << place for place, name in enumerate(words.fields)}
        self.never = self.fields_mask(edition.never_fields)
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
        self._cells = _cells(self._compile(row, position) for position, row in enumerate(edition.rows))

    def knows(self, query: Query) -> bool:
        """Say whether the vocabulary has every name that the query uses."""
        words = self._words
        return (
            query.recipient in words.recipients
            and query.ground in words.grounds
            and query.role in words.roles
            and words.facts.keys() >= query.facts.keys()
            and words.fields.keys() >= set(query.fields)
        )

    @property
    def facts(self) -> tuple[str, ...]:
        """Return the facts by the place of their bit in every mask."""
        return tuple(self._fact_bits)

    @property
    def cells(self) -> Iterable[Cell]:
        """Return every cell that has a row."""
        return self._cells.keys()

    def rows(self, cell: Cell) -> tuple[CompiledRow, ...]:
        """Return the rows for this cell, the least strict approval first."""
        return self._cells.get(cell, ())

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

    def agreed(self, approval: Approval) -> Known:
        """Return what must be known so that nothing more has to be agreed before the release."""
        return Known(self._approvals[approval], 0)

    def fields_mask(self, names: Iterable[str]) -> int:
        """Return the fields as a mask; a name that the vocabulary lacks has no bit, so it is never released."""
        mask = 0
        for name in names:
            mask |= self._field_bits.get(name, 0)
        return mask

    def _in_scope(self, recipient: str, ground: str) -> tuple[CompiledForbid, ...]:
        return tuple(
            CompiledForbid(forbid, self._masks(forbid.when), ground not in forbid.only_when_known)
            for forbid in self.edition.forbids
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
        for name, truth in conditions(row, self.edition.require):
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


def lacking(row: Row, require: Mapping[str, Truth], facts: Mapping[str, Truth]) -> list[tuple[str, Truth]]:
    """Return the conditions of a row that are not known to be as it says."""
    return [(name, said) for name, said in conditions(row, require) if facts.get(name, Truth.UNKNOWN) != said]


def _cells(compiled: Iterable[CompiledRow]) -> dict[Cell, tuple[CompiledRow, ...]]:
    found: dict[Cell, list[CompiledRow]] = {}
    for one in compiled:
        for cell in product(one.row.recipients, one.row.grounds, one.row.roles):
            found.setdefault(cell, []).append(one)
    return {cell: tuple(sorted(rows, key=_strictness)) for cell, rows in found.items()}


def _strictness(one: CompiledRow) -> tuple[int, int]:
    return one.row.approval.strictness, one.position
