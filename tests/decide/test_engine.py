"""The decision engine on a tiny policy: each rule of the contract on its own, refusals first."""

import datetime as dt
import itertools
import json
from dataclasses import replace

import pytest

from gateway.decide.engine import Policy
from gateway.model.decision import Approval, Decision, Outcome, Query
from gateway.model.terms import Truth
from tests.decide.shorthand import (
    NO,
    UNKNOWN,
    YES,
    a_forbid,
    a_policy,
    a_query,
    a_row,
    a_vocabulary,
)


def _with(query: Query, fact: str, truth: Truth) -> Query:
    """Return the query with one fact changed."""
    return replace(query, facts={**query.facts, fact: truth})


def test_an_empty_policy_decides_gap_and_releases_nothing() -> None:
    """No rows is not permission."""
    decision = a_policy().decide(a_query("address"))
    assert decision.outcome is Outcome.GAP
    assert decision.released == decision.pending == decision.rules == ()
    assert decision.withheld[0].rules == ("default_deny",)


@pytest.mark.parametrize("name", ["recipient", "ground", "role"])
def test_a_word_that_the_policy_lacks_denies(name: str) -> None:
    """Inside the engine an unknown word denies everything and never raises."""
    words = {"recipient": "landlord", "ground": "nuisance", "role": "tenant", name: "unheard_of"}
    asked = a_query("address", second_approver=YES)
    query = replace(asked, recipient=words["recipient"], ground=words["ground"], role=words["role"])
    decision = a_policy(a_row()).decide(query)
    assert decision.outcome is Outcome.DENY
    assert decision.withheld[0].rules == ("default_deny",)


def test_an_unknown_field_or_fact_denies_the_whole_query() -> None:
    """Whoever asks with other words reads another policy: nothing goes."""
    policy = a_policy(a_row())
    decision = policy.decide(a_query("address", "unheard_of", second_approver=YES))
    assert decision.outcome is Outcome.DENY
    assert [one.field for one in decision.withheld] == ["address", "unheard_of"]
    assert policy.decide(a_query("address", second_approver=YES, unheard_of=YES)).outcome is Outcome.DENY


def test_what_never_leaves_hides_nothing_that_stays_for_another_reason() -> None:
    """Each field is named with its own."""
    decision = a_policy(a_row()).decide(a_query("bsn", "address", "name", owned=NO))
    assert [(one.field, one.rules) for one in decision.withheld] == [
        ("bsn", ("never_fields",)),
        ("address", ("L-1",)),
        ("name", ("default_deny",)),
    ]


def test_what_waits_for_two_approvals_waits_for_the_stricter_one() -> None:
    """Whichever row comes first, and all of it waits."""
    rows = (
        a_row(fields=frozenset({"address"}), approval=Approval.PRE_FG),
        a_row(id="L-2", fields=frozenset({"code"}), approval=Approval.PRE_TWO),
    )
    for policy in (a_policy(*rows), a_policy(*reversed(rows))):
        decision = policy.decide(a_query("address", "code"))
        assert (decision.approval, decision.pending) == (Approval.PRE_FG, ("address", "code"))


def test_a_guard_that_is_known_to_hold_says_why_it_is_there() -> None:
    """One that may hold says what is not known."""
    policy = a_policy(a_row(), forbids=(a_forbid(),))
    held, unsure = (policy.decide(a_query("address", hurt=truth)).explanation.en for truth in (YES, UNKNOWN))
    assert "guard en" in held
    assert "guard en" not in unsure


def test_nothing_asked_is_nothing_permitted() -> None:
    """A query without fields must not count as `every field is released`."""
    assert a_policy(a_row()).decide(a_query(second_approver=YES)).outcome is Outcome.DENY


@pytest.mark.parametrize("truth", [NO, UNKNOWN])
@pytest.mark.parametrize("fact", ["owned", "active"])
def test_a_condition_that_is_not_known_to_hold_denies(fact: str, truth: Truth) -> None:
    """Both a row's own conditions and the general ones must be known."""
    decision = a_policy(a_row()).decide(_with(a_query("address", second_approver=YES), fact, truth))
    assert decision.outcome is Outcome.DENY
    assert decision.withheld[0].rules == ("L-1",)
    assert fact in decision.withheld[0].reason.nl
    assert fact in decision.withheld[0].reason.en


def test_a_row_may_skip_a_general_condition() -> None:
    """Only the row that names it in `skip`."""
    policy = a_policy(a_row(skip=frozenset({"active"})))
    assert policy.decide(a_query("address", second_approver=YES, active=UNKNOWN)).outcome is Outcome.PERMIT


