"""Mutation of the policy: every fault changes something, who finds it is told, and survivors need a reason."""

from collections.abc import Mapping

import pytest

from gateway.config.policy_files import read_policy_files
from gateway.errors import PolicyUnreadableError
from gateway.model.terms import Text
from gateway.policy.answers import same_answers
from gateway.policy.examples import NEAR_MISSES, SURVIVORS, read_examples
from gateway.policy.faults import MUNICIPALITY, faults, touched
from gateway.policy.mutants import DETECTORS, Report, mutate, read_survivors
from gateway.policy.mutation import Examples, Invariants, StoredAnswers, Verdict, judge, plant
from gateway.policy.near_file import read_near_misses
from gateway.policy.prove import prove
from tests.policy.shipped import EDITION, FILES, FOLDER, SHIPPED

BUNDLE = SHIPPED.bundle
FAULTS = {fault.name: fault for fault in faults(BUNDLE)}
REASON = Text("omdat", "because")


def test_every_fault_has_its_own_name_and_changes_its_own_epoch() -> None:
    """Survivors go by name; a fault that plants nothing would be counted as one that nobody finds."""
    assert len(FAULTS) == len(list(faults(BUNDLE)))
    for fault in FAULTS.values():
        planted = fault.plant(BUNDLE)
        changed = [one for one in planted.editions if one not in BUNDLE.editions]
        assert planted.editions != BUNDLE.editions, fault.name
        assert len(changed) == 1, fault.name
        if fault.kind not in {"days", MUNICIPALITY}:
            assert planted.blueprint != BUNDLE.blueprint, fault.name


@pytest.mark.parametrize(
    "kind",
    [
        "condition dropped",
        "approval weaker",
        "row dropped",
        "guard dropped",
        "guard's condition added",
        "exception added",
        "exception dropped",
        "field added",
        "recipient added",
        "role added",
        "ground added",
        "skip added",
        "days",
        "never field dropped",
        MUNICIPALITY,
    ],
)
def test_every_kind_of_fault_is_planted(kind: str) -> None:
    """In every epoch that can have it."""
    assert any(fault.kind == kind for fault in FAULTS.values())


def test_a_sample_of_all_faults_is_found_or_changes_nothing() -> None:
    """`gateway policy test --mutate` plants the others too."""
    report = mutate(read_policy_files(FOLDER), FILES, every=131, jobs=1, tell=lambda done, total: None)
    assert len(report.verdicts) > 60
    assert report.survivors == ()
    assert report.killed > report.equivalent > 0
    told = report.detectors()
    assert list(told) == list(DETECTORS)
    assert told["invariants"]["found"] > told["examples"]["found"] > 0
    assert sum(count["first"] for count in told.values()) == report.killed


def test_without_the_other_detectors_fewer_faults_are_found() -> None:
    """Each detector is one: a field too many for Belle breaks the near misses, and no example."""
    words = BUNDLE.vocabulary
    fault = FAULTS["2026-01-01 BE-1: field name added"]
    cases = Examples(read_examples(FILES, words))
    stored = StoredAnswers(read_near_misses(FILES[NEAR_MISSES], words))
    assert judge(fault, BUNDLE, [cases]).survived
    assert judge(fault, BUNDLE, [stored]).found
    assert judge(fault, BUNDLE, []).survived


def test_a_fault_that_changes_no_answer_is_recognised_and_counted_apart() -> None:
    """A reporter's row gives a suspect nothing that the suspect's own row does not give first."""
    fault = FAULTS["2026-01-01 AV-4: role suspect added"]
    planted = plant(fault, BUNDLE)
    assert same_answers(planted.sound, planted.broken)
    assert judge(fault, BUNDLE, [Invariants()]).equivalent


def test_the_municipality_alone_is_not_what_breaks_when_the_blueprint_has_the_same_fault() -> None:
    """A fault stands in the blueprint too; else every widening were found by comparing it with itself."""
    planted = plant(FAULTS["2026-01-01 GG-1: field help_domain added"], BUNDLE)
    assert all("MUNICIPAL" not in finding.invariant.id for finding in prove(planted.broken).broken)


def test_only_the_cells_of_a_changed_row_are_touched() -> None:
    """A guard touches them all."""
    row = FAULTS["2026-01-01 GG-1: role client added"].change(EDITION)
    cells = touched(EDITION, row)
    assert cells is not None
    assert {recipient for recipient, _, _ in cells} == {"ggd"}
    assert touched(EDITION, FAULTS["2026-01-01 F-WPG: the guard is dropped"].change(EDITION)) is None


def report(reasons: Mapping[str, Text], *verdicts: Verdict) -> Report:
    """Return a report of a few faults, of which a hundred were found."""
    found = tuple(Verdict(f"f{place}", "kind", {"examples": "S01"}) for place in range(100))
    names = frozenset(one.fault for one in (*found, *verdicts)) | {"elsewhere"}
    return Report((*found, *verdicts), reasons, names)


def test_a_survivor_needs_a_reason_and_a_reason_a_survivor() -> None:
    """Whoever closes a hole takes its reason away; a reason for a fault that was not planted this time may stay."""
    survivor = Verdict("lives", "kind", {})
    assert report({}).ok
    assert report({"lives": REASON}, survivor).ok
    assert report({"lives": REASON, "elsewhere": REASON}, survivor).ok
    assert report({}, survivor).unexplained == ("lives",)
    assert not report({}, survivor).ok
    assert report({"f1": REASON}).idle == ("f1",)
    assert report({"no such fault": REASON}).idle == ("no such fault",)
    assert not report({"f1": REASON}).ok


def test_less_than_ninety_nine_in_a_hundred_is_not_enough() -> None:
    """Whatever reasons are written; and nothing planted is nothing shown."""
    living = [Verdict(f"lives {place}", "kind", {}) for place in range(2)]
    assert not report({one.fault: REASON for one in living}, *living).ok
    assert not Report((), {}, frozenset()).ok


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("survivors: [{fault: a}]", "key `reason` is missing"),
        ("survivors: [{fault: a, reason: {nl: o, en: b}}, {fault: a, reason: {nl: o, en: b}}]", "is named twice"),
        ("survivor: []", "unknown key `survivor`"),
    ],
)
def test_a_file_of_survivors_that_is_not_clear_is_refused(text: str, said: str) -> None:
    """With file and line; no file means that no fault may survive."""
    with pytest.raises(PolicyUnreadableError) as refused:
        read_survivors({SURVIVORS: text.encode()})
    assert said in refused.value.message
    assert read_survivors({}) == {}
