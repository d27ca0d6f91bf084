"""Which values of a request identify someone, so that they may not stand in its free text."""

import datetime as dt
import re
from collections.abc import Iterator

from gateway.model.bundle import FieldDefinition, FieldType, Scope, Vocabulary
from gateway.model.request import DisclosureRequest
from gateway.model.terms import Json

_PART = 3  # letters; shorter parts of a name are too often plain words
_PARTICLE_WORDS = "van von den der het ten ter dos das del des bin ibn abu the und"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_MONTH_WORDS = "januari februari maart april mei juni juli augustus september oktober november december"
_MONTHS = _MONTH_WORDS.split()


def identifiers_of(request: DisclosureRequest, vocabulary: Vocabulary) -> frozenset[str]:
    """Return every identifier in the structured data of all subjects, and the case reference.

    Closed words (codes, country, language), counts and dates of the case itself identify nobody and are left out.
    """
    found = {request.case_ref}
    for subject in request.subjects:
        for name, value in subject.data.items():
            found.update(_identifiers(vocabulary.fields[name], value))
    return frozenset(found)


def _identifiers(field: FieldDefinition, value: Json) -> Iterator[str]:
    match field.type:
        case FieldType.NAME:
            yield from _names(str(value))
        case FieldType.DATE:
            if field.scope is Scope.SUBJECT:
                yield from _dates(dt.date.fromisoformat(str(value)))
        case FieldType.ADDRESS:
            if isinstance(value, dict):
                yield from (str(value[part]) for part in ("postcode", "bag_id") if part in value)
        case FieldType.BSN | FieldType.PHONE | FieldType.EMAIL | FieldType.URL | FieldType.PLATE:
            yield str(value)
        case FieldType.KVK | FieldType.REFERENCE | FieldType.OPAQUE:
            yield str(value)
        case FieldType.TEXT | FieldType.NARRATIVE | FieldType.COUNT:
            return
        case FieldType.CODE | FieldType.CODES | FieldType.COUNTRY | FieldType.LANGUAGE:
            return


def _names(name: str) -> Iterator[str]:
    yield name
    for part in re.split(r"[\s.'-]+", name):
        if len(part) >= _PART and part.casefold() not in _PARTICLES:
            yield part


def _dates(day: dt.date) -> Iterator[str]:
    for date, month in ((f"{day.day:02}", f"{day.month:02}"), (str(day.day), str(day.month))):
        yield f"{date}-{month}-{day.year}"
        yield f"{day.year}-{month}-{date}"
    yield f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