def test_a_row_that_contradicts_the_general_conditions_never_applies() -> None:
    """A fact cannot be yes and no at once."""
    policy = a_policy(a_row(when={"active": NO}))
    for truth in Truth:
        assert policy.decide(a_query("address", second_approver=YES, active=truth)).outcome is Outcome.DENY


@pytest.mark.parametrize(
    "when", [{"owned": UNKNOWN}, {"unheard_of": YES}, {"unheard_of": NO}, {"second_approver": UNKNOWN}]
)
def test_a_condition_that_nobody_can_establish_never_holds(when: dict[str, Truth]) -> None:
    """A row that asks for `unknown`, or for a fact without definition, never applies, whatever else is known."""
    policy = a_policy(a_row(when=when, approval=Approval.NONE, skip=frozenset({"active"})))
    for owned, hurt, second in itertools.product(Truth, repeat=3):
        query = a_query("address", owned=owned, hurt=hurt, second_approver=second)
        assert policy.decide(query).outcome is Outcome.DENY


@pytest.mark.parametrize("said", [YES, NO])
def test_a_row_with_several_conditions_needs_every_one(said: Truth) -> None:
    """Of two facts that must be yes, or must be no, one alone is not enough, whichever it is."""
    policy = a_policy(a_row(when={"owned": said, "hurt": said}, approval=Approval.NONE))
    for owned, hurt in itertools.product(Truth, repeat=2):
        outcome = Outcome.PERMIT if owned is hurt is said else Outcome.DENY
        assert policy.decide(a_query("address", owned=owned, hurt=hurt)).outcome is outcome


@pytest.mark.parametrize("approval", [Approval.PRE_TWO, Approval.PRE_FG])
def test_an_approval_that_the_vocabulary_cannot_express_is_never_given(approval: Approval) -> None:
    """A policy without words for the second person and the FG's advice waits; it does not fail open, or fail."""
    full = a_vocabulary()
    facts = {name: fact for name, fact in full.facts.items() if name not in {"second_approver", "fg_advice"}}
    bundle = replace(a_policy(a_row(approval=approval)).bundle, vocabulary=replace(full, facts=facts))
    assert Policy(bundle).decide(a_query("address")).outcome is Outcome.NEEDS_APPROVAL


@pytest.mark.parametrize("truth", [YES, UNKNOWN])
def test_a_guard_fires_unless_it_is_known_not_to_hold(truth: Truth) -> None:
    """A forbid overrides every row and is named first."""
    decision = a_policy(a_row(), forbids=(a_forbid(),)).decide(a_query("address", second_approver=YES, hurt=truth))
    assert decision.outcome is Outcome.DENY
    assert decision.rules == decision.withheld[0].rules == ("F-1",)
    assert decision.legal_basis == ()
    assert decision.approval is Approval.NONE


def test_a_guard_that_is_known_not_to_hold_does_not_fire() -> None:
    """The other side of the rule above."""
    policy = a_policy(a_row(), forbids=(a_forbid(),))
    assert policy.decide(a_query("address", second_approver=YES, hurt=NO)).outcome is Outcome.PERMIT


def test_a_guard_with_two_facts_needs_one_known_not_to_hold() -> None:
    """One `no` is enough to know that it does not hold; two unknowns are not."""
    policy = a_policy(a_row(), forbids=(a_forbid(when={"hurt": YES, "fg_advice": NO}),))
    asked = a_query("address", second_approver=YES)
    assert policy.decide(asked).outcome is Outcome.DENY
    for facts in ({"hurt": NO}, {"fg_advice": YES}, {"hurt": NO, "fg_advice": NO}):
        assert policy.decide(replace(asked, facts={**asked.facts, **facts})).outcome is Outcome.PERMIT
    for facts in ({"hurt": YES}, {"fg_advice": NO}, {"hurt": YES, "fg_advice": NO}):
        assert policy.decide(replace(asked, facts={**asked.facts, **facts})).outcome is Outcome.DENY


def test_under_only_when_known_a_guard_needs_all_its_facts_known() -> None:
    """An urgent hand-over does not wait for a fact that nobody had time to establish."""
    forbid = a_forbid(when={"hurt": YES, "fg_advice": NO}, only_when_known=frozenset({"nuisance"}))
    policy = a_policy(a_row(), forbids=(forbid,))
    asked = a_query("address", second_approver=YES)
    for facts in ({}, {"hurt": YES}, {"hurt": YES, "fg_advice": UNKNOWN}, {"hurt": YES, "fg_advice": YES}):
        assert policy.decide(replace(asked, facts={**asked.facts, **facts})).outcome is Outcome.PERMIT
    known = {**asked.facts, "hurt": YES, "fg_advice": NO}
    assert policy.decide(replace(asked, facts=known)).outcome is Outcome.DENY


