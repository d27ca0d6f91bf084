"""Requests full of canaries, one for each way that a disclosure can go, with what its recipient may read of it."""

import datetime as dt
from dataclasses import dataclass, field

from gateway.model.terms import Json
from tests.canaries import birds
from tests.canaries.birds import DWELLING, Names, names
from tests.canaries.search import NOBODY

DWELLING_ADDRESS: dict[str, Json] = {
    "postcode": birds.POSTCODE.value,
    "number": 84213,
    "addition": birds.ADDITION.value,
    "bag_id": birds.BAG.value,
}
HOME_ADDRESS: dict[str, Json] = {
    "postcode": birds.HOME_POSTCODE.value,
    "number": 84214,
    "addition": birds.HOME_ADDITION.value,
}
BUSINESS_ADDRESS: dict[str, Json] = {
    "postcode": birds.BUSINESS_POSTCODE.value,
    "number": 84215,
    "addition": birds.BUSINESS_ADDITION.value,
}
NEVER: dict[str, Json] = {
    "bsn": birds.BSN.value,
    "email": birds.EMAIL.value,
    "photo": birds.PHOTO.value,
    "work_status": birds.WORK_STATUS.value,
    "work_name": birds.WORK_NAME.value,
    "health_info": birds.HEALTH.value,
    "sti_result": birds.STI.value,
    "wmo_info": birds.WMO.value,
    "vulnerability_flag": birds.VULNERABLE.value,
    "residence_status": birds.RESIDENCE.value,
    "nationality": "RO",
}
"""What no recipient of these requests may read, yet somebody might send."""

IN_ADDRESS = names(birds.POSTCODE, birds.ADDITION, birds.BAG)
IN_HOME = names(birds.HOME_POSTCODE, birds.HOME_ADDITION)
IN_BUSINESS = names(birds.BUSINESS_POSTCODE, birds.BUSINESS_ADDITION)
LANDLORD_READS = DWELLING | names(birds.CASE, birds.OFFICER)
HELP_READS = names(birds.ALIAS, birds.SAFE_PHONE, birds.CASE, birds.OFFICER)
VICTIM_READS = DWELLING | names(
    *(birds.ALIAS, birds.BIRTH, birds.PHONE, birds.SAFE_PHONE, birds.LOCATION, birds.NARRATIVE, birds.ADVERT),
    *(birds.PLATE, birds.SAFETY, birds.CASE, birds.OFFICER),
)
SUSPECT_READS = IN_BUSINESS | names(birds.NAME, birds.BIRTH, birds.PHONE, birds.PLATE, birds.SUSPECT, birds.KVK)
LEGAL_READS = (
    IN_HOME
    | IN_BUSINESS
    | names(birds.NAME, birds.BIRTH, birds.REPORT_REF, birds.KVK, birds.PERMIT, birds.CASE, birds.OFFICER)
)
ANYTHING_READ = VICTIM_READS | SUSPECT_READS | LANDLORD_READS | HELP_READS | LEGAL_READS
KEPT_OF_ALL = names(birds.CASE, birds.REPORT, birds.IDEMPOTENCY, birds.OFFICER) | DWELLING
"""What is kept, encrypted, of a request to a landlord while it waits, whoever it is about."""


ERASED = 17
"""The number of the request whose case is erased."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A request, and what its recipient may read of it; `kept` is what is kept of it while it waits."""

    body: dict[str, Json] = field(repr=False)
    reads: Names = NOBODY
    kept: Names = NOBODY


def _claims(on: dt.date, number: int, **facts: str) -> dict[str, Json]:
    told: dict[str, Json] = {}
    for name, value in facts.items():
        consent = f"consent {birds.CONSENT.value}{number:02}"
        evidence = consent if name == "consent_explicit" else f"report {birds.REPORT.value}"
        told[name] = {"value": value, "evidence": evidence, "date": on.isoformat()}
    return told


def _request(number: int, recipient: str, ground: str, purpose: str, *subjects: Json) -> dict[str, Json]:
    return {
        "case_ref": f"{birds.CASE.value}{number:02}",
        "recipient": recipient,
        "ground": ground,
        "purpose": purpose,
        "subjects": list(subjects),
        "idempotency_key": f"{birds.IDEMPOTENCY.value}-{number:02}",
    }


def _subject(ref: str, role: str, facts: dict[str, Json], data: dict[str, Json]) -> Json:
    return {"ref": ref, "role": role, "facts": facts, "data": data, "provenance": "own"}


def _case(number: int) -> dict[str, Json]:
    return {"case_ref": f"{birds.CASE.value}{number:02}", "contact_officer": birds.OFFICER.value}


def of_erased() -> tuple[str, str, str]:
    """Return what only the erased request has: its case, consent record and idempotency key."""
    beginnings = (birds.CASE.value, birds.CONSENT.value, f"{birds.IDEMPOTENCY.value}-")
    case, consent, key = (f"{beginning}{ERASED:02}" for beginning in beginnings)
    return case, consent, key


