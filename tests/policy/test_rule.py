"""A lawyer reads one rule whole: what it lets go or stops, on which conditions and law, and on which days."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.errors import UnknownTermError
from gateway.model.bundle import Bundle, Forbid, Row
from gateway.model.terms import Json, Text, items, members
from gateway.policy.rule import find_rule, lines, to_json
from tests.decide.shorthand import DAY, EDITION, SHIPPED
from tests.refusals import refused

BUNDLE = SHIPPED.bundle
WORDS = BUNDLE.vocabulary
BY_ID: dict[str, Row | Forbid] = {forbid.id: forbid for forbid in EDITION.forbids}
BY_ID |= {row.id: row for row in EDITION.rows}
RULES = list(BY_ID)


def test_an_id_that_no_rule_has_is_refused_with_those_that_come_close() -> None:
    """Also when only the capitals differ; what is nothing like a rule is answered with all of them."""
    with refused(UnknownTermError) as caught:
        find_rule(BUNDLE, "wc-1", on=DAY)
    assert caught.value.hint.startswith("rules that it has: WC-1")
    with refused(UnknownTermError) as caught:
        find_rule(BUNDLE, "%", on=DAY)
    assert all(rule in caught.value.hint for rule in RULES)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_told_whole_in_both_languages(rule: str) -> None:
    """Each condition in the law's words with its evidence, each field, article, recipient, ground and role."""
    found = find_rule(BUNDLE, rule, on=DAY)
    told = {
        "nl": "\n".join(text.nl for _, text in lines(found)),
        "en": "\n".join(text.en for _, text in lines(found)),
    }
    one = BY_ID[rule]
    texts = [one.note]
    for name in one.when:
        fact = WORDS.facts[name]
        texts += [
            fact.definition,
            fact.evidence or Text("de gateway stelt dit zelf vast", "the gateway establishes this"),
        ]
    for row in EDITION.rows:
        if row.id == rule:
            texts += [WORDS.recipients[name] for name in row.recipients] + [row.label]
            texts += [WORDS.grounds[name].label for name in row.grounds] + [WORDS.roles[name] for name in row.roles]
            texts += [WORDS.fields[name].label for name in row.fields]
            texts += [WORDS.fields[name].definition for name in row.fields]
            texts += [WORDS.legal[basis].text for basis in row.legal_basis]
            texts += [WORDS.facts[name].definition for name in EDITION.require]
            texts += [row.instead] if row.instead else []
    for forbid in EDITION.forbids:
        if forbid.id == rule:
            texts += [WORDS.recipients[name] for name in forbid.except_recipients]
            texts += [WORDS.grounds[name].label for name in forbid.except_grounds | forbid.only_when_known]
            texts += [forbid.way] if forbid.way else []
    for text in texts:
        assert text.nl in told["nl"]
        assert text.en in told["en"]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_as_data_says_what_the_policy_says(rule: str) -> None:
    """The same words as the row or guard, and the lines as text."""
    data = to_json(find_rule(BUNDLE, rule, on=DAY), on=DAY)
    one = BY_ID[rule]
    conditions = [(members(item)["fact"], members(item)["must_be"]) for item in items(data["when"])]
    assert (data["id"], conditions) == (rule, [(name, truth.value) for name, truth in one.when.items()])
    assert (data["in_force"], data["from"], data["until"]) == (True, "2023-01-01", None)
    for row in EDITION.rows:
        if row.id == rule:
            assert data["kind"] == "permit"
            assert _names(data, "recipients") == row.recipients
            assert _names(data, "grounds") == row.grounds
            assert _names(data, "roles") == row.roles
            assert _names(data, "fields") == row.fields
            assert _names(data, "shows_roles") == row.shows_roles
            assert [members(law)["id"] for law in items(data["law"])] == list(row.legal_basis)
            assert members(data["approval"])["name"] == row.approval.value
            general = {str(members(item)["fact"]) for item in items(data["general"])}
            skipped = {str(members(item)["fact"]) for item in items(data["skip"])}
            assert general | skipped == set(EDITION.require)
            assert not general & skipped
            assert skipped == row.skip
    for forbid in EDITION.forbids:
        if forbid.id == rule:
            assert data["kind"] == "forbid"
            assert _names(data, "except_recipients") == forbid.except_recipients
            assert _names(data, "except_grounds") == forbid.except_grounds
            assert _names(data, "only_when_known") == forbid.only_when_known


def _names(data: dict[str, Json], key: str) -> set[str]:
    return {str(members(item)["name"]) for item in items(data[key])}


def test_the_guards_that_go_before_a_row_are_those_in_its_scope() -> None:
    """Belle is held back by nothing of AVIM's; a landlord is."""
    belle = to_json(find_rule(BUNDLE, "BE-1", on=DAY), on=DAY)
    landlord = to_json(find_rule(BUNDLE, "WC-1", on=DAY), on=DAY)
    danger = to_json(find_rule(BUNDLE, "PB-1", on=DAY), on=DAY)
    assert belle["guards"] == ["F-WPG", "F-MED", "F-MINOR"]
    assert landlord["guards"] == ["F-WPG", "F-MED", "F-MINOR", "F-HOLD"]
    assert danger["guards"] == []
    assert "gaan voor" not in "".join(text.nl for _, text in lines(find_rule(BUNDLE, "PB-1", on=DAY)))


def changing() -> Bundle:
    """Return a policy whose landlord row reads otherwise in 2027, reads as before in 2028, and is gone in 2029."""
    first = BUNDLE.on(DAY)
    row = next(row for row in first.rows if row.id == "WC-1")
    rest = tuple(row for row in first.rows if row.id != "WC-1")
    days = [dt.date(year, 1, 1) for year in (2026, 2027, 2028, 2029, 2030)]
    versions = [(row,), (replace(row, note=Text("anders", "otherwise")),), (row,), ()]
    editions = tuple(
        replace(first, begins=begins, ends=ends, rows=(*version, *rest))
        for begins, ends, version in zip(days, days[1:], versions, strict=False)
    )
    return replace(BUNDLE, editions=editions)


@pytest.mark.parametrize(
    ("day", "note", "begins", "ends", "in_force"),
    [
        ("2025-06-01", "Only to", "2026-01-01", "2027-01-01", False),
        ("2026-12-31", "Only to", "2026-01-01", "2027-01-01", True),
        ("2027-01-01", "otherwise", "2027-01-01", "2028-01-01", True),
        ("2028-06-01", "Only to", "2028-01-01", "2029-01-01", True),
        ("2029-01-01", "Only to", "2028-01-01", "2029-01-01", False),
    ],
)
def test_a_rule_is_told_as_it_reads_on_the_day(day: str, note: str, begins: str, ends: str, in_force: bool) -> None:
    """Else as it will read first, or read last; and it says that it is not in force."""
    on = dt.date.fromisoformat(day)
    found = find_rule(changing(), "WC-1", on=on)
    data = to_json(found, on=on)
    assert (data["from"], data["until"], data["in_force"]) == (begins, ends, in_force)
    assert note in str(members(data["note"])["en"])
    assert f"van {begins} tot {ends}" in lines(found)[-1][1].nl


def test_a_rule_that_stays_the_same_through_several_editions_has_one_beginning() -> None:
    """The days are those of the rule, not of the file that came last."""
    data = to_json(find_rule(changing(), "BE-1", on=dt.date(2027, 6, 1)), on=DAY)
    assert (data["from"], data["until"]) == ("2026-01-01", "2030-01-01")
