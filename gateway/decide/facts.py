"""Establishes the facts about one subject: computed by the gateway or evidenced by a person, never assumed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.errors import InvalidRequestError, UnknownTermError
from gateway.model.bundle import Vocabulary
from gateway.model.request import FactClaim
from gateway.model.terms import Provenance, Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the gateway itself knows on `date` of one subject, partner and case; no requester can state these.

    `consent_withdrawn`: the consent that the request names was withdrawn (GDPR article 7(3)).
    """

    date: dt.date
    owned_by_recipient: Truth
    agreement_current: Truth
    dpia_current: Truth
    partner_active: Truth
    within_retention: Truth
    single_case: Truth
    purpose_matches: Truth
    avim_hold: Truth
    second_approver: Truth
    fg_advice: Truth
    consent_withdrawn: bool


SOURCES: Mapping[Provenance | None, tuple[Truth, Truth]] = {
    Provenance.OWN: (Truth.NO, Truth.NO),
    Provenance.POLICE: (Truth.YES, Truth.NO),
    Provenance.MEDICAL: (Truth.NO, Truth.YES),
    None: (Truth.UNKNOWN, Truth.UNKNOWN),
}
"""What each provenance says of (source_wpg, source_medical)."""


def establish(
    claims: Mapping[str, FactClaim],
    provenance: Provenance | None,
    circumstances: Circumstances,
    vocabulary: Vocabulary,
) -> dict[str, Truth]:
    """Return every fact of the vocabulary as it stands for the data of one provenance.

    A claim of yes or no that names no document or date counts as unknown.

    :raises InvalidRequestError: a claim is about a fact that the gateway computes.
    :raises UnknownTermError: a claim is about a fact that the vocabulary does not know.
    """
    computed = _computed(provenance, circumstances)
    for name in claims:
        definition = vocabulary.facts.get(name)
        if definition is None:
            raise UnknownTermError("a claim is about a fact that is not in the vocabulary", hint="use its facts only")
        if definition.computed or name in computed:
            raise InvalidRequestError(
                f"the gateway establishes `{name}` itself", hint="leave this fact out", fields={name: "is computed"}
            )
    facts = {name: _evidenced(claims.get(name)) for name in vocabulary.facts if name not in computed}
    if circumstances.consent_withdrawn and "consent_explicit" in facts:
        facts["consent_explicit"] = Truth.NO
    return facts | {name: truth for name, truth in computed.items() if name in vocabulary.facts}


def within_retention(dates: Iterable[dt.date], *, on: dt.date, retention_days: int) -> Truth:
    """Say whether a case may still be used: at most `retention_days` after its latest dated evidence.

    Without a date, or with one in the future, nobody knows.
    """
    latest = max(dates, default=None)
    if latest is None or latest > on:
        return Truth.UNKNOWN
    return Truth.YES if on - latest <= dt.timedelta(days=retention_days) else Truth.NO


def _evidenced(claim: FactClaim | None) -> Truth:
    if claim is None or not claim.evidence or claim.date is None:
        return Truth.UNKNOWN
    return claim.value


def _computed(provenance: Provenance | None, now: Circumstances) -> dict[str, Truth]:
    police, medical = SOURCES[provenance]
    return {
        "owned_by_recipient": now.owned_by_recipient,
        "agreement_current": now.agreement_current,
        "dpia_current": now.dpia_current,
        "partner_active": now.partner_active,
        "within_retention": now.within_retention,
        "single_case": now.single_case,
        "purpose_matches": now.purpose_matches,
        "avim_hold": now.avim_hold,
        "second_approver": now.second_approver,
        "fg_advice": now.fg_advice,
        "source_wpg": police,
        "source_medical": medical,
    }
