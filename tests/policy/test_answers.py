"""The answers as boxes are those of the engine; two policies are the same when no question tells them apart."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.decide.engine import Policy
from gateway.model.bundle import Row
from gateway.model.decision import Approval, Query
from gateway.model.terms import Truth
from gateway.policy.answers import Answers, same_answers, space_of
from gateway.policy.sample import just_enough
from tests.policy.shipped import DAY, EDITION, SHIPPED, the_row, with_edition, with_row

WORDS = SHIPPED.bundle.vocabulary
SPACE = space_of([WORDS])
ANSWERS = Answers(EDITION, SPACE)


@settings(max_examples=60)
@given(
    row=st.sampled_from(EDITION.rows),
    changed=st.dictionaries(st.sampled_from(sorted(WORDS.facts)), st.sampled_from(Truth), max_size=4),
    role=st.sampled_from(sorted(WORDS.roles)),
    data=st.data(),
)
def test_the_engine_gives_each_field_by_the_row_whose_box_the_facts_are_in(
    row: Row, changed: dict[str, Truth], role: str, data: st.DataObject
) -> None:
    """One box at most, for a field goes by one row; in none, it stays."""
    cell = (min(row.recipients), min(row.grounds), data.draw(st.sampled_from([min(row.roles), role])))
    facts = {**just_enough(EDITION, row), **changed}
    point = SPACE.box({name: (facts.get(name, Truth.UNKNOWN),) for name in SPACE.facts})
    for field in (min(row.fields), data.draw(st.sampled_from(sorted(WORDS.fields)))):
        decision = SHIPPED.decide(Query(*cell, facts, (field,), DAY))
        given = ANSWERS.given(cell).get(field, {})
        inside = [gift for gift, boxes in given.items() if SPACE.first_meeting(boxes, [point]) is not None]
        assert [gift.row for gift in inside] == (list(decision.rules) if decision.released or decision.pending else [])
        assert [gift.approval for gift in inside] in ([], [decision.approval])


def test_a_policy_has_the_answers_of_itself_in_other_words() -> None:
    """A condition that is also general, a field that another row gives first, rows in another order."""
    first = the_row("WC-1n")
    for same in (
        with_row(replace(first, when={**first.when, "purpose_matches": Truth.YES})),
        with_row(replace(first, fields=first.fields | {"dwelling_address"})),
        with_edition(replace(EDITION, rows=(EDITION.rows[-1], *EDITION.rows[:-1]))),
        SHIPPED,
    ):
        assert same_answers(SHIPPED, same)


@pytest.mark.parametrize(
    "other",
    [
        with_row(replace(the_row("WC-1n"), when={"subject_is_sex_worker": Truth.NO})),
        with_row(replace(the_row("WC-1"), approval=Approval.PRE_FG)),
        with_row(replace(the_row("WC-1"), legal_basis=("AVG-6-1-e",))),
        with_row(replace(the_row("VT-1"), recipients=frozenset({"veilig_thuis", "belle"}))),
        with_edition(replace(EDITION, forbids=EDITION.forbids[1:])),
        with_edition(replace(EDITION, require={})),
        Policy(replace(SHIPPED.bundle, editions=(EDITION,))),
    ],
    ids=["condition", "approval", "article", "gap that becomes a refusal", "guard", "general", "days"],
)
def test_another_answer_anywhere_is_another_policy(other: Policy) -> None:
    """Also a refusal where there was a gap: then the officer is no longer told."""
    assert not same_answers(SHIPPED, other)
    assert not same_answers(other, SHIPPED)
