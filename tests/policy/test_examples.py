"""The worked examples that lawyers read: every one must come out as expected; a file that is not clear is refused."""

from dataclasses import replace

import pytest

from gateway.errors import PolicyUnreadableError
from gateway.model.decision import Approval
from gateway.policy.examples import check_example, check_examples, read_examples
from tests.policy.shipped import FILES, SHIPPED, the_row, with_row

WORDS = SHIPPED.bundle.vocabulary
EXAMPLES = {example.id: example for example in read_examples(FILES, WORDS)}
ONE = """\
- id: S90
  text_nl: Belle wil contact, met toestemming.
  recipient: belle
  ground: care_consent
  subject_role: sex_worker
  facts: {consent_explicit: "yes"}
  fields_requested: [alias, name]
  expected: permit_reduced
  withheld_fields: [name]
  reason: met toestemming
"""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "a list with at least one item"),
        (ONE + ONE, "line 11: [1]: two examples are called `S90`"),
        (ONE.replace("belle", "bell"), "line 3: [0]: recipient: unknown recipient `bell`"),
        (ONE.replace("consent_explicit", "consent"), "unknown fact `consent`"),
        (ONE.replace('"yes"', "maybe"), "`maybe` is not one of yes, no, unknown"),
        (ONE.replace("permit_reduced", "gap"), "`gap` is not one of permit, permit_reduced, needs_approval, deny"),
        (ONE.replace("fields: [name]", "fields: [phone]"), "unknown term `phone`"),
        (ONE.replace("  reason: met toestemming\n", ""), "key `reason` is missing"),
        (ONE + "  extra: word\n", "unknown key `extra`"),
    ],
)
def test_a_file_of_examples_that_is_not_clear_is_refused(wrong: str, said: str) -> None:
    """With file, line and what to do, as every other file of the policy."""
    with pytest.raises(PolicyUnreadableError) as refused:
        read_examples({**FILES, "more.yaml": wrong.encode() or b"[]"}, WORDS)
    assert "more.yaml" in refused.value.message
    assert said in refused.value.message


@pytest.mark.parametrize("without", ["assumed.yaml", "scenarios.yaml"])
def test_no_examples_is_not_a_passed_test(without: str) -> None:
    """Nothing that was asked is nothing that was shown."""
    with pytest.raises(PolicyUnreadableError):
        read_examples({name: data for name, data in FILES.items() if name != without}, WORDS)


def test_no_example_is_lost() -> None:
    """The examples are evidence: there are at least the thirty-seven that came with the matrix."""
    assert len(EXAMPLES) >= 37


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_worked_example_comes_out_as_expected(name: str) -> None:
    """Outcome and withheld fields are those written down; a gap meets an expected deny."""
    assert check_example(SHIPPED, EXAMPLES[name]) is None


def test_an_example_of_another_day_is_decided_on_that_day() -> None:
    """Before the first epoch nothing holds, so the same case is refused."""
    files = {**FILES, "more.yaml": (ONE + '  date: "2022-12-31"\n').encode()}
    (example,) = (one for one in read_examples(files, WORDS) if one.id == "S90")
    miss = check_example(SHIPPED, example)
    assert miss is not None
    assert (miss.expected, miss.got) == ("permit_reduced, withheld: name", "deny, withheld: alias, name")
    assert (
        check_example(SHIPPED, replace(example, query=replace(example.query, date=EXAMPLES["S01"].query.date))) is None
    )


def test_only_a_fact_that_an_example_leaves_out_is_assumed() -> None:
    """What an example says itself counts, also when it says unknown."""
    unknown = [name for name, example in EXAMPLES.items() if "unknown" in example.query.facts.values()]
    assert unknown
    assert EXAMPLES["S02"].query.facts["second_approver"] == "yes"


def test_a_fault_in_the_policy_fails_the_examples_about_it_and_no_other() -> None:
    """WC-1 without the second person: the example that asked for that person comes out otherwise."""
    broken = with_row(replace(the_row("WC-1"), approval=Approval.NONE))
    missed = check_examples(broken, tuple(EXAMPLES.values()))
    assert missed
    assert {EXAMPLES[miss.name].query.recipient for miss in missed} <= the_row("WC-1").recipients
