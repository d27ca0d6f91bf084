"""The demo's requests: invented people at addresses that do not exist, one request per way a disclosure can go."""

import datetime as dt

from gateway.model.terms import Json

ADDRESS: dict[str, Json] = {"postcode": "1299ZA", "number": 12, "addition": "bis", "bag_id": "0402019900000012"}
OWN_HOUSE: dict[str, Json] = {"postcode": "1299ZC", "number": 7, "bag_id": "0402019900000007"}  # of a private landlord


def _claims(date: dt.date, **facts: str) -> dict[str, Json]:
    day = date.isoformat()
    return {
        name: {"value": value, "evidence": f"report RVB-{date.year}-9001", "date": day} for name, value in facts.items()
    }


def _request(date: dt.date, number: int, recipient: str, ground: str, purpose: str, *subjects: Json) -> dict[str, Json]:
    return {
        "case_ref": f"Z-{date.year}-{number}",
        "recipient": recipient,
        "ground": ground,
        "purpose": purpose,
        "subjects": list(subjects),
        "idempotency_key": f"demo-{date.isoformat()}-{number}-{recipient}",
    }


def _subject(ref: str, role: str, facts: dict[str, Json], data: dict[str, Json]) -> Json:
    return {"ref": ref, "role": role, "facts": facts, "data": data, "provenance": "own"}


def landlord(date: dt.date, number: int, recipient: str = "dudok-wonen", **changed: str) -> dict[str, Json]:
    """Return a request about a facilitator to a landlord: an address and neutral codes, after a second person."""
    facts = {"illegality_established": "yes", "subject_is_sex_worker": "no", "subject_minor": "no", **changed}
    data: dict[str, Json] = {
        "dwelling_address": ADDRESS,
        "finding_code": "GEB-1",
        "finding_date": date.isoformat(),
        "case_ref": f"Z-{date.year}-{number}",
    }
    subject = _subject("s1", "facilitator", _claims(date, **facts), data)
    return _request(date, number, recipient, "illegal_sex_work", "prevent_recurrence", subject)


def landlord_by_letter(date: dt.date, number: int) -> dict[str, Json]:
    """Return the same request about the dwelling of a private landlord, who gets a letter with a link."""
    request = landlord(date, number, recipient="verhuurder-1")
    subjects = request["subjects"]
    if isinstance(subjects, list) and isinstance(subjects[0], dict) and isinstance(subjects[0]["data"], dict):
        subjects[0]["data"]["dwelling_address"] = dict(OWN_HOUSE)
    return request


def landlord_too_much(date: dt.date, number: int) -> dict[str, Json]:
    """Return the same request, which also asks for work names: those are withheld."""
    request = landlord(date, number)
    subjects = request["subjects"]
    if isinstance(subjects, list) and isinstance(subjects[0], dict) and isinstance(subjects[0]["data"], dict):
        subjects[0]["data"]["work_name"] = "Werknaam Verzonnen"
    return request


def help_with_consent(date: dt.date, number: int, purpose: str) -> dict[str, Json]:
    """Return a request to a care organisation, with consent: released at once."""
    claims = _claims(date, subject_minor="no")
    claims["consent_explicit"] = {
        "value": "yes",
        "evidence": f"consent CNS-{date.year}-{number}",
        "date": date.isoformat(),
    }
    data: dict[str, Json] = {"alias": "Demo Alias", "language": "bg", "safe_contact": "+31612345678"}
    return _request(date, number, "belle", "care_consent", purpose, _subject("s1", "sex_worker", claims, data))


def help_and_name(date: dt.date, number: int, purpose: str) -> dict[str, Json]:
    """Return the same with a name and an address that are not needed: reduced."""
    request = help_with_consent(date, number, purpose)
    subjects = request["subjects"]
    if isinstance(subjects, list) and isinstance(subjects[0], dict) and isinstance(subjects[0]["data"], dict):
        subjects[0]["data"] |= {"name": "Vera Verzonnen", "home_address": {"postcode": "1299ZD", "number": 5}}
    return request


def landlord_about_tenant(date: dt.date, number: int) -> dict[str, Json]:
    """Return a request about a tenant who is the sex worker: FG's advice first, then a mandated manager."""
    facts = {
        "illegality_established": "yes",
        "contract_party": "yes",
        "subject_heard": "yes",
        "subject_minor": "no",
    }
    data: dict[str, Json] = {"dwelling_address": ADDRESS, "finding_code": "GEB-0"}
    return _request(
        date,
        number,
        "dudok-wonen",
        "illegal_sex_work",
        "prevent_recurrence",
        _subject("s1", "sex_worker", _claims(date, **facts), data),
    )


def urgent(date: dt.date, number: int, purpose: str, address: dict[str, Json] | None = None) -> dict[str, Json]:
    """Return a hand-over to AVIM about two people at one address: released now, reviewed within a day."""
    facts = _claims(date, indicator_recorded="yes")
    place = address or {"postcode": "1299ZE", "number": 9}
    victim: dict[str, Json] = {
        "alias": "Demo Mogelijk",
        "language": "ro",
        "dwelling_address": place,
        "finding_date": date.isoformat(),
    }
    suspect: dict[str, Json] = {"name": "Dirk Verzonnen", "dwelling_address": place}
    return _request(
        date,
        number,
        "avim",
        "exploitation_signal",
        purpose,
        _subject("s1", "possible_victim", facts, victim),
        _subject("s2", "suspect", facts, suspect),
    )
