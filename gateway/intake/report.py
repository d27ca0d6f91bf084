"""Reads a report of findings that somebody pastes: numbers, dates and codes of the policy. Nothing else has a place.

Two spellings of one closed form. JSON, as a program exports it (`Incident.to_json`); or lines of `word: value`, as a
person types them, where each `subject` begins somebody of whom the lines after it tell. A name or a sentence is no
value of any word, so it is refused, and what was pasted is never repeated.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping

from gateway.errors import InvalidRequestError
from gateway.intake.schema import SUBJECTS
from gateway.intake.strict_json import parse_json
from gateway.intake.values import address, day
from gateway.model.bundle import FieldType, Scope, Vocabulary
from gateway.model.incident import Incident, IncidentSubject
from gateway.model.terms import Json, members

LARGEST = 8192  # bytes
MOST_LINES = 200
MOST_CODES = 20  # of one field
CODED = {FieldType.CODE, FieldType.CODES}
# Letters once, then only digits: no surname fits. With a digit that identifies, the form itself screens it again.
_NUMBER = re.compile(r"[A-Z]{1,5}(?:[-./][0-9]{1,6}){1,3}")
_CASE = re.compile(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{1,8}")
_ADDRESS = re.compile(r"([1-9][0-9]{3} ?[A-Za-z]{2}),? +([0-9]{1,5})(?:[ -]?([A-Za-z0-9]{1,4}))?")
_ADDITION = re.compile(r"[A-Za-z0-9]{1,4}")
ALIASES = {
    "rapport": "report",
    "datum": "date",
    "zaak": "case_ref",
    "adres": "address",
    "betrokkene": "subject",
    "feiten": "facts",
}
ONCE = ("report", "date", "case_ref", "address")
UNKNOWN, TWICE, MISSING, FORM, CODE, ROLE, FACT, PLACE, MANY = (
    "unknown word",
    "stands twice",
    "is missing",
    "has another form",
    "is no code of this list",
    "is no role of the policy",
    "is no fact that a report proves",
    "does not belong here",
    "is too much",
)
"""What can be wrong: the messages of `InvalidRequestError.fields`, by the line or member that is wrong."""
_HINT = "paste only the number, date, codes and roles of one report"
Faults = dict[str, str]


def read_report(text: str, words: Vocabulary, *, today: dt.date) -> Incident:
    """Return the incident that a pasted report tells of.

    :raises InvalidRequestError: it is not of the closed form; `fields` says where and why, and repeats nothing.
    """
    if len(text.encode(errors="replace")) > LARGEST:
        raise InvalidRequestError("the report is too large", hint=_HINT, fields={"report": MANY})
    faults: Faults = {}
    stripped = text.strip()
    value = parse_json(stripped.encode(), limit=LARGEST) if stripped.startswith("{") else _lines(text, words, faults)
    if not faults:
        found = _incident(value, words, faults, today)
    if faults:
        raise InvalidRequestError("this is no report of the agreed form", hint=_HINT, fields=faults)
    return found


def _lines(text: str, words: Vocabulary, faults: Faults) -> Json:
    """Return lines of `word: value` as the JSON form; each fault is kept by the number of its line."""
    told: dict[str, Json] = {}
    codes: dict[str, Json] = {}
    subjects: list[Json] = []
    own: dict[str, Json] | None = None
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        faults["report"] = MANY
        return {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        word, colon, rest = line.partition(":")
        name, value, place = word.strip().lower(), rest.strip(), f"line.{number}"
        name = ALIASES.get(name, name)
        if not colon or name not in {*ONCE, "subject", "facts", *_coded(words)}:
            faults[place] = UNKNOWN
        elif name == "subject":
            own = {"role": value, "codes": {}, "facts": []}
            subjects.append(own)
        elif name in ONCE:
            if name in told or own is not None:
                faults[place] = TWICE if name in told else PLACE
            told[name] = _typed_address(value) if name == "address" else value
        else:
            _collect(name, value, place, codes, own, faults)
    return {**told, "codes": codes, "subjects": subjects}


def _collect(
    name: str, value: str, place: str, codes: dict[str, Json], own: dict[str, Json] | None, faults: Faults
) -> None:
    some: list[Json] = [part.strip() for part in value.split(",")]
    if name == "facts":
        if own is None:
            faults[place] = PLACE
        elif own["facts"]:
            faults[place] = TWICE
        else:
            own["facts"] = some
        return
    target = codes if own is None else members(own["codes"])
    if name in target:
        faults[place] = TWICE
    target[name] = some


def _typed_address(value: str) -> Json:
    found = _ADDRESS.fullmatch(value)
    if found is None:
        return {}
    told: dict[str, Json] = {"postcode": found[1].replace(" ", "").upper(), "number": int(found[2])}
    return told | {"addition": found[3]} if found[3] else told


def _coded(words: Vocabulary) -> list[str]:
    return [name for name, field in words.fields.items() if field.type in CODED]


def _incident(value: Json, words: Vocabulary, faults: Faults, today: dt.date) -> Incident:
    told = value if isinstance(value, dict) else {}
    for name in told:
        if name not in {*ONCE, "codes", "subjects"}:
            faults["report"] = UNKNOWN
    people = told.get("subjects", [])
    if not isinstance(people, list) or not people:
        faults["subjects"] = MISSING
        people = []
    if len(people) > SUBJECTS:
        faults["subjects"] = MANY
        people = []
    return Incident(
        report=_required(told, "report", faults, lambda text: bool(_NUMBER.fullmatch(text))),
        date=_required(told, "date", faults, lambda text: _is_day(text, today)),
        case_ref=_required(told, "case_ref", faults, lambda text: bool(_CASE.fullmatch(text)), optional=True),
        address=_address(told["address"], faults) if "address" in told else {},
        codes=_codes(told.get("codes", {}), words, Scope.CASE, "codes", faults),
        subjects=tuple(_subject(one, f"subjects.{place}", words, faults) for place, one in enumerate(people)),
    )


def _required(
    told: Mapping[str, Json], name: str, faults: Faults, fits: Callable[[str], bool], *, optional: bool = False
) -> str:
    value = told.get(name)
    if value is None and optional:
        return ""
    if value is None:
        faults[name] = MISSING
    elif not isinstance(value, str) or not fits(value):
        faults[name] = FORM
    else:
        return value
    return ""


def _is_day(text: str, today: dt.date) -> bool:
    try:
        day(text, latest=today)
    except InvalidRequestError:
        return False
    return True


def _address(value: Json, faults: Faults) -> Mapping[str, Json]:
    try:
        found = address(value)
    except InvalidRequestError:
        found = {}
    if not found or not _ADDITION.fullmatch(str(found.get("addition", "x"))):
        faults["address"] = FORM
        return {}
    return found


def _subject(value: Json, place: str, words: Vocabulary, faults: Faults) -> IncidentSubject:
    told = value if isinstance(value, dict) else {}
    if not {"role"} <= told.keys() <= {"role", "codes", "facts"}:
        faults[place] = UNKNOWN
        return IncidentSubject("")
    role, facts = told["role"], told.get("facts", [])
    if not isinstance(role, str) or role not in words.roles:
        faults[f"{place}.role"] = ROLE
    proven = {name for name, fact in words.facts.items() if not fact.computed}
    named = [fact for fact in facts if isinstance(fact, str) and fact in proven] if isinstance(facts, list) else []
    if not isinstance(facts, list) or len(named) != len(facts) or len(set(named)) != len(named):
        faults[f"{place}.facts"] = FACT
    return IncidentSubject(
        str(role), _codes(told.get("codes", {}), words, Scope.SUBJECT, f"{place}.codes", faults), tuple(named)
    )


def _codes(value: Json, words: Vocabulary, scope: Scope, place: str, faults: Faults) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        faults[place] = FORM
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for name, some in value.items():
        field = words.fields.get(name)
        if field is None or field.type not in CODED:
            faults[place] = UNKNOWN
            continue
        listed = [code for code in some if isinstance(code, str)] if isinstance(some, list) else []
        known = words.codes.get(name, {})
        if field.scope is not scope:
            faults[f"{place}.{name}"] = PLACE
        elif not isinstance(some, list) or not listed or len(listed) != len(some) or not set(listed) <= set(known):
            faults[f"{place}.{name}"] = CODE
        elif len(set(listed)) != len(listed) or len(listed) > (MOST_CODES if field.type is FieldType.CODES else 1):
            faults[f"{place}.{name}"] = MANY
        else:
            found[name] = tuple(listed)
    return found
