"""The table and Cedar, which share no code, give the same answer for every field; a fault in either is found."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cedarpy import validate_policies
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.model.bundle import Bundle, Row
from gateway.model.decision import Query
from gateway.model.terms import Truth
from gateway.policy.cedar import NEVER, export
from gateway.policy.faults import faults
from gateway.policy.sample import just_enough, sample
from tests.policy.cedar_engine import Cedar, ours

DAY = dt.date(2026, 11, 24)
SHIPPED = Policy(load_bundle(read_policy_files(Path(__file__).parents[2] / "policies")))
BUNDLE = SHIPPED.bundle
EDITION = BUNDLE.on(DAY)
WORDS = BUNDLE.vocabulary
EXPORT = export(BUNDLE)
CEDAR = Cedar(EXPORT)
CURRENT = Policy(replace(BUNDLE, editions=(EDITION,)))
NOW = export(CURRENT.bundle)


def variant(bundle: Bundle) -> Bundle:
    """Return a bundle with what the shipped one lacks: an edition that ends before there is another, a row with a field
    that never leaves, one that has no field left, and guards of two facts.
    """
    edition = bundle.on(DAY)
    rows = list(edition.rows[::5])
    rows[0] = replace(rows[0], fields=rows[0].fields | {"photo"})
    rows.append(replace(edition.rows[1], fields=frozenset()))
    both = replace(edition.forbids[0], id="F-BOTH", when={"source_wpg": Truth.YES, "consent_explicit": Truth.NO})
    known = replace(both, id="F-KNOWN", only_when_known=rows[0].grounds, except_recipients=frozenset())
    ends = DAY + dt.timedelta(days=30)
    now = replace(edition, ends=ends, rows=tuple(rows), forbids=(*edition.forbids, both, known))
    return replace(bundle, editions=(now, replace(edition, begins=ends + dt.timedelta(days=30))))


def queries(bundle: Bundle, on: dt.date = DAY) -> Sequence[tuple[str, Query]]:
    """Return the sample with the id of the row it is about: each row once with all fields, the rest with one field."""
    asked, seen = [], {""}
    for place, (row, query) in enumerate(sample(bundle, on)):
        name, fields = (row.id, sorted(row.fields) or query.fields) if row else ("", query.fields)
        one = replace(query, fields=(fields[place % len(fields)],))
        asked.append((name, one if name in seen else query))
        seen.add(name)
    return asked


QUERIES = queries(BUNDLE)


def disagreement(policies: str = NOW.policies, *, table: Policy = CURRENT, about: str = "") -> Query | None:
    """Return a query about which these Cedar policies and a table disagree; what was changed is asked first."""
    cedar = Cedar(replace(NOW, policies=policies))
    pairs = zip(NOW.policies.split("@id"), policies.split("@id"), strict=True)
    changed = next((ours.split('"')[1] for ours, theirs in pairs if ours != theirs), about)
    asked = [query for _, query in sorted(QUERIES, key=lambda one: one[0] != changed)]
    return next((query for query in asked if cedar.answer(query) != ours(table, query)), None)


def test_the_validator_refuses_a_name_that_the_vocabulary_lacks() -> None:
    """Each entity type is an enumeration: a misspelt name would otherwise be a guard that never fires."""
    for right in ('Fact::"source_wpg"', 'Role::"tenant"', 'Field::"bsn"', 'Ground::"vital_interest"'):
        wrong = EXPORT.policies.replace(right, right[:-1] + 's"')
        assert wrong != EXPORT.policies
        assert not validate_policies(wrong, EXPORT.schema).validation_passed, right


def test_the_export_passes_the_validator() -> None:
    """Every attribute and name that a policy uses is one of the schema."""
    result = validate_policies(EXPORT.policies, EXPORT.schema)
    assert result.validation_passed, result.errors


def test_every_row_and_guard_stands_in_the_export() -> None:
    """Once for each edition that it is in, under its own id, so that an answer of Cedar can name it."""
    ids = re.findall(r'^@id\("(.+)"\)$', EXPORT.policies, re.MULTILINE)
    wanted = []
    for edition in BUNDLE.editions:
        wanted += [*(row.id for row in edition.rows if row.fields), *(forbid.id for forbid in edition.forbids), NEVER]
    assert ids == wanted


def test_the_sample_meets_every_row_and_every_guard() -> None:
    """What no query meets is not compared."""
    decided = [SHIPPED.decide(query) for _, query in QUERIES]
    met = {rule for decision in decided if decision.released for rule in decision.rules}
    assert met == {row.id for row in EDITION.rows}
    assert {forbid.id for forbid in EDITION.forbids} <= {rule for decision in decided for rule in decision.rules}
    assert len({decision.outcome for decision in decided}) == 5


def test_cedar_and_the_table_agree_about_every_field_of_the_sample() -> None:
    """Released, pending and the guards that fired: query by query, field by field."""
    assert disagreement() is None


def test_cedar_finds_out_itself_what_holds_on_a_day() -> None:
    """The whole bundle, on the first day of each edition and on the day before; before the first nothing holds."""
    for edition in BUNDLE.editions:
        asked = [query for _, query in queries(BUNDLE, edition.begins)]
        for query in asked[:: len(asked) // 40]:
            for day in (edition.begins, edition.begins - dt.timedelta(days=1)):
                dated = replace(query, date=day)
                assert CEDAR.answer(dated) == ours(SHIPPED, dated)


def test_they_agree_about_what_the_shipped_bundle_lacks() -> None:
    """Rows that end, a row that names a field that never leaves, and guards of two facts."""
    policy = Policy(variant(BUNDLE))
    cedar = Cedar(export(policy.bundle))
    asked = [query for _, query in queries(policy.bundle)]
    assert [query for query in asked if cedar.answer(query) != ours(policy, query)] == []
    assert {"F-BOTH", "F-KNOWN"} <= {guard for query in asked for guard in ours(policy, query).guards}


@settings(max_examples=60, deadline=None)
@given(
    row=st.sampled_from(EDITION.rows),
    changed=st.dictionaries(st.sampled_from(sorted(WORDS.facts)), st.sampled_from(Truth), max_size=6),
    role=st.sampled_from(sorted(WORDS.roles)),
    fields=st.lists(st.sampled_from(sorted(WORDS.fields)), min_size=1, max_size=6, unique=True),
)
def test_they_agree_near_a_row_whatever_else_is_known(
    row: Row, changed: dict[str, Truth], role: str, fields: list[str]
) -> None:
    """Several facts at once otherwise than the row says."""
    facts = {**just_enough(EDITION, row), **changed}
    query = Query(min(row.recipients), min(row.grounds), role, facts, tuple(fields), DAY)
    assert CEDAR.answer(query) == ours(SHIPPED, query)


FAULTS = {
    "an unknown fact counts as not holding": (
        r'!context\.no\.contains\(Fact::"avim_hold"\)',
        'context.yes.contains(Fact::"avim_hold")',
    ),
    "a guard fires on an unknown where it must be known": (
        r"if (\[.*?\]\.contains\(context\.ground\)) then context\.yes\.contains\(Fact::\"subject_minor\"\) else",
        r"if \1 then true else",
    ),
    "a condition that must be known no is read as not yes": (
        r'(?<!!)context\.no\.contains\(Fact::"subject_is_sex_worker"\)',
        '!context.yes.contains(Fact::"subject_is_sex_worker")',
    ),
    "a row loses a condition": (r' context\.yes\.contains\(Fact::"contract_party"\) &&', ""),
    "a row gains a recipient": (r'\[Recipient::"avim"\]', '[Recipient::"avim", Recipient::"belle"]'),
    "a row gains a field": (r'\[Field::"name"\]', '[Field::"name", Field::"phone"]'),
    "an approval is forgotten": (r' &&\n  \(action == Action::"offer" \|\| .*\)', ""),
    "an approval needs one person less": (r' && context\.yes\.contains\(Fact::"fg_advice"\)', ""),
    "a row holds before its first day": (r"context\.day >= \d+ &&\n  ", ""),
    "an excepted recipient is not excepted": (r'!\[Recipient::"avim", Recipient::"police"\]', '![Recipient::"avim"]'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_export_is_found(fault: str) -> None:
    """Each fault planted once, in the first place where it fits."""
    policies, planted = re.subn(*FAULTS[fault], NOW.policies, count=1)
    assert planted
    assert disagreement(policies) is not None


@pytest.mark.parametrize(
    "fault",
    [
        "WC-1: condition owned_by_recipient dropped",
        "AV-1: condition indicator_recorded no instead of yes",
        "CM-1: approval pre_two instead of pre_fg",
        "BE-1: field name added",
        "VT-1: field safety_warning dropped",
        "LI-1: recipient ondermijning added",
        "JH-1: role sex_worker added",
        "SP-1: skip agreement_current added",
        "F-HOLD: the guard is dropped",
        "F-MINOR: only when known under care_consent dropped",
        "F-WPG: excepted recipient belle added",
    ],
)
def test_a_fault_in_the_table_is_found(fault: str) -> None:
    """Our side may be wrong as well: the table of a policy with the fault, beside the export of the one without."""
    (planted,) = (one for one in faults(CURRENT.bundle) if one.name == f"{EDITION.begins} {fault}")
    assert disagreement(table=Policy(planted.plant(CURRENT.bundle)), about=planted.about) is not None
