"""Requests whose outcome the policy's own examples settle, and the few circumstances that turn it.

Nothing here asks the engine. A strand is one subject as the rows treat it; its `needs` are what can change under it.
"""

import datetime as dt
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum

from gateway.demo import cases
from gateway.model.decision import Approval, Outcome
from gateway.model.terms import Json, items, members

PLACES: dict[str, dict[str, Json]] = {
    "A": cases.ADDRESS,
    "B": {"postcode": "1299ZB", "number": 3, "bag_id": "0402019900000003"},
    "C": {"postcode": "1299ZC", "number": 7, "bag_id": "0402019900000007"},
    "D": {"postcode": "1299ZE", "number": 9},
}
LANDLORDS = ("dudok-wonen", "gooi-wonen", "verhuurder-1")


class Need(StrEnum):
    """What must hold besides an active partner and evidence that is not too old, which every row asks."""

    AGREEMENT = "agreement"
    DPIA = "dpia"
    OWNER = "owner"
    NO_HOLD = "no_hold"
    CONSENT = "consent"


PAPERS = frozenset({Need.AGREEMENT, Need.DPIA})
RENTED = PAPERS | {Need.OWNER, Need.NO_HOLD}
WISHED = PAPERS | {Need.CONSENT}


@dataclass(frozen=True)
class Strand:
    """One subject: what leaves of it under which approval. `refused`: nothing ever does.

    `advised` leaves too after the FG's positive advice; `reduced`: the row keeps something back that was asked.
    """

    ref: str
    approval: Approval
    fields: frozenset[str]
    needs: frozenset[Need]
    place: str | None = None
    advised: frozenset[str] = frozenset()
    reduced: bool = False
    refused: Outcome | None = None


@dataclass(frozen=True)
class Case:
    """A request with evidence of `day`, and its subjects. `holds`: when released, it holds its case and places."""

    name: str
    day: dt.date
    recipient: str
    strands: tuple[Strand, ...]
    body: dict[str, Json]
    consent: str | None = None
    holds: bool = False


LANDLORD = frozenset({"dwelling_address", "finding_code", "finding_date", "case_ref"})


def _with(body: dict[str, Json], ref: str, *, facts: dict[str, Json] | None = None, **data: Json) -> dict[str, Json]:
    """Add facts and data to one subject."""
    for subject in items(body["subjects"]):
        told = members(subject)
        if told["ref"] == ref:
            members(told["data"]).update(data)
            members(told["facts"]).update(facts or {})
    return body


def _claim(day: dt.date, evidence: str = "report RVB-2026-9001") -> dict[str, Json]:
    return {"value": "yes", "evidence": evidence, "date": day.isoformat()}


def _at(body: dict[str, Json], place: str) -> dict[str, Json]:
    for subject in items(body["subjects"]):
        data = members(members(subject)["data"])
        if "dwelling_address" in data:
            data["dwelling_address"] = dict(PLACES[place])
    return body


def _landlord(name: str, day: dt.date, number: int, recipient: str, place: str) -> Case:
    """A landlord hears of a business in its own dwelling, after a second person."""
    body = _at(cases.landlord(day, number, recipient), place)
    strand = Strand("s1", Approval.PRE_TWO, LANDLORD, RENTED, place)
    if name == "landlord too much":
        body = _with(body, "s1", work_name="Werknaam Verzonnen")
        strand = Strand("s1", Approval.PRE_TWO, LANDLORD, RENTED, place, reduced=True)
    elif name == "landlord specific":
        facts: dict[str, Json] = {"contract_party": _claim(day), "specific_needed": _claim(day)}
        body = _with(body, "s1", facts=facts, finding_specific="SPEC-1")
        strand = Strand("s1", Approval.PRE_TWO, LANDLORD, RENTED, place, advised=frozenset({"finding_specific"}))
    elif name == "landlord police":
        origins: dict[str, Json] = dict.fromkeys(LANDLORD, "own")
        members(items(body["subjects"])[0])["provenance"] = {**origins, "finding_date": "police"}
        strand = Strand("s1", Approval.PRE_TWO, LANDLORD - {"finding_date"}, RENTED, place, reduced=True)
    elif name == "unproven":
        body = _at(cases.landlord(day, number, recipient, illegality_established="unknown"), place)
        strand = Strand("s1", Approval.NONE, frozenset(), frozenset(), place, refused=Outcome.DENY)
    elif name == "wrong purpose":
        body["purpose"] = "protect_victim"
        strand = Strand("s1", Approval.NONE, frozenset(), frozenset(), place, refused=Outcome.DENY)
    return Case(name, day, recipient, (strand,), body)


