"""Writes a request that was read as JSON, to keep while it waits for approval, and reads exactly that back.

No nulls: what is absent is left out, so that the result has a canonical form (RFC 8785, gateway.crypto.canonical).
"""

import datetime as dt

from gateway.errors import InvalidRequestError
from gateway.model.request import DisclosureRequest, FactClaim, Subject
from gateway.model.terms import Json, Provenance, Truth


def to_json(request: DisclosureRequest) -> dict[str, Json]:
    """Return the request in the form of the contract; `provenance` is always an object of field and word."""
    return {
        "case_ref": request.case_ref,
        "recipient": request.recipient,
        "ground": request.ground,
        "purpose": request.purpose,
        "subjects": [_subject_json(subject) for subject in request.subjects],
        "idempotency_key": request.idempotency_key,
    }


def _subject_json(subject: Subject) -> dict[str, Json]:
    return {
        "ref": subject.ref,
        "role": subject.role,
        "facts": {name: _claim_json(claim) for name, claim in subject.facts.items()},
        "data": dict(subject.data),
        "provenance": {name: origin.value for name, origin in subject.provenance.items()},
    }


def _claim_json(claim: FactClaim) -> dict[str, Json]:
    told: dict[str, Json] = {"value": claim.value.value}
    if claim.evidence:
        told["evidence"] = claim.evidence
    if claim.date is not None:
        told["date"] = claim.date.isoformat()
    return told


def from_json(value: Json) -> DisclosureRequest:
    """Return the request that `to_json` wrote; raise InvalidRequestError for any other form, without a value."""
    request: DisclosureRequest | None = None
    try:
        request = _request(value)
    except (KeyError, ValueError, TypeError):
        request = None  # raised below, outside the handler: its context could hold a value
    if request is None or to_json(request) != value:
        raise InvalidRequestError("this is not a stored request", hint="it was altered or kept by another version")
    return request


def _request(value: Json) -> DisclosureRequest:
    told = _object(value)
    subjects = told["subjects"]
    if not isinstance(subjects, list):
        raise TypeError
    return DisclosureRequest(
        _text(told["case_ref"]),
        _text(told["recipient"]),
        _text(told["ground"]),
        _text(told["purpose"]),
        tuple(_subject(subject) for subject in subjects),
        _text(told["idempotency_key"]),
    )


def _subject(value: Json) -> Subject:
    told = _object(value)
    return Subject(
        _text(told["ref"]),
        _text(told["role"]),
        {name: _claim(claim) for name, claim in _object(told["facts"]).items()},
        _object(told["data"]),
        {name: Provenance(_text(word)) for name, word in _object(told["provenance"]).items()},
    )


def _claim(value: Json) -> FactClaim:
    told = _object(value)
    date = dt.date.fromisoformat(_text(told["date"])) if "date" in told else None
    return FactClaim(Truth(_text(told["value"])), _text(told.get("evidence", "")), date)


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
