"""The form asks only what could leave and what decides."""

import datetime as dt

from gateway.decide.form import Offer, offer
from gateway.decide.ways import ASK_FOR_A_RULE
from gateway.model.decision import Query
from gateway.model.terms import Truth
from tests.decide.shorthand import DAY, EDITION, SHIPPED, a_forbid, a_policy, a_row, cells, just_enough

NOTHING = Offer((), (), (ASK_FOR_A_RULE,))


def test_nothing_is_asked_where_nothing_could_leave() -> None:
    """No row, no row in force, no known word, or only fields that never leave: an empty form."""
    policy = a_policy(a_row(), forbids=(a_forbid(),))
    assert offer(policy, recipient="police", ground="nuisance", role="tenant", on=DAY) == NOTHING
    assert offer(policy, recipient="landlord", ground="nuisance", role="unheard_of", on=DAY) == NOTHING
    assert offer(policy, recipient="landlord", ground="nuisance", role="tenant", on=dt.date(2027, 1, 1)) == NOTHING
    never = a_policy(a_row(fields=frozenset({"bsn"})), forbids=(a_forbid(),))
    assert offer(never, recipient="landlord", ground="nuisance", role="tenant", on=DAY) == NOTHING


def test_where_nothing_could_leave_the_ways_to_others_are_told() -> None:
    """Before anyone types a name: whom the policy lets know about this role, and who may add a rule."""
    found = offer(SHIPPED, recipient="housing_corporation", ground="contract_breach_only", role="sex_worker", on=DAY)
    assert [way.en[:40] for way in found.ways] == [
        "Is there acute danger? Call 112 first, t",
        "Are you worried about a minor? Report it",
        "Does the person want help? With consent ",
        "Do you think that a rule is missing? Ask",
    ]
    assert offer(SHIPPED, recipient="belle", ground="care_consent", role="sex_worker", on=DAY).ways == ()


def test_the_ways_are_those_of_this_recipient_and_ground() -> None:
    """Figures about no one are told to whom a row gives them, and not to whoever asked for just those."""
    figures = "Figures in which nobody can be recognise"
    signal = offer(SHIPPED, recipient="belle", ground="exploitation_signal", role="sex_worker", on=DAY)
    assert [way.en[:40] for way in signal.ways][3] == figures
    asked = offer(SHIPPED, recipient="belle", ground="statistics", role="sex_worker", on=DAY)
    assert asked.fields == ()
    assert figures not in [way.en[:40] for way in asked.ways]


def test_fields_that_never_leave_and_computed_facts_are_not_asked() -> None:
    """`active` is computed and `bsn` never leaves; both stand in the policy."""
    policy = a_policy(a_row(fields=frozenset({"bsn", "code", "address"})), forbids=(a_forbid(),))
    found = offer(policy, recipient="landlord", ground="nuisance", role="tenant", on=DAY)
    assert found == Offer(("address", "code"), ("owned", "hurt"))


def test_a_guard_that_cannot_stop_this_asks_nothing() -> None:
    """Outside its scope a guard's fact would be asked for nothing."""
    policy = a_policy(a_row(recipients=frozenset({"police"})), forbids=(a_forbid(),))
    found = offer(policy, recipient="police", ground="nuisance", role="tenant", on=DAY)
    assert found == Offer(("address", "code"), ("owned",))


def test_a_row_that_only_gives_what_never_leaves_asks_nothing_beside_others() -> None:
    """Its facts would decide about nothing."""
    idle = a_row(id="L-2", fields=frozenset({"bsn"}), when={"fg_advice": Truth.YES})
    found = offer(a_policy(a_row(), idle), recipient="landlord", ground="nuisance", role="tenant", on=DAY)
    assert found.facts == ("owned",)


def test_the_shipped_form_asks_every_field_that_its_rows_release() -> None:
    """What a row frees with just enough facts is on the form, and so is each evidenced fact among those."""
    for row in EDITION.rows:
        facts = just_enough(row, EDITION)
        for recipient, ground, role in cells(row):
            found = offer(SHIPPED, recipient=recipient, ground=ground, role=role, on=DAY)
            decision = SHIPPED.decide(
                Query(recipient, ground, role, facts, tuple(SHIPPED.bundle.vocabulary.fields), DAY)
            )
            assert set(decision.released) <= set(found.fields)
            evidenced = {name for name in row.when if not SHIPPED.bundle.vocabulary.facts[name].computed}
            assert evidenced <= set(found.facts)
            assert not set(found.fields) & EDITION.never_fields


def test_the_shipped_form_asks_no_fact_that_decides_nothing() -> None:
    """With the facts of the form alone the answer is the same as with every evidenced fact known."""
    words = SHIPPED.bundle.vocabulary
    for row in EDITION.rows:
        for recipient, ground, role in cells(row):
            found = offer(SHIPPED, recipient=recipient, ground=ground, role=role, on=DAY)
            every = dict.fromkeys(words.facts, Truth.YES) | just_enough(row, EDITION)
            asked = {name: t for name, t in every.items() if words.facts[name].computed or name in found.facts}
            full = SHIPPED.decide(Query(recipient, ground, role, every, found.fields, DAY))
            less = SHIPPED.decide(Query(recipient, ground, role, asked, found.fields, DAY))
            assert (full.released, full.rules) == (less.released, less.rules)
