"""A refusal explains itself, in both languages, and says what may be done instead."""

from dataclasses import replace

import pytest

from gateway.decide import explain, ways
from gateway.decide.engine import Policy
from gateway.model.decision import Approval, Outcome
from gateway.model.terms import Text, Truth
from tests.decide.shorthand import NO, OPPOSITE, UNKNOWN, YES, a_forbid, a_policy, a_query, a_row, a_vocabulary, said


def test_a_guard_that_holds_gives_its_note() -> None:
    """The note says what is the matter."""
    decision = a_policy(a_row(), forbids=(a_forbid(),)).decide(a_query("address", hurt=YES))
    assert decision.withheld[0].reason.nl == "guard nl"
    assert decision.withheld[0].reason.en == "guard en"
    assert "guard nl" in decision.explanation.nl


def test_a_guard_that_may_hold_says_what_is_not_known() -> None:
    """Nobody knows yet, so the note would be untrue; the open question and its evidence are named instead."""
    decision = a_policy(a_row(), forbids=(a_forbid(),)).decide(a_query("address", hurt=UNKNOWN))
    reason = decision.withheld[0].reason
    assert "guard" not in reason.nl + reason.en
    assert reason.nl == "Het is nog niet bekend of dit zo is: “hurt nl” Nodig als bewijs: paper hurt nl."
    assert reason.en == "It is not known yet whether this is so: “hurt en” Evidence needed: paper hurt en."


def test_a_guard_about_a_fact_that_nobody_mentioned_says_that_it_is_not_known() -> None:
    """A fact left out is unknown: to give the guard's note would state it of a person."""
    reason = a_policy(a_row(), forbids=(a_forbid(),)).decide(a_query("address")).withheld[0].reason
    assert reason.en == "It is not known yet whether this is so: “hurt en” Evidence needed: paper hurt en."


def test_each_guard_that_stops_it_is_told() -> None:
    """Otherwise a person solves one, and meets the next."""
    second = a_forbid(id="F-2", when={"fg_advice": NO}, note=said("second"))
    query = a_query("address", hurt=YES, fg_advice=NO)
    decision = a_policy(a_row(), forbids=(a_forbid(), second)).decide(query)
    assert decision.withheld[0].reason == Text("guard nl second nl", "guard en second en")
    assert decision.rules == ("F-1", "F-2")


def test_evidence_is_named_within_the_sentence() -> None:
    """Without the space and the full stop that the vocabulary may have around it."""
    words = a_vocabulary()
    facts = {**words.facts, "owned": replace(words.facts["owned"], evidence=Text(" akte X. ", " deed X. "))}
    bundle = replace(a_policy(a_row()).bundle, vocabulary=replace(words, facts=facts))
    reason = Policy(bundle).decide(a_query("address", owned=UNKNOWN)).withheld[0].reason
    assert reason.nl.endswith("Nodig als bewijs: akte X.")
    assert reason.en.endswith("Evidence needed: deed X.")


def test_a_field_that_no_row_gives_says_so() -> None:
    """The reason is the ground and role, not something that evidence would change."""
    assert a_policy(a_row()).decide(a_query("name")).withheld[0].reason == Text(
        "De ontvanger heeft dit gegeven voor deze grond en rol niet nodig: geen regel staat het toe.",
        "The recipient does not need this for this ground and role: no rule allows it.",
    )


def test_a_condition_known_otherwise_is_told_apart_from_an_unknown_one() -> None:
    """Whoever reads it knows whether evidence would help."""
    policy = a_policy(a_row(), a_row(id="L-2", when={"hurt": NO}, fields=frozenset({"name"})))
    unknown = policy.decide(a_query("address", owned=UNKNOWN)).withheld[0].reason
    no = policy.decide(a_query("address", owned=NO)).withheld[0].reason
    yes = policy.decide(a_query("name", hurt=YES)).withheld[0].reason
    assert unknown == Text(
        "Het is nog niet bekend of dit zo is: “owned nl” Nodig als bewijs: paper owned nl.",
        "It is not known yet whether this is so: “owned en” Evidence needed: paper owned en.",
    )
    assert no == Text("Vastgesteld is dat dit niet zo is: “owned nl”", "It is established not to be so: “owned en”")
    assert yes == Text("Vastgesteld is: “hurt nl”", "It is established: “hurt en”")


def test_a_fact_without_a_definition_is_told_by_its_name() -> None:
    """A bundle that loaded has none; what is put together otherwise still explains itself."""
    told = explain.unmet(a_row(when={"strange": YES}), {}, {}, a_vocabulary())
    assert told == Text(
        "Het is nog niet bekend of dit zo is: “strange”", "It is not known yet whether this is so: “strange”"
    )


