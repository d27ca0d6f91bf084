"""A breach is found exactly when going through every combination finds one, and what is shown is one of those."""

from collections.abc import Callable, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.decide.engine import Policy
from gateway.decide.table import Cell
from gateway.model.decision import Approval, Decision, Query
from gateway.model.invariant import (
    Always,
    ApprovalAtLeast,
    Elsewhere,
    KnowingLessNeverReleasesMore,
    LabelsNeverSay,
    MunicipalityNeverWidens,
    Never,
    NeverAsserted,
    NoRowMayOffer,
    OnlyIf,
    OnlyThrough,
    Possible,
    Reach,
    RelabellingNeverWidens,
    RetentionAtMost,
    RolesNeverTold,
    Statement,
    WhateverIsKnownOf,
)
from gateway.model.terms import Truth
from gateway.policy.boxes import Union
from gateway.policy.breach import Case, find_breach
from gateway.policy.cells import Cells
from tests.decide.shorthand import DAY, NO, UNKNOWN, YES
from tests.policy.small_policies import CELLS, CONDITIONS, EVERY, FACTS, FIELDS, POLICIES, WORDS, some

REACHES = st.builds(Reach, some(WORDS.recipients), some(WORDS.grounds), some(WORDS.roles), some(WORDS.fields))
GIVEN = st.dictionaries(st.sampled_from(FACTS), st.sets(st.sampled_from(Truth), min_size=1).map(frozenset), max_size=3)
STATEMENTS: st.SearchStrategy[Statement] = st.one_of(
    st.builds(Never, REACHES, GIVEN),
    st.builds(OnlyIf, REACHES, CONDITIONS),
    st.builds(Always, REACHES, GIVEN),
    st.builds(Possible, REACHES),
    st.builds(OnlyThrough, REACHES, st.lists(REACHES, max_size=2).map(tuple)),
    st.builds(WhateverIsKnownOf, REACHES, st.sets(st.sampled_from(FACTS), min_size=1).map(tuple)),
    st.builds(ApprovalAtLeast, REACHES, st.sampled_from(Approval)),
    st.builds(KnowingLessNeverReleasesMore, st.dictionaries(st.sampled_from(FACTS), some(WORDS.grounds), max_size=2)),
    st.builds(
        RelabellingNeverWidens, st.sampled_from(sorted(WORDS.roles)), GIVEN, st.lists(REACHES, max_size=1).map(tuple)
    ),
    st.builds(MunicipalityNeverWidens),
)


class Answers:
    """What goes in each cell under each combination, one by one; test_cells compares these boxes with the engine."""

    def __init__(self, policy: Policy, cells: Cells) -> None:
        """Write out every combination of every box."""
        self._policy, self._cells = policy, cells
        self._goes = {(cell, field): self._all(cells.released(cell, field)) for cell in CELLS for field in FIELDS}
        self._offered = {(cell, field): self._all(cells.offered(cell, field)) for cell in CELLS for field in FIELDS}

    def _all(self, union: Union) -> set[tuple[Truth, ...]]:
        values = self._cells.space.values
        return {each for box in union for each in product(*(values(box, name) for name in FACTS))}

    def goes(self, cell: Cell, facts: Mapping[str, Truth], field: str) -> bool:
        """Say whether a field is released."""
        return tuple(facts[name] for name in FACTS) in self._goes[cell, field]

    def offered(self, cell: Cell, facts: Mapping[str, Truth], field: str) -> bool:
        """Say whether a field is released, or would be once somebody agrees."""
        return tuple(facts[name] for name in FACTS) in self._offered[cell, field]

    def approval(self, cell: Cell, facts: Mapping[str, Truth], field: str) -> Approval:
        """Return the approval under which a field alone is released."""
        return self.ask(cell, facts, field).approval

    def ask(self, cell: Cell, facts: Mapping[str, Truth], field: str) -> Decision:
        """Ask the engine about one field."""
        return self._policy.decide(Query(*cell, facts, (field,), DAY))


def matches(facts: Mapping[str, Truth], given: Mapping[str, frozenset[Truth]]) -> bool:
    """Say whether a combination is among those given."""
    return all(facts[name] in values for name, values in given.items())


