"""Every decision of a broad sample of the shipped policy explains itself, in short sentences, and gives no recipe."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest

from gateway.decide.engine import Policy
from gateway.model.bundle import Forbid
from gateway.model.decision import Decision, Outcome, Query
from gateway.model.terms import Truth
from gateway.policy.sample import just_enough, sample
from tests.decide.shorthand import DAY, EDITION, NO, OPPOSITE, SHIPPED, UNKNOWN, YES

WORDS = SHIPPED.bundle.vocabulary
MOST = 25  # words in a sentence (B1)
QUOTED = re.compile(r"“[^”]*”")
END = re.compile(r"(?<=[.!?:;])\s+(?=[A-ZÀ-Ý“(-])|\n")
SLUGS = {
    name
    for names in (WORDS.recipients, WORDS.grounds, WORDS.purposes, WORDS.roles, WORDS.facts, WORDS.fields)
    for name in names
    if "_" in name
} | {"never_fields", "default_deny"}
RECIPES = re.compile(
    r"\b(zet|vul|vink|kies|selecteer|verander|wijzig|beweer|ja|nee"
    r"|set|tick|fill|select|choose|claim|change|alter|yes|(to|say|answer|as) no)\b",
    re.IGNORECASE,
)
HARMLESS = re.compile("antwoord ja of nee van|yes or no answer from", re.IGNORECASE)  # a document's name


def asked() -> Iterator[Query]:
    """Yield the sample, and for each row what it gives, with and without its approval, and each field of it alone."""
    yield from (query for _, query in sample(SHIPPED.bundle, DAY))
    for row in EDITION.rows:
        enough = just_enough(EDITION, row)
        base = Query(min(row.recipients), min(row.grounds), min(row.roles), enough, tuple(sorted(row.fields)), DAY)
        unapproved = {name: truth for name, truth in enough.items() if name not in {"second_approver", "fg_advice"}}
        for facts in (enough, unapproved):
            yield replace(base, facts=facts)
            yield from (replace(base, facts=facts, fields=(name,)) for name in base.fields[:2])
        for name in {**row.when, **EDITION.require}:
            for truth in (OPPOSITE[enough.get(name, YES)], UNKNOWN):
                yield replace(base, facts={**enough, name: truth})


@cache
def decided() -> Sequence[tuple[Query, Decision]]:
    """Return what is decided about each; computed by the first test that asks, not by whoever reads this file."""
    return [(query, SHIPPED.decide(query)) for query in asked()]


def texts(decision: Decision) -> Iterator[tuple[str, str]]:
    """Yield each text that a person may read, with its language."""
    for one in (decision.explanation, *decision.ways, *(withheld.reason for withheld in decision.withheld)):
        yield "nl", one.nl
        yield "en", one.en


def every_text() -> set[tuple[str, str]]:
    """Return the texts of all decisions."""
    return {text for _, decision in decided() for text in texts(decision)}


def test_the_sample_has_every_outcome_and_every_rule() -> None:
    """What is not in the sample is not shown."""
    assert {decision.outcome for _, decision in decided()} == set(Outcome)
    rules = {rule for _, decision in decided() for rule in decision.rules}
    assert rules == {row.id for row in EDITION.rows} | {forbid.id for forbid in EDITION.forbids}


@pytest.mark.control("DPIA-20")
def test_what_leaves_or_waits_names_its_rules_its_law_and_its_facts() -> None:
    """Rule and note, each article in plain words with its source, and each fact of the rows in the law's own words."""
    rows = {row.id: row for row in EDITION.rows}
    for query, decision in decided():
        if not (decision.released or decision.pending):
            continue
        assert decision.legal_basis
        for rule in decision.rules:
            assert f"Regel {rule}: {rows[rule].note.nl}\n" in decision.explanation.nl + "\n", query
            assert f"Rule {rule}: {rows[rule].note.en}\n" in decision.explanation.en + "\n", query
            for name in rows[rule].when:
                assert f"“{WORDS.facts[name].definition.nl}”" in decision.explanation.nl
                assert f"“{WORDS.facts[name].definition.en}”" in decision.explanation.en
        for basis in decision.legal_basis:
            law = WORDS.legal[basis]
            assert f"{law.text.nl} ({law.source})." in decision.explanation.nl
            assert f"{law.text.en} ({law.source})." in decision.explanation.en


@pytest.mark.control("DPIA-20")
def test_what_stays_has_a_reason_and_a_lawful_way_forward() -> None:
    """In both languages, whenever nothing or only a part leaves; a permit needs none."""
    for query, decision in decided():
        for withheld in decision.withheld:
            assert withheld.rules
            assert withheld.reason.nl, query
            assert withheld.reason.en, query
        assert bool(decision.ways) is (decision.outcome is not Outcome.PERMIT), query
        assert ("Wat wel kan:" in decision.explanation.nl) is bool(decision.ways)


def test_a_refusal_names_the_rule_that_stopped_it() -> None:
    """A guard that fired, or the row that came nearest; where nobody wrote one, that."""
    for query, decision in decided():
        if decision.outcome is not Outcome.DENY:
            continue
        rules = {rule for withheld in decision.withheld for rule in withheld.rules} - {"never_fields", "default_deny"}
        assert not rules or any(f"Regel {rule}: " in decision.explanation.nl for rule in rules), query


