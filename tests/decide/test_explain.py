"""A refusal explains itself, in both languages, and says what may be done instead."""

from dataclasses import replace

from gateway.decide.engine import Policy
from gateway.model.decision import Approval, Outcome
from gateway.model.terms import Text
from tests.decide.shorthand import NO, UNKNOWN, YES, a_forbid, a_policy, a_query, a_row, a_vocabulary, said


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
    policy = a_policy(a_row())
    unknown = policy.decide(a_query("address", owned=UNKNOWN)).withheld[0].reason
    otherwise = policy.decide(a_query("address", owned=NO)).withheld[0].reason
    assert unknown.en == "This must be established: “owned en” It is not known yet. Evidence needed: paper owned en."
    assert (
        unknown.nl == "Nodig is dat dit vaststaat: “owned nl” Dat is nog niet bekend. Nodig als bewijs: paper owned nl."
    )
    assert otherwise.en == "This must be established: “owned en” Now the opposite is established."
    assert otherwise.nl == "Nodig is dat dit vaststaat: “owned nl” Nu staat het tegendeel vast."


def test_a_computed_condition_asks_for_no_paper() -> None:
    """Nobody can evidence what the gateway computes."""
    reason = a_policy(a_row()).decide(a_query("address", active=UNKNOWN)).withheld[0].reason
    assert reason.en == "This must be established: “active en” It is not known yet."


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


def test_a_denial_points_at_the_urgent_grounds_unless_it_is_on_one() -> None:
    """A refusal on another ground must never delay a hand-over in danger."""
    policy = a_policy(a_row(grounds=frozenset({"nuisance", "danger"})))
    denied = a_query("address", owned=NO)
    assert "danger nl" in policy.decide(denied).explanation.nl
    assert "danger en" in policy.decide(denied).explanation.en
    assert "danger" not in policy.decide(replace(denied, ground="danger")).explanation.en
    assert "danger en" in policy.decide(replace(denied, role="owner")).explanation.en


def test_several_urgent_grounds_are_all_named() -> None:
    """Whoever is in a hurry reads every way, once."""
    words = a_vocabulary()
    grounds = {**words.grounds, "fire": replace(words.grounds["danger"], name="fire", label=said("fire"))}
    bundle = replace(a_policy(a_row()).bundle, vocabulary=replace(words, grounds=grounds))
    told = Policy(bundle).decide(a_query("address", owned=NO)).explanation
    assert "Is er haast (danger nl, fire nl)? Gebruik dan meteen die grond." in told.nl
    assert "Is it urgent (danger en, fire en)? Then use that ground at once." in told.en


def test_what_goes_and_what_waits_is_listed() -> None:
    """Each field by its label."""
    policy = a_policy(a_row(approval=Approval.NONE))
    told = policy.decide(a_query("address", "code", "name")).explanation
    assert "Een deel mag naar deze ontvanger (landlord nl): address nl, code nl." in told.nl
    assert "A part may go to this recipient (landlord en): address en, code en." in told.en


def test_a_gap_says_that_nobody_decided_and_what_to_do() -> None:
    """The officer can write a rule; nobody has to guess."""
    decision = a_policy(a_row()).decide(replace(a_query("address"), role="owner"))
    assert decision.outcome is Outcome.GAP
    assert "heeft niemand een regel gemaakt" in decision.explanation.nl
    assert "ask the privacy officer for a rule" in decision.explanation.en


def test_a_denial_with_several_reasons_leaves_them_at_the_fields() -> None:
    """One reason is repeated; several would be a wall of text."""
    policy = a_policy(a_row())
    one = policy.decide(a_query("address", "code", owned=NO))
    several = policy.decide(a_query("address", "bsn", owned=NO))
    assert one.explanation.en.count("owned en") == 1
    assert " Bij elk gegeven staat waarom. " in several.explanation.nl
    assert " Each field says why. " in several.explanation.en
    assert "owned" not in several.explanation.en


def test_what_waits_says_for_whom() -> None:
    """The second person, or the manager after the FG's advice; the FG never decides."""
    two = a_policy(a_row()).decide(a_query("address", "name"))
    fg = a_policy(a_row(approval=Approval.PRE_FG)).decide(a_query("address"))
    assert "Eerst moet een tweede persoon akkoord geven. Daarna mag: address nl." in two.explanation.nl
    assert "The rest stays here" in two.explanation.en
    assert "First the FG advises and a mandated manager decides. After that may go: address en." in fg.explanation.en
    assert "The rest" not in fg.explanation.en


def test_a_release_without_delay_says_that_it_is_reviewed() -> None:
    """post_24h needs a second person afterwards."""
    urgent = a_policy(a_row(approval=Approval.POST_24H)).decide(a_query("address"))
    plain = a_policy(a_row(approval=Approval.NONE)).decide(a_query("address"))
    assert urgent.outcome is plain.outcome is Outcome.PERMIT
    assert "within 24 hours" in urgent.explanation.en
    assert "binnen 24 uur" in urgent.explanation.nl
    assert plain.explanation.en == "All that you ask for may go to this recipient (landlord en)."


def test_an_unknown_word_is_said_to_be_one() -> None:
    """Also when even the recipient is not known."""
    decision = a_policy(a_row()).decide(replace(a_query("address"), recipient="unheard_of"))
    assert decision.withheld[0].reason == Text(
        "Het beleid kent een woord uit deze vraag niet. Daarom blijft dit gegeven hier.",
        "The policy does not know a word of this query. That is why this stays here.",
    )
    assert decision.explanation.en.startswith("Nothing goes to this recipient.")
    assert "unheard_of" not in str(decision.to_json())
