"""What a compiled table says of itself, for whoever proves something about it."""

import datetime as dt

from gateway.decide.table import Known
from gateway.model.decision import Approval
from gateway.model.terms import Truth
from tests.decide.shorthand import DAY, a_policy, a_query, a_row

POLICY = a_policy(a_row())
TABLE = POLICY.table(DAY)


def test_the_epochs_begin_and_end_with_files_and_rows() -> None:
    """The file begins in 2020; the row holds in 2026 alone."""
    assert POLICY.epochs == (dt.date(2020, 1, 1), dt.date(2026, 1, 1), dt.date(2027, 1, 1))


def test_each_fact_has_the_bit_of_its_place() -> None:
    """So that a mask can be read back."""
    for place, name in enumerate(TABLE.facts):
        assert TABLE.known({name: "yes"}) == Known(1 << place, 0)  # type: ignore[dict-item]  # a Truth is its word


def test_a_name_that_the_policy_lacks_has_no_bit() -> None:
    """So it is never known, never released, and no guard is about it."""
    assert TABLE.fields_mask(["unheard_of"]) == 0
    assert TABLE.known({"unheard_of": Truth.YES, "unheard_of_too": Truth.NO}) == Known(0, 0)
    assert TABLE.forbids("nobody", "nothing") == ()


def test_whoever_asks_for_every_field_asks_for_none_too_many() -> None:
    """All that the vocabulary has, and one that it lacks."""
    every = tuple(POLICY.bundle.vocabulary.fields)
    assert TABLE.knows(a_query(*every))
    assert not TABLE.knows(a_query(*every, "unheard_of"))


def test_the_cells_are_those_of_the_rows_in_force() -> None:
    """And none on a day on which no row holds."""
    assert set(TABLE.cells) == {("landlord", "nuisance", "tenant")}
    assert set(POLICY.table(dt.date(2027, 1, 1)).cells) == set()


def test_what_an_approval_needs_is_what_makes_it_given() -> None:
    """For each approval, exactly these facts and no fewer."""
    for approval in Approval:
        needed = TABLE.agreed(approval)
        assert needed.no == 0
        assert TABLE.approved(approval, needed)
        assert TABLE.approved(approval, Known(0, 0)) is not approval.before_release
