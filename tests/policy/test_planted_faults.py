"""For every invariant a planted fault that breaks it: a check that cannot fail would be a defect.

A fault is written as a change to one rule of the shipped policy: `WC-1 -when owned_by_recipient`. Most break exactly
one invariant. Where an invariant is a part of what a wider one says too, such as a field that is in no door of any
recipient, the others that the fault breaks are named; nothing else may break.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.decide.engine import Policy
from gateway.model.bundle import Bundle, Edition, Forbid, Row
from gateway.model.decision import Approval
from gateway.model.invariant import Elsewhere, MunicipalityNeverWidens
from gateway.model.terms import Text
from gateway.policy.prove import Finding, prove
from tests.decide.shorthand import DAY, SHIPPED

FAULTS: Mapping[str, str] = {
    "INV-NEVER-FIELDS": "never -nationality; AV-1 +field nationality",
    "INV-NO-ROW-MAY-OFFER": "never -bsn",
    "INV-WORK-NEVER": "never -work_name; AV-1 +field work_name",
    "INV-SPECIAL-DATA": "AV-1 +field finding_specific",
    "INV-CRIMINAL-DATA": "AV-3 +role cohabitant",
    "INV-CARE-DATA-STAY-WITH-CARE": "AV-1 +field help_domain",
    "INV-CARE-IS-FOR-CARE": "GG-1 +to ministry",
    "INV-NO-GROUND-FOR-GENERAL-INTEREST": "GG-1 +ground contract_breach_only",
    "INV-CLIENTS-ARE-NO-SUBJECT": "AV-4 +role client",
    "INV-REPORTER-PROTECTED": "GG-1 +role reporter",
    "INV-REPORTER-CONSENTS": "AV-4 -when consent_explicit",
    "INV-PURPOSE-RETENTION-PARTNER": "AV-1 +skip partner_active",
    "INV-NO-LISTS": "AV-1 +skip single_case",
    "INV-AGREEMENT": "BE-1 +skip agreement_current",
    "INV-DPIA": "BE-1 +skip dpia_current",
    "INV-RETENTION": "retention 731",
    "INV-UNKNOWN-NEVER-MORE": "F-HOLD +known care_consent",
    "INV-POLICE-DATA": "F-WPG gone",
    "INV-MEDICAL-SECRECY": "F-MED +except avim",
    "INV-MEDICAL-SECRECY-UNKNOWN": "F-MED +known labour_abuse",
    "INV-MINOR": "F-MINOR +except ggd",
    "INV-MINOR-UNKNOWN": "F-MINOR +known enforcement",
    "INV-HOLD-WARNS-NOBODY": "F-HOLD gone",
    "INV-HOLD-STOPS-NO-RESCUE": "F-HOLD -except comensha",
    "INV-URGENT-NEVER-WAITS": "AV-4 approval pre_two",
    "INV-EXPLOITATION-REACHES-AVIM": "AV-1 approval pre_two",
    "INV-EXPLOITATION-SUSPECT": "AV-2 gone",
    "INV-EXPLOITATION-PLACE": "AV-3 gone",
    "INV-EXPLOITATION-NOBODY-KNOWN": "AV-5 gone",
    "INV-DANGER-REACHES-POLICE": "F-MED -except_ground vital_interest",
    "INV-MINOR-REACHES-VEILIG-THUIS": "F-MINOR -except veilig_thuis",
    "INV-HELP-WITH-CONSENT": "BE-1 approval pre_two",
    "INV-HELP-AT-SOCIAAL-PLEIN": "SP-2 approval pre_two",
    "INV-AVIM-NEEDS-INDICATOR": "AV-1 -when indicator_recorded",
    "INV-AVIM-DOORS": "AV-1 +field business_address",
    "INV-AVIM-REPORTER-POSSIBLE": "AV-4 gone",
    "INV-POLICE-DOORS": "ON-1 +to police",
    "INV-DANGER-ONLY": "PB-1 -when acute_danger",
    "INV-VEILIG-THUIS-DOORS": "VT-1 +field business_address",
    "INV-VEILIG-THUIS-MINORS": "VT-1 -when subject_minor",
    "INV-URGENT-IS-REVIEWED": "AV-1 approval none",
    "INV-LANDLORD-DOORS": "WC-1 +field alias",
    "INV-LANDLORD-OWNS-IT": "WC-1 -when owned_by_recipient",
    "INV-LANDLORD-ILLEGALITY": "WC-1 -when illegality_established",
    "INV-LANDLORD-NUISANCE": "WC-2 -when nuisance_serious",
    "INV-LANDLORD-NOT-A-SEX-WORKER": "WC-1 -when subject_is_sex_worker",
    "INV-LANDLORD-SEX-WORKER-HEARD": "WC-3a -when contract_party",
    "INV-LANDLORD-SEX-WORKER-FG": "WC-3a approval pre_two",
    "INV-SEX-WORKER-NOT-IDENTIFIED": "JH-2 +role sex_worker",
    "INV-LABELS-NEUTRAL": "WC-1 label Sekswerk",
    "INV-VICTIM-NOT-ENFORCED": "JH-2 +role possible_victim",
    "INV-FACTS-THAT-NOBODY-ASSERTS": "asserted avim_hold",
    "INV-LANDLORD-NAME": "WC-1n -when name_needed",
    "INV-LANDLORD-SPECIFIC": "WC-1s -when specific_needed",
    "INV-LANDLORD-TWO-PEOPLE": "WC-1 approval none",
    "INV-LANDLORD-POSSIBLE": "WC-3b gone",
    "INV-LANDLORD-MEASURE-POSSIBLE": "WC-1 -field measure",
    "INV-LANDLORD-NUISANCE-POSSIBLE": "WC-2 -field nuisance_summary",
    "INV-LANDLORD-RIGHT-TENANT-POSSIBLE": "WC-1n gone",
    "INV-NO-ROLE-TOLD": "BE-1 +shows possible_victim",
    "INV-ROLES-NEVER-TOLD": "PB-1 +shows client",
    "INV-SEX-WORKER-NOT-ENFORCED": "WC-3a +to legal_enforcement",
    "INV-ENFORCEMENT-NOT-A-SEX-WORKER": "ON-1 -when subject_is_sex_worker",
    "INV-RELABELLING": "AV-4 +ground child_protection",
    "INV-ENFORCEMENT-DOORS": "JH-1 +field alias",
    "INV-ENFORCEMENT-FACTS": "JH-1 -when illegality_established",
    "INV-LICENCE-FACTS": "JH-2 -when breach_recorded",
    "INV-ENFORCEMENT-POSSIBLE": "JH-1 gone",
    "INV-LICENCE-POSSIBLE": "JH-2 gone",
    "INV-UNDERMINING-DOORS": "ON-1 +field alias",
    "INV-UNDERMINING-PATTERN": "ON-1 -when pattern_established",
    "INV-UNDERMINING-POSSIBLE": "ON-1 gone",
    "INV-LABOUR-DOORS": "LI-1 +field alias",
    "INV-LABOUR-FACTS": "LI-1 -when indicator_recorded",
    "INV-LABOUR-VICTIM-CONSENTS": "LI-2 -when consent_explicit",
    "INV-LABOUR-VICTIM-FG": "LI-2 approval pre_two",
    "INV-LABOUR-POSSIBLE": "LI-1 gone",
    "INV-LABOUR-VICTIM-POSSIBLE": "LI-2 gone",
    "INV-INSPECTION-TIME-ONLY": "ON-1 +ground joint_inspection",
    "INV-INSPECTION-PLANNED": "CD-1 -when joint_inspection_planned",
    "INV-INSPECTION-POSSIBLE": "CD-1 gone",
    "INV-TWO-PEOPLE-WITHIN-AND-LABOUR": "JH-1 approval none",
    "INV-COORDINATION-TWO-PEOPLE": "SP-1 approval none",
    "INV-CARE-DOORS": "BE-1 +field birth_date",
    "INV-CARE-CONSENT": "GG-1 -when consent_explicit",
    "INV-COORDINATION-KNOWN": "SP-1 -when known_to_social_services",
    "INV-COORDINATION-POSSIBLE": "SP-1 gone",
    "INV-COMENSHA-FG": "CM-1 approval pre_two",
    "INV-SHELTER-POSSIBLE": "CM-1 gone",
    "INV-HELP-WITH-WHAT-POSSIBLE": "BE-1 -field contact_officer",
    "INV-FIGURES-ABOUT-NOBODY": "CD-1 +to ministry",
    "INV-FIGURES-TEN": "ST-1 -when k_threshold_met",
    "INV-FIGURES-ONLY-AS-STATISTICS": "AV-1 +field aggregate_count",
    "INV-FIGURES-POSSIBLE": "ST-1 gone",
}
ALSO: Mapping[str, set[str]] = {
    "INV-NEVER-FIELDS": {"INV-AVIM-DOORS"},
    "INV-WORK-NEVER": {"INV-AVIM-DOORS", "INV-SPECIAL-DATA"},
    "INV-SPECIAL-DATA": {"INV-AVIM-DOORS"},
    "INV-CRIMINAL-DATA": {"INV-AVIM-DOORS"},
    "INV-CARE-DATA-STAY-WITH-CARE": {"INV-AVIM-DOORS"},
    "INV-CARE-IS-FOR-CARE": {"INV-FIGURES-ABOUT-NOBODY"},
    "INV-NO-GROUND-FOR-GENERAL-INTEREST": {"INV-CARE-DOORS"},
    "INV-CLIENTS-ARE-NO-SUBJECT": {"INV-AVIM-DOORS"},
    "INV-REPORTER-PROTECTED": {"INV-CARE-DOORS"},
    "INV-UNKNOWN-NEVER-MORE": {"INV-HOLD-WARNS-NOBODY"},
    "INV-MEDICAL-SECRECY-UNKNOWN": {"INV-UNKNOWN-NEVER-MORE"},
    "INV-MINOR-UNKNOWN": {"INV-UNKNOWN-NEVER-MORE"},
    "INV-EXPLOITATION-REACHES-AVIM": {"INV-URGENT-NEVER-WAITS"},
    "INV-LANDLORD-NOT-A-SEX-WORKER": {"INV-RELABELLING"},
    "INV-VICTIM-NOT-ENFORCED": {"INV-ENFORCEMENT-DOORS", "INV-RELABELLING"},
    "INV-SEX-WORKER-NOT-IDENTIFIED": {"INV-SEX-WORKER-NOT-ENFORCED"},
    "INV-LANDLORD-POSSIBLE": {"INV-LANDLORD-NUISANCE-POSSIBLE"},
    "INV-ENFORCEMENT-NOT-A-SEX-WORKER": {"INV-RELABELLING"},
    "INV-RELABELLING": {"INV-AVIM-DOORS"},
    "INV-INSPECTION-TIME-ONLY": {"INV-INSPECTION-PLANNED", "INV-UNDERMINING-DOORS"},
    "INV-FIGURES-ONLY-AS-STATISTICS": {"INV-AVIM-DOORS", "INV-FIGURES-TEN"},
}
PROVED = [one for one in SHIPPED.bundle.invariants if not isinstance(one.statement, Elsewhere)]
LISTS = {"field": "fields", "to": "recipients", "role": "roles", "ground": "grounds", "shows": "shows_roles",
         "skip": "skip", "except": "except_recipients", "except_ground": "except_grounds",
         "known": "only_when_known"}  # fmt: skip


def planted(faults: str) -> Bundle:
    """Return the policy as it is today, alone and without municipal layer, with these faults."""
    bundle, edition = SHIPPED.bundle, SHIPPED.bundle.on(DAY)
    if faults.startswith("asserted "):
        name = faults.removeprefix("asserted ")
        facts = {**bundle.vocabulary.facts, name: replace(bundle.vocabulary.facts[name], computed=False)}
        bundle = replace(bundle, vocabulary=replace(bundle.vocabulary, facts=facts))
        faults = "SP-1 approval pre_fg"  # which breaks nothing
    for fault in faults.split("; "):
        edition = _plant(edition, *fault.split(" "))
    return replace(bundle, editions=(edition,), blueprint=(edition,))


def _plant(edition: Edition, name: str, what: str, word: str = "") -> Edition:
    if name == "never":
        return replace(edition, never_fields=edition.never_fields - {what[1:]})
    if name == "retention":
        return replace(edition, retention_days=int(what))
    both: list[Row | Forbid] = [*edition.rows, *edition.forbids]
    rules = {rule.id: rule for rule in both}
    changed = None if what == "gone" else _changed(rules[name], what, word)
    assert changed != rules[name], "the fault changes nothing"
    left = [changed if rule.id == name else rule for rule in rules.values()]
    return replace(
        edition,
        rows=tuple(rule for rule in left if isinstance(rule, Row)),
        forbids=tuple(rule for rule in left if isinstance(rule, Forbid)),
    )


def _changed(rule: Row | Forbid, what: str, word: str) -> Row | Forbid:
    if what == "label":
        return replace(rule, label=Text(word, word))  # type: ignore[arg-type]  # only rows are given one here
    if what == "approval":
        return replace(rule, approval=Approval(word))  # type: ignore[arg-type]  # only rows are given one here
    if what == "-when":
        return replace(rule, when={name: truth for name, truth in rule.when.items() if name != word})
    name = LISTS[what[1:]]
    words: frozenset[str] = getattr(rule, name)
    return replace(rule, **{name: words | {word} if what[0] == "+" else words - {word}})  # type: ignore[arg-type]


def broken(bundle: Bundle) -> dict[str, Finding]:
    """Return what does not hold."""
    return {finding.invariant.id: finding for finding in prove(Policy(bundle)).broken}


def test_every_invariant_has_a_fault() -> None:
    """But the one about municipal layers, whose fault is in tests/policy/test_prove.py."""
    assert FAULTS.keys() == {one.id for one in PROVED if not isinstance(one.statement, MunicipalityNeverWidens)}
    assert ALSO.keys() <= FAULTS.keys()


def test_without_a_fault_nothing_is_broken() -> None:
    """The newest epoch alone."""
    assert broken(planted("SP-1 approval pre_fg")) == {}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_breaks_the_invariant_and_shows_it(name: str) -> None:
    """That one, and those that must break with it; each counterexample is what the engine really answers."""
    bundle = planted(FAULTS[name])
    found = broken(bundle)
    assert found.keys() == {name} | ALSO.get(name, set())
    policy = Policy(bundle)
    for finding in found.values():
        example = finding.broken
        assert example is not None
        assert example.told.nl.endswith(".")
        assert example.told.en.endswith(".")
        if example.query is not None:
            assert bool(policy.decide(example.query).released) is example.goes, example.told.en


def test_a_counterexample_is_told_with_what_is_not_known() -> None:
    """The fact that the invariant is about stands in it also when nothing is known of it."""
    shown = broken(planted("WC-1 -when owned_by_recipient"))["INV-LANDLORD-OWNS-IT"].broken
    assert shown is not None
    assert "Niet bekend is of dit zo is: “De woning is volgens de bezitslijst van de ontvanger.”" in shown.told.nl


def test_of_a_pair_both_answers_are_told() -> None:
    """What goes, and what does not go with less known or under the right name."""
    shown = broken(planted("F-HOLD +known care_consent"))["INV-UNKNOWN-NEVER-MORE"].broken
    assert shown is not None
    assert " zou “" in shown.told.nl
    assert "” niet gaan" in shown.told.nl
    assert shown.goes