def _tenant(name: str, day: dt.date, number: int, recipient: str, place: str) -> Case:
    """The tenant is the sex worker: FG and manager. `both`: and a facilitator beside her, for a second person."""
    body = _at({**cases.landlord_about_tenant(day, number), "recipient": recipient}, place)
    tenant = Strand("s1", Approval.PRE_FG, frozenset({"dwelling_address", "finding_code"}), RENTED, place)
    if name == "tenant":
        return Case(name, day, recipient, (tenant,), body)
    other = members(deepcopy(items(cases.landlord(day, number, recipient)["subjects"])[0]))
    elsewhere = place if name == "both" else "ABCD"["DABC".index(place)]
    other["ref"] = "s2"
    members(other["data"])["dwelling_address"] = dict(PLACES[elsewhere])
    second = Strand("s2", Approval.PRE_TWO, LANDLORD, RENTED, elsewhere)
    if name == "both":
        body["subjects"] = [*items(body["subjects"]), other]
        return Case(name, day, recipient, (tenant, second), body)
    body = _at(cases.landlord(day, number, recipient), place)
    body["subjects"] = [*items(body["subjects"]), other]
    first = Strand("s1", Approval.PRE_TWO, LANDLORD, RENTED, place)
    return Case(name, day, recipient, (first, second), body)


def _care(name: str, day: dt.date, number: int, consent: str) -> Case:
    """Help that the person wants: at once to Belle; to a shelter after the FG and a manager."""
    make = cases.help_and_name if name == "help and name" else cases.help_with_consent
    body = _with(make(day, number, "offer_help"), "s1", facts={"consent_explicit": _claim(day, consent)})
    fields = frozenset({"alias", "language", "safe_contact"})
    strand = Strand("s1", Approval.NONE, fields, WISHED, reduced=name == "help and name")
    if name == "shelter":
        body["recipient"] = "comensha"
        members(items(body["subjects"])[0])["role"] = "possible_victim"
        strand = Strand("s1", Approval.PRE_FG, fields, WISHED)
    return Case(name, day, str(body["recipient"]), (strand,), body, consent=consent)


def _work(name: str, day: dt.date, number: int, place: str, consent: str) -> Case:
    """Abuse at work: the operator after a second person; who works there only with consent, FG and manager."""
    body = {**cases.landlord(day, number), "recipient": "arbeidsinspectie", "ground": "labour_abuse"}
    body["purpose"] = "end_labour_abuse"
    minor: Json = {"value": "no", "evidence": "report RVB-2026-9001", "date": day.isoformat()}
    facts: dict[str, Json] = {"indicator_recorded": _claim(day), "subject_minor": minor}
    operator: dict[str, Json] = {"name": "Olga Verzonnen", "business_address": dict(PLACES[place])}
    victim: dict[str, Json] = {"alias": "Demo Alias", "language": "bg", "indicators": ["ARB-01"]}
    asked: dict[str, Json] = {**facts, "consent_explicit": _claim(day, consent)}
    body["subjects"] = [
        {"ref": "s1", "role": "operator", "facts": facts, "data": operator, "provenance": "own"},
        {"ref": "s2", "role": "possible_victim", "facts": asked, "data": victim, "provenance": "own"},
    ]
    strands = (
        Strand("s1", Approval.PRE_TWO, frozenset(operator), PAPERS | {Need.NO_HOLD}, place),
        Strand("s2", Approval.PRE_FG, frozenset(victim), WISHED | {Need.NO_HOLD}),
    )
    return Case(name, day, "arbeidsinspectie", strands, body, consent=consent)


def _enforcement(name: str, day: dt.date, number: int, place: str) -> Case:
    """The municipality's own lawyers: no DPIA of their own, but a hold stops them too."""
    body = _at(cases.landlord(day, number), place)
    body |= {"recipient": "juridische-handhaving", "ground": "enforcement", "purpose": "impose_measure"}
    strand = Strand("s1", Approval.PRE_TWO, LANDLORD, frozenset({Need.AGREEMENT, Need.NO_HOLD}), place)
    return Case(name, day, "juridische-handhaving", (strand,), body)