def urgent(on: dt.date, number: int, address: dict[str, Json] = DWELLING_ADDRESS) -> Dossier:
    """Return a hand-over to AVIM about two people, with much that may not go along: reduced, at once."""
    facts = _claims(on, number, indicator_recorded="yes")
    victim: dict[str, Json] = {
        "alias": birds.ALIAS.value,
        "birth_date": birds.BIRTH.value,
        "phone": birds.PHONE.value,
        "safe_contact": birds.SAFE_PHONE.value,
        "language": "ro",
        "dwelling_address": address,
        "location_time": birds.LOCATION.value,
        "indicators": ["UIT-01", "UIT-04"],
        "indicator_narrative": birds.NARRATIVE.value,
        "advert_url": birds.ADVERT.value,
        "vehicle": birds.PLATE.value,
        "safety_warning": birds.SAFETY.value,
        "finding_date": on.isoformat(),
        "free_text": birds.FREE_TEXT.value,
        **_case(number),
        **NEVER,
    }
    suspect: dict[str, Json] = {
        "name": birds.NAME.value,
        "birth_date": birds.BIRTH.value,
        "phone": birds.PHONE.value,
        "vehicle": birds.PLATE.value,
        "suspect_description": birds.SUSPECT.value,
        "kvk_number": birds.KVK.value,
        "business_address": BUSINESS_ADDRESS,
        "home_address": HOME_ADDRESS,
        **NEVER,
    }
    people = (_subject("s1", "possible_victim", facts, victim), _subject("s2", "suspect", facts, suspect))
    body = _request(number, "avim", "exploitation_signal", "protect_victim", *people)
    return Dossier(body, VICTIM_READS | SUSPECT_READS)


def help_wanted(on: dt.date, number: int) -> Dossier:
    """Return a request for help with consent, with a name and an address that are not needed: reduced."""
    data: dict[str, Json] = {
        "alias": birds.ALIAS.value,
        "safe_contact": birds.SAFE_PHONE.value,
        "language": "bg",
        "name": birds.NAME.value,
        "home_address": HOME_ADDRESS,
        "phone": birds.PHONE.value,
        **_case(number),
        **NEVER,
    }
    claims = _claims(on, number, subject_minor="no", consent_explicit="yes")
    body = _request(number, "belle", "care_consent", "offer_help", _subject("s1", "sex_worker", claims, data))
    return Dossier(body, HELP_READS)


def landlord(on: dt.date, number: int, recipient: str = "dudok-wonen", **changed: str) -> Dossier:
    """Return a request to a landlord about a facilitator: held for a second person."""
    facts = {"illegality_established": "yes", "subject_is_sex_worker": "no", "subject_minor": "no", **changed}
    data: dict[str, Json] = {
        "dwelling_address": DWELLING_ADDRESS,
        "finding_code": "GEB-1",
        "finding_date": on.isoformat(),
        "name": birds.NAME.value,
        "advert_url": birds.ADVERT.value,
        **_case(number),
        **NEVER,
    }
    subject = _subject("s1", "facilitator", _claims(on, number, **facts), data)
    body = _request(number, recipient, "illegal_sex_work", "prevent_recurrence", subject)
    return Dossier(body, LANDLORD_READS, KEPT_OF_ALL | names(birds.NAME))


def tenant(on: dt.date, number: int) -> Dossier:
    """Return a request about a tenant who is the sex worker: the FG advises, a manager decides."""
    facts = _claims(
        on, number, illegality_established="yes", contract_party="yes", subject_heard="yes", subject_minor="no"
    )
    data: dict[str, Json] = {
        "dwelling_address": DWELLING_ADDRESS,
        "finding_code": "GEB-0",
        "alias": birds.ALIAS.value,
        **_case(number),
        **NEVER,
    }
    subject = _subject("s1", "sex_worker", facts, data)
    body = _request(number, "dudok-wonen", "illegal_sex_work", "prevent_recurrence", subject)
    return Dossier(body, LANDLORD_READS, KEPT_OF_ALL)


def enforcement(on: dt.date, number: int) -> Dossier:
    """Return a request to the municipality's own lawyers, with nearly everything that they may read."""
    facts = _claims(on, number, illegality_established="yes", subject_is_sex_worker="no", subject_minor="no")
    data: dict[str, Json] = {
        "name": birds.NAME.value,
        "birth_date": birds.BIRTH.value,
        "home_address": HOME_ADDRESS,
        "business_address": BUSINESS_ADDRESS,
        "report_ref": birds.REPORT_REF.value,
        "kvk_number": birds.KVK.value,
        "permit_ref": birds.PERMIT.value,
        "nuisance_summary": birds.NUISANCE.value,
        **_case(number),
        **NEVER,
    }
    subject = _subject("s1", "operator", facts, data)
    return Dossier(_request(number, "juridische-handhaving", "enforcement", "impose_measure", subject), LEGAL_READS)
