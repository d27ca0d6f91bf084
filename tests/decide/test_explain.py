"""A refusal explains itself, in both languages, and says what may be done instead."""

from dataclasses import replace

from gateway.model.decision import Approval, Outcome
from gateway.model.terms import Text
from tests.decide.shorthand import NO, UNKNOWN, YES, a_forbid, a_policy, a_query, a_row


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


def test_a_denial_points_at_the_urgent_grounds_unless_it_is_on_one() -> None:
    """A refusal on another ground must never delay a hand-over in danger."""
    policy = a_policy(a_row(grounds=frozenset({"nuisance", "danger"})))
    denied = a_query("address", owned=NO)
    assert "danger nl" in policy.decide(denied).explanation.nl
    assert "danger en" in policy.decide(denied).explanation.en
    assert "danger" not in policy.decide(replace(denied, ground="danger")).explanation.en
    assert "danger en" in policy.decide(replace(denied, role="owner")).explanation.en


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
    assert "Each field says why." in several.explanation.en
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