def _signal(name: str, day: dt.date, number: int, place: str) -> Case:
    """An exploitation signal: to AVIM at once, and everything that could warn an exploiter is held."""
    body = cases.urgent(day, number, "protect_victim", dict(PLACES[place]))
    victim = frozenset({"alias", "language", "dwelling_address", "finding_date"})
    strands = [Strand("s1", Approval.POST_24H, victim, frozenset(), place)]
    if name == "signal":
        strands.append(Strand("s2", Approval.POST_24H, frozenset({"name", "dwelling_address"}), frozenset(), place))
    elif name == "signal reduced":  # what never leaves, and a reporter who did not agree, do not stop the rest
        body = _with(body, "s1", residence_status="x")
        subjects = items(body["subjects"])
        members(subjects[1]).update(role="reporter", data={"name": "Rik Verzonnen"})
        strands = [Strand("s1", Approval.POST_24H, victim, frozenset(), place, reduced=True)]
        strands.append(Strand("s2", Approval.NONE, frozenset(), frozenset(), refused=Outcome.DENY))
    else:  # a place, no person, and nobody knows where the data come from
        data: dict[str, Json] = {"dwelling_address": dict(PLACES[place])}
        body["subjects"] = [{"ref": "s1", "role": "none", "facts": {"indicator_recorded": _claim(day)}, "data": data}]
        strands = [Strand("s1", Approval.POST_24H, frozenset(data), frozenset(), place)]
    return Case(name, day, "avim", tuple(strands), body, holds=True)


def _danger(name: str, day: dt.date, number: int, place: str) -> Case:
    """Acute danger: to the police at once, with every other fact unknown."""
    data: dict[str, Json] = {"name": "Dirk Verzonnen", "dwelling_address": dict(PLACES[place])}
    body = {**cases.landlord(day, number), "recipient": "politie", "ground": "vital_interest"}
    body["purpose"] = "avert_danger"
    body["subjects"] = [{"ref": "s1", "role": "suspect", "facts": {"acute_danger": _claim(day)}, "data": data}]
    return Case(name, day, "politie", (Strand("s1", Approval.POST_24H, frozenset(data), frozenset(), place),), body)


def _nobody_decided(name: str, day: dt.date, number: int) -> Case:
    """No row was ever written for this recipient and ground."""
    body = {**cases.landlord(day, number), "recipient": "ggd", "ground": "undermining", "purpose": "assess_pattern"}
    strand = Strand("s1", Approval.NONE, frozenset(), frozenset(), refused=Outcome.GAP)
    return Case(name, day, "ggd", (strand,), body)


URGENT = ("signal", "signal reduced", "signal of a place", "danger")
_MAKERS: dict[str, Callable[[str, dt.date, int, str, str, str], Case]] = {
    **dict.fromkeys(
        ("landlord", "landlord too much", "landlord specific", "landlord police", "unproven", "wrong purpose"),
        lambda name, day, number, recipient, place, _: _landlord(name, day, number, recipient, place),
    ),
    **dict.fromkeys(
        ("tenant", "both", "two homes"),
        lambda name, day, number, recipient, place, _: _tenant(name, day, number, recipient, place),
    ),
    **dict.fromkeys(
        ("help", "help and name", "shelter"),
        lambda name, day, number, _r, _p, consent: _care(name, day, number, consent),
    ),
    "labour": lambda name, day, number, _r, place, consent: _work(name, day, number, place, consent),
    "enforcement": lambda name, day, number, _r, place, _c: _enforcement(name, day, number, place),
    **dict.fromkeys(URGENT[:3], lambda name, day, number, _r, place, _c: _signal(name, day, number, place)),
    "danger": lambda name, day, number, _r, place, _c: _danger(name, day, number, place),
    "nobody decided": lambda name, day, number, _r, _p, _c: _nobody_decided(name, day, number),
}
NAMES = tuple(_MAKERS)


def make(name: str, day: dt.date, *, number: int, recipient: str, place: str, consent: str, key: str) -> Case:
    """Return a case of this name, with the idempotency key that the requester's program chose."""
    case = _MAKERS[name](name, day, number, recipient, place, consent)
    case.body["idempotency_key"] = key
    return case