def reached(reach: Reach) -> list[tuple[Cell, str]]:
    """Return every cell and field in reach."""
    return [(cell, field) for cell in CELLS if reach.meets(*cell) for field in FIELDS if field in reach.fields]


def stands(statement: Statement, here: Answers, plain: Answers) -> bool:  # noqa: PLR0911 - one arm a kind
    """Say whether a statement holds, from the answers alone: what its docstring says, word by word."""
    everywhere = [(cell, field) for cell in CELLS for field in FIELDS]
    match statement:
        case Never(reach, given):
            return not any(here.goes(c, f, d) for c, d in reached(reach) for f in EVERY if matches(f, given))
        case OnlyIf(reach, known):
            return all(
                all(f[name] is truth for name, truth in known.items())
                for c, d in reached(reach)
                for f in EVERY
                if here.goes(c, f, d)
            )
        case Always(reach, given):
            return all(here.goes(c, f, d) for c, d in reached(reach) for f in EVERY if matches(f, given))
        case Possible(reach):
            return all(any(here.goes(c, f, d) for f in EVERY) for c, d in reached(reach))
        case OnlyThrough(reach, doors):
            return all(
                any(door.meets(*c) and d in door.fields for door in doors)
                for c, d in reached(reach)
                if any(here.goes(c, f, d) for f in EVERY)
            )
        case WhateverIsKnownOf(reach, facts):
            return all(
                here.goes(c, {**f, **dict(zip(facts, values, strict=True))}, d)
                for c, d in reached(reach)
                for f in EVERY
                if here.goes(c, f, d)
                for values in product(Truth, repeat=len(facts))
            )
        case ApprovalAtLeast(reach, approval):
            return all(
                here.approval(c, f, d).strictness >= approval.strictness
                for c, d in reached(reach)
                for f in EVERY
                if here.goes(c, f, d)
            )
        case KnowingLessNeverReleasesMore(except_for):
            return all(
                here.goes(c, {**f, name: truth}, d)
                for c, d in everywhere
                for f in EVERY
                if here.goes(c, f, d)
                for name in FACTS
                if f[name] is UNKNOWN and c[1] not in except_for.get(name, ())
                for truth in (YES, NO)
            )
        case RelabellingNeverWidens(role, given, except_for):
            return all(
                here.goes((*c[:2], role), f, d)
                for c, d in everywhere
                for f in EVERY
                if matches(f, given) and here.goes(c, f, d)
                if not any(door.meets(*c) and d in door.fields for door in except_for)
            )
        case MunicipalityNeverWidens():
            return all(
                (plain.goes(c, f, d) or not here.goes(c, f, d))
                and (plain.offered(c, f, d) or not here.offered(c, f, d))
                for c, d in everywhere
                for f in EVERY
            )
        case NoRowMayOffer() | NeverAsserted() | LabelsNeverSay() | RolesNeverTold() | RetentionAtMost() | Elsewhere():
            raise AssertionError("these are not about combinations of facts")


def shown(case: Case | None, answers: Callable[[Case], Answers], *, goes: bool) -> None:
    """Check that the engine answers what a case says."""
    if case is not None:
        assert bool(answers(case).ask(case.cell, case.facts, case.field).released) is goes


@settings(max_examples=60)
@given(POLICIES, POLICIES, st.lists(STATEMENTS, min_size=4, max_size=12))
def test_a_breach_is_found_exactly_when_there_is_one(
    policy: Policy, plain: Policy, statements: list[Statement]
) -> None:
    """For any small policy and any statement; and the cases of a breach are answers of the engine."""
    cells, blueprint = Cells(policy, DAY), Cells(plain, DAY)
    here, there = Answers(policy, cells), Answers(plain, blueprint)
    for statement in statements:
        breach = find_breach(statement, cells, blueprint)
        assert (breach is None) is stands(statement, here, there), statement
        if breach is not None and not isinstance(statement, MunicipalityNeverWidens):
            shown(breach.goes, lambda case: there if case.blueprint else here, goes=True)
            shown(breach.stays, lambda case: there if case.blueprint else here, goes=False)
