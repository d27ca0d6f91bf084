"""The boxes of a cell say exactly what the engine decides: the proof speaks about what serves."""

import datetime as dt
from dataclasses import replace
from itertools import islice, pairwise, product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.decide.engine import Policy
from gateway.decide.table import Cell
from gateway.model.decision import Approval
from gateway.model.terms import Truth
from gateway.policy.cells import Cells
from tests.decide.shorthand import DAY, NO, SHIPPED, YES, a_forbid, a_policy, a_row
from tests.policy.combinations import classes, combinations, disagreement
from tests.policy.small_policies import CELLS as CELLS_OF_SMALL
from tests.policy.small_policies import EVERY, FACTS, FIELDS, POLICIES

CELLS = Cells(SHIPPED, DAY)
WORDS = SHIPPED.bundle.vocabulary
WRITTEN = sorted(SHIPPED.table(DAY).cells)
EACH = 60  # combinations of a cell of the shipped policy tried here; `make conformance` tries all
TINY = {
    "a row": a_policy(a_row()),
    "a row and a guard": a_policy(a_row(), forbids=(a_forbid(),)),
    "a guard that must be known": a_policy(a_row(), forbids=(a_forbid(only_when_known=frozenset({"nuisance"})),)),
    "a guard of two facts": a_policy(a_row(), forbids=(a_forbid(when={"hurt": YES, "fg_advice": NO}),)),
    "two guards": a_policy(
        a_row(),
        forbids=(a_forbid(), a_forbid(id="F-2", when={"owned": NO}, only_when_known=frozenset({"nuisance"}))),
    ),
    "rows of every approval": a_policy(
        a_row(approval=Approval.PRE_FG, fields=frozenset({"address", "code", "name"})),
        a_row(id="L-2", fields=frozenset({"address", "name"}), when={"hurt": NO}),
        a_row(id="L-3", fields=frozenset({"address"}), when={"hurt": NO, "owned": NO}, approval=Approval.NONE),
    ),
    "a row that can never apply": a_policy(a_row(when={"owned": YES, "unheard_of": YES})),
    "a guard that never lets go": a_policy(a_row(), forbids=(a_forbid(when={"unheard_of": YES}),)),
    "a field that never leaves": a_policy(a_row(fields=frozenset({"address", "bsn"}))),
    "nothing": a_policy(),
}


@pytest.mark.parametrize("name", TINY)
def test_a_small_policy_is_the_same_in_boxes_for_every_combination(name: str) -> None:
    """Every cell, every field, all 243 combinations of five facts: released and offered alike."""
    policy = TINY[name]
    cells, words = Cells(policy, DAY), policy.bundle.vocabulary
    for cell in product(words.recipients, words.grounds, words.roles):
        for values in product(Truth, repeat=len(words.facts)):
            facts = dict(zip(words.facts, values, strict=True))
            assert disagreement(policy, cells, cell, facts, DAY) is None, (cell, facts)


@settings(max_examples=60)
@given(POLICIES, st.lists(st.sampled_from(EVERY), max_size=8))
def test_any_small_policy_is_the_same_in_boxes(policy: Policy, some: list[dict[str, Truth]]) -> None:
    """In every cell, under some combinations, and under the best of every box and one fact away from it."""
    cells = Cells(policy, DAY)
    for cell in CELLS_OF_SMALL:
        boxes = [box for field in FIELDS for box in cells.offered(cell, field)]
        best = [cells.space.combination(box) for box in dict.fromkeys(boxes)]
        near = [{**each, name: truth} for each in best for name, truth in product(FACTS, Truth)]
        for facts in (*some, *best, *near):
            assert disagreement(policy, cells, cell, facts, DAY) is None, (cell, facts)


