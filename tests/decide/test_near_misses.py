"""One near miss per condition, guard and approval of the shipped policy, generated from its rows.

Story tests alone caught 35 of 101 planted faults (DESIGN section 3): a condition that is dropped shows only here.
"""

from collections.abc import Iterator

import pytest

from gateway.model.bundle import Forbid, Row
from gateway.model.decision import Approval, Decision, Query
from gateway.model.terms import Truth
from tests.decide.shorthand import DAY, EDITION, NO, OPPOSITE, SHIPPED, UNKNOWN, YES, cells, conditions_of, just_enough

CONDITIONS = [(row, fact) for row in EDITION.rows for fact in conditions_of(row, EDITION)]
BEFORE = [row for row in EDITION.rows if row.approval in {Approval.PRE_TWO, Approval.PRE_FG}]
AT_ONCE = [row for row in EDITION.rows if row.approval in {Approval.NONE, Approval.POST_24H}]


def named(value: object) -> str | None:
    """Name a case by the row's or guard's id."""
    return value.id if isinstance(value, Row | Forbid) else None


def decisions(row: Row, **changed: Truth) -> Iterator[tuple[tuple[str, str, str], Decision]]:
    """Ask for all fields of a row in each of its cells, with just enough facts except what is changed."""
    facts = {**just_enough(row, EDITION), **changed}
    for cell in cells(row):
        recipient, ground, role = cell
        yield cell, SHIPPED.decide(Query(recipient, ground, role, facts, tuple(sorted(row.fields)), DAY))


@pytest.mark.parametrize("row", EDITION.rows, ids=named)
def test_just_enough_facts_release_exactly_the_row(row: Row) -> None:
    """The base of every near miss below: all fields of the row go, under the row."""
    for cell, decision in decisions(row):
        assert set(decision.released) == row.fields, cell
        assert row.id in decision.rules, cell


@pytest.mark.parametrize(("row", "fact"), CONDITIONS, ids=named)
def test_a_row_misses_when_one_condition_is_not_known_to_hold(row: Row, fact: str) -> None:
    """With one condition unknown or the other way round, none of the row's fields leaves."""
    for truth in (UNKNOWN, OPPOSITE[conditions_of(row, EDITION)[fact]]):
        for cell, decision in decisions(row, **{fact: truth}):
            assert decision.released == (), (cell, truth)
            assert row.id not in decision.rules, (cell, truth)


@pytest.mark.parametrize("forbid", EDITION.forbids, ids=named)
@pytest.mark.parametrize("row", EDITION.rows, ids=named)
def test_a_guard_stops_every_row_in_its_scope_and_no_other(row: Row, forbid: Forbid) -> None:
    """A known guard always stops; an unknown one too, except under `only_when_known`; never in its exceptions."""
    for fact, truth in forbid.when.items():
        if fact in row.when:
            continue  # the row itself asks for this fact, so its near miss is above
        for changed in (truth, UNKNOWN):
            for cell, decision in decisions(row, **{fact: changed}):
                recipient, ground, _ = cell
                excepted = recipient in forbid.except_recipients or ground in forbid.except_grounds
                stops = not excepted and (changed is truth or ground not in forbid.only_when_known)
                assert bool(decision.released) is not stops, (cell, changed)
                assert (forbid.id in decision.rules) is stops, (cell, changed)


@pytest.mark.parametrize("truth", [UNKNOWN, NO])
@pytest.mark.parametrize("row", BEFORE, ids=named)
def test_nothing_leaves_before_the_second_person_agrees(row: Row, truth: Truth) -> None:
    """The fields wait, and the answer says which approval is needed."""
    for cell, decision in decisions(row, second_approver=truth):
        assert decision.released == (), cell
        assert set(decision.pending) == row.fields, cell
        assert decision.approval is row.approval, cell


@pytest.mark.parametrize("truth", [UNKNOWN, NO])
@pytest.mark.parametrize("row", [row for row in BEFORE if row.approval is Approval.PRE_FG], ids=named)
def test_nothing_leaves_before_the_fg_advised(row: Row, truth: Truth) -> None:
    """A second person alone is not enough for pre_fg."""
    for cell, decision in decisions(row, fg_advice=truth, second_approver=YES):
        assert decision.released == (), cell
        assert set(decision.pending) == row.fields, cell


@pytest.mark.parametrize("row", AT_ONCE, ids=named)
def test_an_approval_that_comes_afterwards_holds_nothing_up(row: Row) -> None:
    """None and post_24h release with no approver at all."""
    for cell, decision in decisions(row, second_approver=NO, fg_advice=NO):
        assert set(decision.released) == row.fields, cell


@pytest.mark.parametrize("row", EDITION.rows, ids=named)
def test_no_row_frees_a_field_that_it_does_not_name(row: Row) -> None:
    """Asked for everything, each cell gives only fields of its own rows, and never the fields that never leave."""
    for recipient, ground, role in cells(row):
        offered = {
            name for other in EDITION.rows if (recipient, ground, role) in set(cells(other)) for name in other.fields
        }
        every = tuple(SHIPPED.bundle.vocabulary.fields)
        decision = SHIPPED.decide(Query(recipient, ground, role, just_enough(row, EDITION), every, DAY))
        assert set(decision.released) <= offered - EDITION.never_fields
