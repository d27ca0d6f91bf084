"""A small vocabulary made by hand, and a request that follows it; the people and numbers are invented."""

import copy
import datetime as dt
from collections.abc import Callable

import pytest

from gateway.errors import InvalidRequestError
from gateway.model.bundle import Category, FactDefinition, FieldDefinition, FieldType, Ground, Scope, Vocabulary
from gateway.model.terms import Json, Text

TODAY = dt.date(2026, 11, 24)
CANARY = "KANARIE-9e7f Zz"

FIELD_TYPES = {
    "name": FieldType.NAME,
    "birth_date": FieldType.DATE,
    "bsn": FieldType.BSN,
    "nationality": FieldType.COUNTRY,
    "language": FieldType.LANGUAGE,
    "phone": FieldType.PHONE,
    "email": FieldType.EMAIL,
    "advert_url": FieldType.URL,
    "dwelling_address": FieldType.ADDRESS,
    "vehicle": FieldType.PLATE,
    "kvk_number": FieldType.KVK,
    "report_ref": FieldType.REFERENCE,
    "finding_code": FieldType.CODE,
    "indicators": FieldType.CODES,
    "location_time": FieldType.TEXT,
    "indicator_narrative": FieldType.NARRATIVE,
    "aggregate_count": FieldType.COUNT,
    "photo": FieldType.OPAQUE,
    "finding_date": FieldType.DATE,
}


def text(word: str) -> Text:
    """Return a label that is the same in both languages."""
    return Text(word, word)


def field(name: str) -> FieldDefinition:
    """Return the definition of a field of the small vocabulary."""
    case = name.startswith("finding")
    group = "finding" if case else "identity"
    scope = Scope.CASE if case else Scope.SUBJECT
    return FieldDefinition(name, group, FIELD_TYPES[name], scope, Category.ORDINARY, text(name), text(name))


def small_vocabulary() -> Vocabulary:
    """Return the small vocabulary."""
    return Vocabulary(
        recipients={"avim": text("AVIM")},
        internal=frozenset(),
        grounds={"illegal_sex_work": Ground("illegal_sex_work", text("ground"), ("prevent_recurrence",), urgent=False)},
        purposes={"prevent_recurrence": text("purpose")},
        roles={"facilitator": text("role"), "none": text("none")},
        facts={
            "contract_party": FactDefinition(
                "contract_party", False, Category.ORDINARY, text("fact"), text("contract")
            ),
            "subject_minor": FactDefinition("subject_minor", False, Category.ORDINARY, text("fact"), text("document")),
            "avim_hold": FactDefinition("avim_hold", True, Category.ORDINARY, text("fact"), None),
        },
        fields={name: field(name) for name in FIELD_TYPES},
        codes={
            "finding_code": {"GEB-1": text("use")},
            "indicators": {"isolation": text("isolation"), "debt": text("debt")},
        },
        legal={},
    )


@pytest.fixture
def vocabulary() -> Vocabulary:
    """Return the small vocabulary."""
    return small_vocabulary()


def refusal(call: Callable[[], object]) -> InvalidRequestError | None:
    """Return the refusal of a call, if any; every other exception goes on."""
    try:
        call()
    except InvalidRequestError as error:
        return error
    return None


VALID: dict[str, Json] = {
    "case_ref": "Z-2026-0417",
    "recipient": "dudok-wonen",
    "ground": "illegal_sex_work",
    "purpose": "prevent_recurrence",
    "subjects": [
        {
            "ref": "s1",
            "role": "facilitator",
            "facts": {
                "contract_party": {"value": "yes", "evidence": "report RVB-2026-112", "date": "2026-11-20"},
                "subject_minor": {"value": "unknown"},
            },
            "data": {
                "name": "Vera Verzonnen",
                "dwelling_address": {"postcode": "1299 za", "number": 12, "addition": "bis"},
                "finding_code": "GEB-1",
                "indicator_narrative": "De deur stond open.",
            },
            "provenance": "own",
        }
    ],
    "idempotency_key": "0123456789abcdef",
}


@pytest.fixture
def told() -> dict[str, Json]:
    """Return a valid request, to change at will."""
    return copy.deepcopy(VALID)


def subject_of(told: dict[str, Json], index: int = 0) -> dict[str, Json]:
    """Return one subject of a request, to change in place."""
    subjects = told["subjects"]
    assert isinstance(subjects, list)
    subject = subjects[index]
    assert isinstance(subject, dict)
    return subject


def part_of(subject: dict[str, Json], name: str) -> dict[str, Json]:
    """Return the facts or data of a subject, to change in place."""
    part = subject[name]
    assert isinstance(part, dict)
    return part