@pytest.mark.parametrize("exception", ["except_recipients", "except_grounds"])
def test_a_guard_does_not_fire_where_it_makes_an_exception(exception: str) -> None:
    """Not even when it is known to hold."""
    forbid = a_forbid(**{exception: frozenset({"landlord", "nuisance"})})
    decision = a_policy(a_row(), forbids=(forbid,)).decide(a_query("address", second_approver=YES, hurt=YES))
    assert decision.outcome is Outcome.PERMIT


def test_a_guard_without_row_is_a_denial_and_not_a_gap() -> None:
    """Somebody did decide: the guard."""
    assert a_policy(forbids=(a_forbid(),)).decide(a_query("address")).outcome is Outcome.DENY


def test_a_field_that_never_leaves_is_withheld_even_where_a_row_names_it() -> None:
    """The rest of the request still goes."""
    policy = a_policy(a_row(fields=frozenset({"address", "bsn"})))
    decision = policy.decide(a_query("address", "bsn", second_approver=YES))
    assert decision.outcome is Outcome.PERMIT_REDUCED
    assert decision.released == ("address",)
    assert decision.withheld[0].rules == ("never_fields",)


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2025, 12, 31), Outcome.GAP),
        (dt.date(2026, 1, 1), Outcome.PERMIT),
        (dt.date(2026, 12, 31), Outcome.PERMIT),
        (dt.date(2027, 1, 1), Outcome.GAP),
        (dt.date.min, Outcome.GAP),
        (dt.date.max, Outcome.GAP),
    ],
)
def test_a_row_holds_from_its_first_day_up_to_the_day_it_ends(day: dt.date, outcome: Outcome) -> None:
    """`valid_until` is the first day on which it no longer holds."""
    assert a_policy(a_row()).decide(a_query("address", date=day, second_approver=YES)).outcome is outcome


def test_each_epoch_has_its_own_rows() -> None:
    """A successor takes over on the day its predecessor ends."""
    later = a_row(id="L-2", fields=frozenset({"code"}), valid_from=dt.date(2027, 1, 1), valid_until=None)
    policy = a_policy(a_row(), later)
    before = policy.decide(a_query("address", "code", date=dt.date(2026, 12, 31), second_approver=YES))
    after = policy.decide(a_query("address", "code", date=dt.date(2027, 1, 1), second_approver=YES))
    assert (before.rules, before.released) == (("L-1",), ("address", "code"))
    assert (after.rules, after.released) == (("L-2",), ("code",))


@pytest.mark.parametrize(
    ("approval", "second", "advice", "outcome"),
    [
        (Approval.NONE, UNKNOWN, UNKNOWN, Outcome.PERMIT),
        (Approval.POST_24H, NO, NO, Outcome.PERMIT),
        (Approval.PRE_TWO, UNKNOWN, YES, Outcome.NEEDS_APPROVAL),
        (Approval.PRE_TWO, NO, YES, Outcome.NEEDS_APPROVAL),
        (Approval.PRE_TWO, YES, NO, Outcome.PERMIT),
        (Approval.PRE_FG, YES, UNKNOWN, Outcome.NEEDS_APPROVAL),
        (Approval.PRE_FG, YES, NO, Outcome.NEEDS_APPROVAL),
        (Approval.PRE_FG, UNKNOWN, YES, Outcome.NEEDS_APPROVAL),
        (Approval.PRE_FG, NO, YES, Outcome.NEEDS_APPROVAL),
        (Approval.PRE_FG, YES, YES, Outcome.PERMIT),
    ],
)
def test_an_approval_before_release_must_be_known(
    approval: Approval, second: Truth, advice: Truth, outcome: Outcome
) -> None:
    """pre_two needs the second person; pre_fg also the FG's advice; the others release at once."""
    decision = a_policy(a_row(approval=approval)).decide(a_query("address", second_approver=second, fg_advice=advice))
    assert decision.outcome is outcome
    assert decision.approval is approval
    waits = outcome is Outcome.NEEDS_APPROVAL
    assert (decision.released, decision.pending) == (((), ("address",)) if waits else (("address",), ()))
    assert decision.rules == ("L-1",)


@pytest.mark.parametrize("approval", [Approval.NONE, Approval.POST_24H])
def test_what_needs_no_approval_beforehand_asks_for_no_fact(approval: Approval) -> None:
    """With everything unknown but the row's own condition, it goes."""
    row = a_row(when={"hurt": NO}, approval=approval, skip=frozenset({"active"}))
    query = replace(a_query("address"), facts={"hurt": NO})
    assert a_policy(row).decide(query).released == ("address",)


