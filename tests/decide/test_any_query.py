"""The shipped policy under any query: rules that hold whatever is asked and whatever is known."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.decision import Outcome, Query
from gateway.model.terms import Truth
from tests.decide.shorthand import DAY, EDITION, SHIPPED, UNKNOWN, cells, just_enough

WORDS = SHIPPED.bundle.vocabulary


def names(known: object) -> st.SearchStrategy[str]:
    """Draw a word of the vocabulary, or now and then one that it lacks."""
    assert isinstance(known, dict)
    return st.sampled_from([*known, "unheard_of"])


ANY_QUERY = st.builds(
    Query,
    recipient=names(WORDS.recipients),
    ground=names(WORDS.grounds),
    role=names(WORDS.roles),
    facts=st.dictionaries(names(WORDS.facts), st.sampled_from(Truth)),
    fields=st.lists(names(WORDS.fields), max_size=12).map(tuple),
    date=st.dates(),
)


@st.composite
def near_rows(draw: st.DrawFn) -> Query:
    """Draw a query at or near the conditions of some shipped row."""
    row = draw(st.sampled_from(EDITION.rows))
    recipient, ground, role = draw(st.sampled_from(list(cells(row))))
    changed = draw(st.dictionaries(st.sampled_from(list(WORDS.facts)), st.sampled_from(Truth), max_size=3))
    fields = draw(st.lists(st.sampled_from(sorted(WORDS.fields)), max_size=3))
    facts = {**just_enough(row, EDITION), **changed}
    return Query(recipient, ground, role, facts, tuple(dict.fromkeys([*sorted(row.fields), *fields])), DAY)


@given(ANY_QUERY | near_rows())
def test_the_engine_answers_everything_and_every_field_once(query: Query) -> None:
    """Total: no query raises, and each requested field is released, pending or withheld, in the order asked."""
    decision = SHIPPED.decide(query)
    asked = tuple(dict.fromkeys(query.fields))
    withheld = tuple(one.field for one in decision.withheld)
    assert sorted([*decision.released, *decision.pending, *withheld]) == sorted(asked)
    for part in (decision.released, decision.pending, withheld):
        assert part == tuple(name for name in asked if name in part)
    assert not set(decision.released) & EDITION.never_fields
    releases = decision.outcome in {Outcome.PERMIT, Outcome.PERMIT_REDUCED}
    assert releases is bool(decision.released)
    assert (decision.outcome is Outcome.PERMIT) is (bool(asked) and decision.released == asked)
    assert decision.explanation.nl
    assert decision.explanation.en
    assert SHIPPED.decide(query) == decision


@given(near_rows(), st.data())
def test_knowing_less_never_releases_more(query: Query, data: st.DataObject) -> None:
    """Making a known fact unknown adds no field, save where the policy says that a guard needs certainty."""
    known = sorted(
        name for name, truth in query.facts.items() if truth is not UNKNOWN and not _needs_certainty(name, query)
    )
    forgotten = data.draw(st.sampled_from(known))
    less = SHIPPED.decide(replace(query, facts={**query.facts, forgotten: UNKNOWN}))
    assert set(less.released) <= set(SHIPPED.decide(query).released)


def _needs_certainty(name: str, query: Query) -> bool:
    """Say whether a guard rests on this fact and fires under this ground only when it is known (`only_when_known`)."""
    return any(name in forbid.when and query.ground in forbid.only_when_known for forbid in EDITION.forbids)


@given(near_rows())
def test_a_decision_carries_the_approval_of_a_row_in_force(query: Query) -> None:
    """Whatever is known: so the pipeline need not ask what an approval would free that no row in force asks for."""
    decision = SHIPPED.decide(query)
    rows = SHIPPED.rows_in_force(recipient=query.recipient, ground=query.ground, role=query.role, on=query.date)
    if decision.released or decision.pending:
        assert decision.approval in {row.approval for row in rows}