@pytest.mark.parametrize("cell", WRITTEN, ids="-".join)
def test_each_cell_of_the_shipped_policy_is_the_same_in_boxes(cell: Cell) -> None:
    """The first combinations of its classes, and those one step away from releasing everything."""
    for facts in islice(combinations(SHIPPED, cell, DAY), EACH):
        assert disagreement(SHIPPED, CELLS, cell, facts, DAY) is None, facts
    for box in {box for field in WORDS.fields for box in CELLS.released(cell, field)}:
        best = CELLS.space.combination(box)
        assert disagreement(SHIPPED, CELLS, cell, best, DAY) is None, best
        for name, truth in product(classes(SHIPPED, cell, DAY), Truth):
            assert disagreement(SHIPPED, CELLS, cell, {**best, name: truth}, DAY) is None, (best, name, truth)


@given(
    cell=st.sampled_from(WRITTEN)
    | st.tuples(*map(st.sampled_from, (sorted(WORDS.recipients), sorted(WORDS.grounds), sorted(WORDS.roles)))),
    changed=st.dictionaries(st.sampled_from(sorted(WORDS.facts)), st.sampled_from(Truth)),
    start=st.booleans(),
)
def test_any_combination_in_any_cell_is_the_same_in_boxes(
    cell: Cell, changed: dict[str, Truth], *, start: bool
) -> None:
    """From nothing known, or from what releases most, whatever is otherwise."""
    boxes = [box for field in WORDS.fields for box in CELLS.released(cell, field)] if start else []
    facts = {**(CELLS.space.combination(max(boxes)) if boxes else {}), **changed}
    assert disagreement(SHIPPED, CELLS, cell, facts, DAY) is None


@pytest.mark.parametrize("cell", WRITTEN, ids="-".join)
def test_the_combinations_of_a_cell_are_counted_as_its_rules_tell_them_apart(cell: Cell) -> None:
    """The same number as counting classes from the rows and guards themselves."""
    assert CELLS.combinations(cell) == prod(len(values) for values in classes(SHIPPED, cell, DAY).values())


def test_a_cell_without_rows_is_one_combination_in_which_nothing_goes() -> None:
    """No rule, so no fact can make a difference."""
    nobody = ("ministry", "enforcement", "client")
    assert nobody not in WRITTEN
    assert CELLS.combinations(nobody) == 1
    assert not any(CELLS.released(nobody, field) or CELLS.offered(nobody, field) for field in WORDS.fields)


def test_a_fact_that_no_rule_reads_changes_nothing() -> None:
    """So leaving it out of the count loses nothing."""
    cell = ("belle", "care_consent", "sex_worker")
    free = set(WORDS.facts) - classes(SHIPPED, cell, DAY).keys()
    assert "avim_hold" in free
    for fact in free:
        for box in CELLS.released(cell, "alias"):
            assert CELLS.space.values(box, fact) == set(Truth)


def test_a_stricter_approval_asks_for_all_that_a_lighter_one_asks() -> None:
    """Why a union is exact, though the engine gives a field to the least strict row that applies."""
    table = SHIPPED.table(DAY)
    ordered = sorted(Approval, key=lambda approval: approval.strictness)
    for lighter, stricter in pairwise(ordered):
        asked = table.agreed(lighter).yes
        assert table.agreed(stricter).yes & asked == asked


def test_a_day_without_rules_has_no_cell() -> None:
    """Before the first day of the policy nothing goes."""
    before = Cells(SHIPPED, dt.date(2022, 12, 31))
    assert not before.released(WRITTEN[0], "case_ref")


def test_a_guard_left_out_is_seen() -> None:
    """The comparison can fail: boxes of a policy without its guards differ from the engine that has them."""
    edition = SHIPPED.bundle.on(DAY)
    less = Policy(replace(SHIPPED.bundle, editions=(replace(edition, forbids=()),)))
    cell = ("legal_enforcement", "licence_breach", "operator")
    box = CELLS.released(cell, "name")[0]
    facts = {**CELLS.space.combination(box), "avim_hold": YES}
    assert disagreement(SHIPPED, Cells(less, DAY), cell, facts, DAY) == "name released"