def test_a_computed_condition_asks_for_no_paper() -> None:
    """Nobody can evidence what the gateway computes."""
    reason = a_policy(a_row()).decide(a_query("address", active=UNKNOWN)).withheld[0].reason
    assert reason.en == "It is not known yet whether this is so: “active en”"


@pytest.mark.parametrize("said", [YES, NO])
def test_what_is_missing_is_told_the_same_whichever_answer_unlocks(said: Truth) -> None:
    """Otherwise the refusal is a recipe."""
    row = a_row(when={"hurt": said, "owned": YES})
    told = a_policy(row).decide(a_query("address", "bsn"))
    other = a_policy(replace(row, when={"hurt": OPPOSITE[said], "owned": YES})).decide(a_query("address", "bsn"))
    assert told == other
    forbid = a_forbid(when={"hurt": said})
    told = a_policy(a_row(), forbids=(forbid,)).decide(a_query("address"))
    other = a_policy(a_row(), forbids=(replace(forbid, when={"hurt": OPPOSITE[said]}),)).decide(a_query("address"))
    assert told == other


def test_the_nearest_of_several_rows_is_explained() -> None:
    """All rows that offer the field are named; the reason is about the one that lacks least."""
    far = a_row(when={"owned": YES, "hurt": NO, "fg_advice": YES})
    near = a_row(id="L-2", when={"owned": YES, "hurt": NO})
    withheld = a_policy(far, near).decide(a_query("address")).withheld[0]
    assert withheld.rules == ("L-1", "L-2")
    assert "hurt" in withheld.reason.en
    assert "fg_advice" not in withheld.reason.en
    far = a_row(when={"fg_advice": YES, "hurt": NO})
    withheld = a_policy(far, a_row(id="L-2")).decide(a_query("address", owned=UNKNOWN)).withheld[0]
    assert "owned" in withheld.reason.en
    assert "fg_advice" not in withheld.reason.en


def test_what_goes_is_listed() -> None:
    """Each field by its label."""
    told = a_policy(a_row(approval=Approval.NONE)).decide(a_query("address", "code", "name")).explanation
    assert told.nl.startswith("Een deel mag naar deze ontvanger: landlord nl.\nDit mag: address nl, code nl.\n")
    assert told.en.startswith("A part may go to this recipient: landlord en.\nThis may go: address en, code en.\n")


def test_a_release_names_the_rule_the_law_and_the_facts() -> None:
    """Of each row that contributes, each article and fact once; the general requirements together."""
    second = a_row(id="L-2", fields=frozenset({"name"}), legal_basis=("A-1", "A-2"), skip=frozenset({"active"}))
    first = a_row(when={"owned": YES, "hurt": NO})
    decision = a_policy(first, second).decide(a_query("address", "name", hurt=NO, second_approver=YES))
    assert decision.outcome is Outcome.PERMIT
    assert decision.explanation.nl.split("\n") == [
        "Alles wat u vraagt mag naar deze ontvanger: landlord nl.",
        "Regel L-1: note nl",
        "Regel L-2: note nl",
        "Dit rust op: A-1 nl (wet A-1).",
        "Dit rust op: A-2 nl (wet A-2).",
        "Vastgesteld is: “owned nl”",
        "Vastgesteld is dat dit niet zo is: “hurt nl”",
        "Ook de algemene voorwaarden zijn vervuld.",
    ]
    assert decision.explanation.en.split("\n") == [
        "All that you ask for may go to this recipient: landlord en.",
        "Rule L-1: note en",
        "Rule L-2: note en",
        "This rests on: A-1 en (wet A-1).",
        "This rests on: A-2 en (wet A-2).",
        "It is established: “owned en”",
        "It is established not to be so: “hurt en”",
        "The general requirements are met as well.",
    ]
    assert decision.ways == ()
    free = a_policy(second).decide(a_query("name", second_approver=YES))
    assert "algemene" not in free.explanation.nl


def test_a_gap_says_that_nobody_decided() -> None:
    """The officer can write a rule; nobody has to guess."""
    decision = a_policy(a_row()).decide(replace(a_query("address"), role="owner"))
    assert decision.outcome is Outcome.GAP
    assert decision.explanation.nl.split("\n")[:2] == [
        "Er gaat niets naar deze ontvanger: landlord nl. Voor deze ontvanger, grond en rol heeft niemand een regel "
        "gemaakt. De privacy officer krijgt dit te zien.",
        explain.NOT_OFFERED.nl,
    ]
    assert "wrote a rule for this recipient, ground and role. The privacy officer is told." in decision.explanation.en


