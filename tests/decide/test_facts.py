"""Facts are computed or evidenced, never assumed."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.decide.facts import Circumstances, establish, within_retention
from gateway.errors import InvalidRequestError, UnknownTermError
from gateway.model.request import FactClaim
from gateway.model.terms import Provenance, Truth
from tests.decide.shorthand import DAY, NO, SHIPPED, UNKNOWN, YES, a_vocabulary
from tests.refusals import refused

WORDS = SHIPPED.bundle.vocabulary
COMPUTED = [name for name, fact in WORDS.facts.items() if fact.computed]
EVIDENCED = [name for name, fact in WORDS.facts.items() if not fact.computed]
NOW = Circumstances(
    date=DAY,
    owned_by_recipient=UNKNOWN,
    agreement_current=UNKNOWN,
    dpia_current=UNKNOWN,
    partner_active=UNKNOWN,
    within_retention=UNKNOWN,
    single_case=UNKNOWN,
    purpose_matches=UNKNOWN,
    avim_hold=UNKNOWN,
    second_approver=UNKNOWN,
    fg_advice=UNKNOWN,
    consent_withdrawn=False,
)
CONSENT = {"consent_explicit": FactClaim(YES, "consent CNS-2026-1", DAY)}


@pytest.mark.parametrize("name", COMPUTED)
def test_a_claim_about_a_computed_fact_is_refused(name: str) -> None:
    """Nobody can talk the gateway into an agreement, an approval or a provenance, not even by saying no."""
    for truth in Truth:
        with refused(InvalidRequestError, f"the gateway establishes `{name}` itself") as caught:
            establish({name: FactClaim(truth, "report RVB-2026-1", DAY)}, Provenance.OWN, NOW, WORDS)
        assert caught.value.fields == {name: "is computed"}


@pytest.mark.parametrize("name", ["second_approver", "active"])
def test_a_fact_that_either_the_gateway_or_the_policy_calls_computed_is_not_claimed(name: str) -> None:
    """A policy cannot hand an approval to the requester, and a requester cannot state what the policy reserves."""
    with refused(InvalidRequestError, f"the gateway establishes `{name}` itself"):
        establish({name: FactClaim(YES, "report RVB-2026-1", DAY)}, Provenance.OWN, NOW, a_vocabulary())


def test_a_claim_outside_the_vocabulary_is_refused() -> None:
    """A fact without a legal definition is no fact."""
    with refused(UnknownTermError, "not in the vocabulary"):
        establish({"unheard_of": FactClaim(YES, "report RVB-2026-1", DAY)}, Provenance.OWN, NOW, WORDS)


@pytest.mark.parametrize("claim", [FactClaim(YES), FactClaim(YES, "report RVB-2026-1"), FactClaim(NO, "", DAY)])
def test_a_claim_without_document_or_date_is_unknown(claim: FactClaim) -> None:
    """A statement alone is not evidence."""
    assert establish({"subject_minor": claim}, Provenance.OWN, NOW, WORDS)["subject_minor"] is UNKNOWN


def test_nothing_is_assumed() -> None:
    """Without claims and circumstances every fact of the vocabulary is unknown."""
    facts = establish({}, None, NOW, WORDS)
    assert facts == dict.fromkeys(WORDS.facts, UNKNOWN)


@pytest.mark.parametrize("name", EVIDENCED)
@pytest.mark.parametrize("truth", list(Truth))
def test_an_evidenced_claim_stands_as_stated(name: str, truth: Truth) -> None:
    """And says nothing about any other fact."""
    facts = establish({name: FactClaim(truth, "report RVB-2026-1", DAY)}, None, NOW, WORDS)
    assert facts == {**dict.fromkeys(WORDS.facts, UNKNOWN), name: truth}


@pytest.mark.parametrize("name", [name for name in COMPUTED if not name.startswith("source_")])
@pytest.mark.parametrize("truth", list(Truth))
def test_a_computed_fact_follows_the_circumstances_alone(name: str, truth: Truth) -> None:
    """Each computed fact of the vocabulary has exactly one circumstance."""
    facts = establish({}, None, replace(NOW, **{name: truth}), WORDS)  # type: ignore[arg-type]  # a Truth field by name
    assert facts == {**dict.fromkeys(WORDS.facts, UNKNOWN), name: truth}


@pytest.mark.parametrize(
    ("provenance", "police", "medical"),
    [
        (Provenance.OWN, NO, NO),
        (Provenance.POLICE, YES, NO),
        (Provenance.MEDICAL, NO, YES),
        (None, UNKNOWN, UNKNOWN),
    ],
)
def test_the_sources_follow_from_the_provenance(provenance: Provenance | None, police: Truth, medical: Truth) -> None:
    """An unknown origin may be either."""
    facts = establish({}, provenance, NOW, WORDS)
    assert (facts["source_wpg"], facts["source_medical"]) == (police, medical)


def test_a_withdrawn_consent_is_no_consent() -> None:
    """GDPR article 7(3): whatever the record of consent says."""
    withdrawn = replace(NOW, consent_withdrawn=True)
    assert establish(CONSENT, Provenance.OWN, NOW, WORDS)["consent_explicit"] is YES
    assert establish(CONSENT, Provenance.OWN, withdrawn, WORDS)["consent_explicit"] is NO
    assert establish({}, Provenance.OWN, withdrawn, WORDS)["consent_explicit"] is NO


@pytest.mark.parametrize(
    ("dates", "truth"),
    [
        ([], UNKNOWN),
        ([DAY + dt.timedelta(days=1)], UNKNOWN),
        ([dt.date(2020, 1, 1), DAY + dt.timedelta(days=1)], UNKNOWN),
        ([DAY], YES),
        ([DAY - dt.timedelta(days=730)], YES),
        ([DAY - dt.timedelta(days=731)], NO),
        ([dt.date(2020, 1, 1), DAY - dt.timedelta(days=730)], YES),
    ],
)
def test_retention_counts_from_the_latest_dated_evidence(dates: list[dt.date], truth: Truth) -> None:
    """Without a date, or with one in the future, nobody knows."""
    assert within_retention(dates, on=DAY, retention_days=730) is truth


@given(st.lists(st.dates()), st.dates(), st.integers(min_value=1, max_value=10_000))
def test_retention_always_has_an_answer(dates: list[dt.date], on: dt.date, days: int) -> None:
    """Any dates in any order give the same answer as their latest alone."""
    answer = within_retention(iter(dates), on=on, retention_days=days)
    assert answer is within_retention(dates and [max(dates)], on=on, retention_days=days)