def test_each_field_goes_under_the_least_strict_row_that_applies() -> None:
    """The approval of the whole is the strictest among the rows that give a requested field."""
    strict = a_row(approval=Approval.PRE_FG, fields=frozenset({"address", "name"}), legal_basis=("A-2", "A-1"))
    light = a_row(id="L-2", approval=Approval.NONE, legal_basis=("A-1",))
    policy = a_policy(strict, light)
    decision = policy.decide(a_query("name", "address"))
    assert decision.outcome is Outcome.PERMIT_REDUCED
    assert (decision.released, decision.pending) == (("address",), ("name",))
    assert decision.approval is Approval.PRE_FG
    assert decision.rules == ("L-1", "L-2")
    assert decision.legal_basis == ("A-2", "A-1")
    only = policy.decide(a_query("address"))
    assert (only.outcome, only.approval, only.rules) == (Outcome.PERMIT, Approval.NONE, ("L-2",))


def test_a_less_strict_row_that_does_not_apply_frees_nothing() -> None:
    """Its fields wait for the approval of the row that does apply."""
    policy = a_policy(a_row(), a_row(id="L-2", approval=Approval.NONE, when={"hurt": NO}))
    assert policy.decide(a_query("address")).pending == ("address",)


def test_a_field_that_no_row_gives_is_withheld_by_default() -> None:
    """Default deny, field by field."""
    decision = a_policy(a_row()).decide(a_query("name", "address", second_approver=YES))
    assert decision.outcome is Outcome.PERMIT_REDUCED
    assert [(one.field, one.rules) for one in decision.withheld] == [("name", ("default_deny",))]


def test_a_row_of_which_only_other_fields_are_asked_does_not_contribute() -> None:
    """Its id, approval and legal basis stay out of the answer."""
    decision = a_policy(a_row()).decide(a_query("name", second_approver=YES))
    assert (decision.outcome, decision.rules, decision.legal_basis) == (Outcome.DENY, (), ())
    assert decision.approval is Approval.NONE


def test_the_whole_answer_has_the_agreed_form() -> None:
    """Golden answer: the contract's JSON, word for word."""
    row = a_row(fields=frozenset({"address"}))
    name = a_row(id="L-2", fields=frozenset({"name"}), when={"owned": YES, "hurt": NO})
    decision = a_policy(row, name).decide(a_query("address", "name", "bsn", second_approver=YES))
    assert json.loads(json.dumps(decision.to_json())) == {
        "outcome": "permit_reduced",
        "released": ["address"],
        "pending": [],
        "withheld": [
            {
                "field": "name",
                "rules": ["L-2"],
                "reason": {
                    "nl": "Het is nog niet bekend of dit zo is: “hurt nl” Nodig als bewijs: paper hurt nl.",
                    "en": "It is not known yet whether this is so: “hurt en” Evidence needed: paper hurt en.",
                },
            },
            {
                "field": "bsn",
                "rules": ["never_fields"],
                "reason": {
                    "nl": "Dit gegeven gaat nooit via de gateway naar een ander. Laat het weg.",
                    "en": "This never leaves through the gateway, whoever asks. Leave it out.",
                },
            },
        ],
        "approval": "pre_two",
        "rules": ["L-1"],
        "legal_basis": ["A-1"],
        "bundle": "sha256:" + "0" * 64,
        "explanation": {
            "nl": "Een deel mag naar deze ontvanger: landlord nl.\n"
            "Dit mag: address nl.\n"
            "De rest blijft hier; bij elk gegeven staat waarom.\n"
            "Regel L-1: note nl\n"
            "Dit rust op: A-1 nl (wet A-1).\n"
            "Vastgesteld is: “owned nl”\n"
            "Ook de algemene voorwaarden zijn vervuld.\n"
            "Wat wel kan:\n"
            "- Laat weg wat de ontvanger niet mag krijgen. Denkt u dat die het nodig heeft? Vraag de FG om advies.",
            "en": "A part may go to this recipient: landlord en.\n"
            "This may go: address en.\n"
            "The rest stays here; each field says why.\n"
            "Rule L-1: note en\n"
            "This rests on: A-1 en (wet A-1).\n"
            "It is established: “owned en”\n"
            "The general requirements are met as well.\n"
            "What you can do:\n"
            "- Leave out what the recipient may not have. Do you think it is needed? "
            "Ask the data protection officer for advice.",
        },
        "ways": [
            {
                "nl": "Laat weg wat de ontvanger niet mag krijgen. Denkt u dat die het nodig heeft? "
                "Vraag de FG om advies.",
                "en": "Leave out what the recipient may not have. Do you think it is needed? "
                "Ask the data protection officer for advice.",
            }
        ],
    }
    assert Decision.from_json(decision.to_json()) == decision