def test_no_text_names_an_internal_word() -> None:
    """A person reads labels and definitions, never `owned_by_recipient`."""
    found = {slug for _, text in every_text() for slug in SLUGS if slug in text}
    assert found == set()


@pytest.mark.parametrize(
    "recipe",
    [
        "Zet dit feit op ja.",
        "Vul bij toestemming in dat die er is.",
        "Kies een andere grond.",
        "Set it to no.",
        "Fill in the fact.",
        "Then answer yes.",
    ],
)
def test_a_recipe_would_be_found(recipe: str) -> None:
    """The next test can fail."""
    assert RECIPES.search(recipe)


def test_no_text_outside_the_legal_definitions_is_a_recipe() -> None:
    """It names who or what establishes a fact, and never says to fill one in."""
    authored = {QUOTED.sub("", text) for _, text in every_text()}
    for fact in WORDS.facts.values():
        authored |= {text for way in fact.ways.values() for text in (way.nl, way.en)}
    assert {match[0] for text in authored if (match := RECIPES.search(HARMLESS.sub("", text)))} == set()


def test_sentences_are_short() -> None:
    """At most 25 words. A quoted legal definition is the law's own, and a list of labels is read item by item."""
    lists = ("Dit mag: ", "Daarna mag: ", "This may go: ", "After that may go: ")
    parts = {
        part
        for _, text in every_text()
        for sentence in END.split(QUOTED.sub("“”", text))
        for part in (sentence.split(", ") if sentence.startswith(lists) else [sentence])
    }
    assert {part for part in parts if len(part.split()) > MOST} == set()


def test_an_open_fact_is_told_the_same_whichever_answer_each_rule_needs() -> None:
    """Over the whole policy: turn round what every row and guard asks of one fact, and leave that fact unknown."""
    for name in WORDS.facts:
        turned = replace(
            EDITION,
            require={fact: OPPOSITE[truth] if fact == name else truth for fact, truth in EDITION.require.items()},
            rows=tuple(replace(row, when=_turned(row.when, name)) for row in EDITION.rows),
            forbids=tuple(replace(forbid, when=_turned(forbid.when, name)) for forbid in EDITION.forbids),
        )
        other = Policy(replace(SHIPPED.bundle, editions=(turned,)))
        for query in _about(name):
            told, again = SHIPPED.decide(query), other.decide(query)
            assert (told.explanation, told.ways, told.withheld) == (again.explanation, again.ways, again.withheld), name


def _turned(when: object, name: str) -> dict[str, Truth]:
    assert isinstance(when, dict)
    return {fact: OPPOSITE[truth] if fact == name else truth for fact, truth in when.items()}


def _about(name: str) -> Iterator[Query]:
    """Yield for each row a query that lacks only this fact."""
    for row in EDITION.rows:
        facts = {fact: truth for fact, truth in just_enough(EDITION, row).items() if fact != name}
        yield Query(min(row.recipients), min(row.grounds), min(row.roles), facts, tuple(WORDS.fields), DAY)


@pytest.mark.parametrize("forbid", EDITION.forbids, ids=lambda forbid: forbid.id)
def test_no_way_leads_round_a_guard_that_is_known_to_hold(forbid: Forbid) -> None:
    """A hold of AVIM, medical secrecy, police data, a minor: only the guard's own way is told, whoever asks."""
    (name,) = forbid.when
    seen = 0
    for query, _ in decided():
        # No other guard may hold or be open, so that what is told is this guard's.
        facts = {fact: NO for one in EDITION.forbids for fact in one.when} | {name: YES}
        decision = SHIPPED.decide(replace(query, facts={**query.facts, **facts}))
        if forbid.id in decision.rules:
            assert decision.ways == (forbid.way,)
            seen += 1
    assert seen > 100


def test_every_fact_guard_and_way_of_the_policy_is_written_in_both_languages() -> None:
    """Each fact says what to do while nobody knows it; each guard, while it holds; each way leads to recipients."""
    for fact in WORDS.facts.values():
        assert fact.ways.keys() >= {UNKNOWN}, fact.name
    for forbid in EDITION.forbids:
        assert forbid.way is not None
    urgent = {ground.name for ground in WORDS.grounds.values() if ground.urgent}
    assert urgent | {"care_consent"} <= {ground.name for ground in WORDS.grounds.values() if ground.way is not None}


def test_the_ways_are_those_that_the_officers_know() -> None:
    """One of each kind: a document, a person, another recipient, the owner's decision, a hold."""
    told = {way.nl for _, decision in decided() for way in decision.ways}
    for part in (
        "Met een rapport van bevindingen",
        "Meld het meteen bij AVIM",
        "Vraag de FG om advies",
        "Met toestemming kan dat naar Belle",
        "Stuur de eigenaar dat besluit als belanghebbende (Awb",
        "Wacht tot AVIM het vrijgeeft",
    ):
        assert any(part in way for way in told), part
