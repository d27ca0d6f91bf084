"""The lawful ways forward come from the policy's own words; a guard that is known to hold is never led round."""

from dataclasses import replace

import pytest

from gateway.decide import ways
from gateway.decide.engine import Policy
from gateway.model.bundle import Bundle, Category, Forbid, Row
from gateway.model.decision import Approval, Decision, Outcome, Query
from gateway.model.terms import Text, Truth
from tests.decide.shorthand import DAY, NO, SHIPPED, UNKNOWN, YES, a_forbid, a_policy, a_query, a_row, said


def with_ways(*rows: Row, forbids: tuple[Forbid, ...] = ()) -> Policy:
    """Return a tiny policy whose facts have a way for each answer, and whose ground of danger is offered to others."""
    bundle = a_policy(*rows, forbids=forbids).bundle
    words = bundle.vocabulary
    facts = {
        name: replace(fact, ways={truth: said(f"{name} {truth.value} way") for truth in Truth})
        for name, fact in words.facts.items()
    }
    offered = Text("Gevaar? Bel {recipients}.", "Danger? Call {recipients}.")
    grounds = {**words.grounds, "danger": replace(words.grounds["danger"], way=offered)}
    return Policy(replace(bundle, vocabulary=replace(words, facts=facts, grounds=grounds)))


def told(decision: Decision) -> list[str]:
    """Return the English ways, after checking that they end both explanations."""
    for language in ("nl", "en"):
        lines = [f"- {getattr(way, language)}" for way in decision.ways]
        text = getattr(decision.explanation, language).split("\n")
        assert text[len(text) - len(lines) :] == lines
        assert not any(line.startswith("- ") for line in text[: len(text) - len(lines)])
    return [way.en for way in decision.ways]


DANGER = a_row(id="D-1", recipients=frozenset({"police"}), grounds=frozenset({"danger"}), when={"owned": YES})


def test_a_ground_without_a_way_hides_no_other_ground_of_its_row() -> None:
    """The row is offered under the ground that has one."""
    row = replace(DANGER, grounds=frozenset({"danger", "nuisance"}))
    policy = with_ways(a_row(), row)
    grounds = policy.bundle.vocabulary.grounds
    turned = {
        "danger": replace(grounds["danger"], way=None),
        "nuisance": replace(
            grounds["nuisance"], way=Text("Overlast? Bel {recipients}.", "Nuisance? Call {recipients}.")
        ),
    }
    words = replace(policy.bundle.vocabulary, grounds={**grounds, **turned})
    decision = Policy(replace(policy.bundle, vocabulary=words)).decide(a_query("address", owned=UNKNOWN))
    assert told(decision) == ["owned unknown way en", "Nuisance? Call police en."]


def test_while_a_guard_holds_only_its_own_way_is_told() -> None:
    """Not the open question of another guard, not a missing paper, not another recipient."""
    own = a_forbid(way=said("wait"))
    other = a_forbid(id="F-2", when={"fg_advice": YES})
    policy = with_ways(a_row(), DANGER, forbids=(own, other))
    assert told(policy.decide(a_query("address", hurt=YES, owned=UNKNOWN))) == ["wait en"]
    silent = with_ways(a_row(), DANGER, forbids=(a_forbid(),))
    assert told(silent.decide(a_query("address", hurt=YES))) == [ways.ASK.en]


def test_a_guard_of_several_facts_holds_only_when_each_is_known_so() -> None:
    """Until then the open fact is what to settle."""
    policy = with_ways(a_row(), forbids=(a_forbid(when={"hurt": YES, "fg_advice": NO}, way=said("wait")),))
    assert told(policy.decide(a_query("address", hurt=YES, fg_advice=NO))) == ["wait en"]
    open_still = told(policy.decide(a_query("address", hurt=YES)))
    assert open_still == ["fg_advice unknown way en"]


def test_a_guard_that_may_hold_leads_to_the_document_that_settles_it() -> None:
    """And to whoever it does not stop."""
    policy = with_ways(a_row(), DANGER, forbids=(a_forbid(way=said("wait")),))
    assert told(policy.decide(a_query("address"))) == ["hurt unknown way en", "Danger? Call police en."]


def test_what_a_row_lacks_leads_to_how_that_is_established() -> None:
    """For each missing condition, in its order, as it is known now; each way once."""
    policy = with_ways(
        a_row(when={"owned": YES, "hurt": NO}), a_row(id="L-2", when={"hurt": NO}, fields=frozenset({"name"}))
    )
    asked = a_query("address", "name", owned=NO, active=UNKNOWN)
    assert told(policy.decide(asked)) == ["owned no way en", "hurt unknown way en", "active unknown way en"]


def test_a_strange_answer_counts_as_unknown() -> None:
    """As in the table."""
    policy = with_ways(a_row())
    strange = a_query("address", owned="perhaps")  # type: ignore[arg-type]  # what no parser would let through
    assert told(policy.decide(strange)) == ["owned unknown way en"]


def test_another_way_without_the_gateway_is_told_when_only_general_requirements_lack() -> None:
    """Not when the matter itself is not established: then there is nothing to send."""
    policy = with_ways(a_row(instead=said("post")))
    assert told(policy.decide(a_query("address", active=NO))) == ["active no way en", "post en"]
    assert told(policy.decide(a_query("address", active=NO, owned=UNKNOWN))) == [
        "owned unknown way en",
        "active no way en",
    ]