def test_a_denial_names_the_nearest_rule_and_what_stops_it() -> None:
    """Other reasons stay at the fields: together they would be a wall of text."""
    policy = a_policy(a_row(), a_row(id="L-2", when={"owned": YES, "hurt": NO}, fields=frozenset({"name"})))
    one = policy.decide(a_query("address", "code", owned=NO)).explanation
    assert one.nl.split("\n")[:4] == [
        "Er gaat niets naar deze ontvanger: landlord nl.",
        "Regel L-1: note nl",
        "Vastgesteld is dat dit niet zo is: “owned nl”",
        "Wat wel kan:",
    ]
    several = policy.decide(a_query("name", "address", "bsn", owned=NO)).explanation
    assert several.en.split("\n")[1:4] == [
        "Rule L-1: note en",
        "It is established not to be so: “owned en”",
        "Each field says why.",
    ]


def test_a_denial_by_guards_names_each_with_what_is_known_of_it() -> None:
    """One holds, the other may."""
    second = a_forbid(id="F-2", when={"fg_advice": NO}, note=said("second"))
    decision = a_policy(a_row(), forbids=(a_forbid(), second)).decide(a_query("address", fg_advice=NO))
    assert decision.explanation.en.split("\n")[:3] == [
        "Nothing goes to this recipient: landlord en.",
        "Rule F-1: It is not known yet whether this is so: “hurt en” Evidence needed: paper hurt en.",
        "Rule F-2: second en",
    ]


def test_fields_that_no_row_gives_have_one_reason_or_are_pointed_at() -> None:
    """In a cell with rows, and nothing of them asked for."""
    policy = a_policy(a_row())
    assert policy.decide(a_query("name")).explanation.en.split("\n")[1] == explain.NOT_OFFERED.en
    assert policy.decide(a_query("name", "bsn")).explanation.en.split("\n")[1] == "Each field says why."


def test_what_waits_says_for_whom() -> None:
    """The second person, or the manager after the FG's advice; the FG never decides."""
    two = a_policy(a_row()).decide(a_query("address", "name"))
    fg = a_policy(a_row(approval=Approval.PRE_FG)).decide(a_query("address"))
    assert two.explanation.nl.split("\n")[:4] == [
        "Er gaat nog niets naar deze ontvanger: landlord nl.",
        "Eerst moet een tweede persoon akkoord geven.",
        "Daarna mag: address nl.",
        "De rest blijft hier; bij elk gegeven staat waarom.",
    ]
    assert two.explanation.en.split("\n")[1] == "First a second person must agree."
    assert fg.explanation.nl.split("\n")[1] == "Eerst adviseert de FG en beslist een gemandateerde leidinggevende."
    assert fg.explanation.en.split("\n")[:4] == [
        "Nothing goes yet to this recipient: landlord en.",
        "First the FG advises and a mandated manager decides.",
        "After that may go: address en.",
        "Rule L-1: note en",
    ]


def test_a_release_without_delay_says_that_it_is_reviewed() -> None:
    """post_24h needs a second person afterwards."""
    urgent = a_policy(a_row(approval=Approval.POST_24H)).decide(a_query("address"))
    plain = a_policy(a_row(approval=Approval.NONE)).decide(a_query("address"))
    assert urgent.outcome is plain.outcome is Outcome.PERMIT
    assert "within 24 hours" in urgent.explanation.en
    assert "binnen 24 uur" in urgent.explanation.nl
    assert "24" not in plain.explanation.en


def test_several_explanations_about_one_subject_become_one() -> None:
    """Each line once, what can be done at the end; without ways there is no heading for them."""
    first = Text("a\nb\nWat wel kan:\n- x", "a\nb\nWhat you can do:\n- x")
    second = Text("a\nc\nWat wel kan:\n- y\n- x", "a\nc\nWhat you can do:\n- y\n- x")
    assert explain.together([first, second]) == Text(
        "a\nb\nc\nWat wel kan:\n- x\n- y", "a\nb\nc\nWhat you can do:\n- x\n- y"
    )
    assert explain.together([Text("a", "b"), Text("a", "b")]) == Text("a", "b")


def test_an_unknown_word_is_said_to_be_one() -> None:
    """Also when even the recipient is not known."""
    decision = a_policy(a_row()).decide(replace(a_query("address"), recipient="unheard_of"))
    assert decision.ways == (ways.USE_THE_FORM,)
    assert decision.withheld[0].reason == Text(
        "Het beleid kent een woord uit deze vraag niet. Daarom blijft dit gegeven hier.",
        "The policy does not know a word of this query. That is why this stays here.",
    )
    assert decision.explanation.en.startswith("Nothing goes to this recipient.")
    assert decision.explanation.nl.startswith("Er gaat niets naar deze ontvanger.")
    assert "unheard_of" not in str(decision.to_json())