def test_what_waits_leads_to_those_who_must_look() -> None:
    """Those who did already are not asked again."""
    policy = with_ways(a_row(approval=Approval.PRE_FG))
    assert told(policy.decide(a_query("address"))) == ["fg_advice unknown way en", "second_approver unknown way en"]
    assert told(policy.decide(a_query("address", fg_advice=YES))) == ["second_approver unknown way en"]
    assert told(policy.decide(a_query("address", fg_advice=NO, second_approver=YES))) == ["fg_advice no way en"]
    two = with_ways(a_row(), a_row(id="L-2", when={"hurt": NO}, fields=frozenset({"name"})))
    assert told(two.decide(a_query("address", "name"))) == ["second_approver unknown way en", "hurt unknown way en"]


def test_what_may_never_leave_leads_to_leaving_it_out() -> None:
    """Beside the ways for the rest; other recipients are told only when nothing leaves."""
    policy = with_ways(a_row(approval=Approval.NONE), DANGER)
    reduced = policy.decide(a_query("address", "name", "bsn"))
    assert reduced.outcome is Outcome.PERMIT_REDUCED
    assert told(reduced) == [ways.LEAVE_OUT.en]
    denied = policy.decide(a_query("address", "bsn", owned=UNKNOWN))
    assert told(denied) == ["owned unknown way en", ways.LEAVE_OUT.en, "Danger? Call police en."]


def test_a_gap_leads_to_whoever_has_a_rule_for_this_role_and_to_the_officer() -> None:
    """A rule for another role is none."""
    policy = with_ways(
        a_row(), DANGER, replace(DANGER, id="D-2", roles=frozenset({"owner"}), recipients=frozenset({"landlord"}))
    )
    gap = policy.decide(replace(a_query("address"), ground="danger"))
    assert gap.outcome is Outcome.GAP
    assert told(gap) == ["Danger? Call police en.", ways.ASK_FOR_A_RULE.en]
    nobody = policy.decide(replace(a_query("address"), ground="danger", recipient="police", role="owner"))
    assert told(nobody) == ["Danger? Call landlord en.", ways.ASK_FOR_A_RULE.en]


@pytest.mark.parametrize(
    ("facts", "forbids"), [({"owned": NO}, ()), ({"hurt": YES}, (a_forbid(except_recipients=frozenset({"landlord"})),))]
)
def test_a_recipient_whom_a_fact_or_guard_is_known_to_bar_is_not_named(
    facts: dict[str, Truth], forbids: tuple[Forbid, ...]
) -> None:
    """It would be refused there as well."""
    policy = with_ways(a_row(), DANGER, forbids=forbids)
    query = a_query("address", owned=UNKNOWN)
    asked = replace(query, facts={**query.facts, **facts})
    assert "Danger? Call police en." not in told(policy.decide(asked))


def test_all_recipients_of_a_ground_are_named_in_the_vocabularys_order() -> None:
    """Once, however many rows lead to them; never the one that just refused."""
    rows = (replace(DANGER, recipients=frozenset({"police", "landlord"})), replace(DANGER, id="D-2"))
    policy = with_ways(a_row(), *rows)
    assert told(policy.decide(a_query("address", owned=UNKNOWN)))[-1] == "Danger? Call landlord en or police en."
    assert [way.nl for way in policy.decide(a_query("address", owned=UNKNOWN)).ways][-1] == (
        "Gevaar? Bel landlord nl of police nl."
    )
    same = replace(a_query("address", owned=UNKNOWN), ground="danger")
    assert told(policy.decide(same))[-1] == "Danger? Call police en."


def test_the_order_of_the_recipients_is_not_that_of_the_alphabet() -> None:
    """A lawyer wrote the vocabulary in the order in which it is read."""
    vocabulary = list(SHIPPED.bundle.vocabulary.recipients)
    asked = Query("ministry", "general_oversight", "possible_victim", {}, ("name",), DAY)
    (way,) = (way for way in SHIPPED.decide(asked).ways if way.nl.startswith("Wil de betrokkene hulp?"))
    assert way.nl.endswith("kan dat naar Belle of GGD of CoMensha.")
    assert vocabulary.index("ggd") < vocabulary.index("comensha")


def test_one_open_row_is_enough_to_name_its_recipient() -> None:
    """Another row to the same recipient may be barred."""
    barred = replace(DANGER, id="D-2", when={"owned": NO})
    policy = with_ways(a_row(when={"hurt": NO}), barred, replace(DANGER, id="D-3"))
    assert told(policy.decide(a_query("address")))[-1] == "Danger? Call police en."


def about_no_one(bundle: Bundle) -> Bundle:
    """Return the bundle with `code` as a figure about no one."""
    words = bundle.vocabulary
    fields = {**words.fields, "code": replace(words.fields["code"], category=Category.NONE)}
    return replace(bundle, vocabulary=replace(words, fields=fields))


def test_figures_about_no_one_are_offered_to_their_recipient_whatever_the_role() -> None:
    """Who asks about a person may have figures; whoever did not ask is not named."""
    figures = replace(
        DANGER, fields=frozenset({"code"}), roles=frozenset({"owner"}), recipients=frozenset({"landlord", "police"})
    )
    policy = Policy(about_no_one(with_ways(a_row(), figures).bundle))
    assert told(policy.decide(a_query("address", owned=UNKNOWN)))[-1] == "Danger? Call landlord en."


def test_everything_that_leaves_needs_no_way() -> None:
    """A permit has none, and says so by having no heading for them."""
    permit = with_ways(a_row(approval=Approval.NONE), DANGER).decide(a_query("address"))
    assert permit.ways == ()
    assert "What you can do" not in permit.explanation.en


def test_what_was_logged_before_ways_were_told_can_still_be_read() -> None:
    """The log keeps old decisions for years."""
    decision = with_ways(a_row()).decide(a_query("address"))
    assert Decision.from_json(decision.to_json()) == decision
    old = {key: value for key, value in decision.to_json().items() if key != "ways"}
    assert Decision.from_json(old) == replace(decision, ways=())
