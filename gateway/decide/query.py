"""Reads a decision query from outside (CONTRACT, "A decision query and its answer"); strict, and repeats no value."""

import datetime as dt
import difflib
import re
from collections.abc import Collection, Mapping

from gateway.errors import InvalidRequestError, UnknownTermError
from gateway.model.bundle import Vocabulary
from gateway.model.decision import Query
from gateway.model.terms import Json, Truth

KEYS = ("recipient", "ground", "subject_role", "facts", "fields", "date")
REQUIRED = ("recipient", "ground", "subject_role", "fields")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EXAMPLE = "see the query under `A decision query and its answer` in the contract"


def parse_query(value: Json, vocabulary: Vocabulary, *, today: dt.date) -> Query:
    """Return the query; `facts` left out means that nothing is known, `date` left out means `today`.

    :raises InvalidRequestError: the form is wrong (keys, types, empty or double fields, truth, date).
    :raises UnknownTermError: a name is not in the vocabulary.
    """
    if not isinstance(value, dict):
        raise _wrong("query", "is not an object", EXAMPLE)
    if not value.keys() <= set(KEYS):
        # The unknown key itself is not repeated: someone may have put a name there.
        raise _wrong("query", "has a key that is not known", f"use only: {', '.join(KEYS)}")
    missing = [key for key in REQUIRED if key not in value]
    if missing:
        raise _wrong(missing[0], "is missing", EXAMPLE)
    return Query(
        recipient=_term(value["recipient"], vocabulary.recipients.keys(), "recipient"),
        ground=_term(value["ground"], vocabulary.grounds.keys(), "ground"),
        role=_term(value["subject_role"], vocabulary.roles.keys(), "subject_role"),
        facts=_facts(value.get("facts", {}), vocabulary),
        fields=_fields(value["fields"], vocabulary),
        date=_date(value["date"]) if "date" in value else today,
    )


def _facts(value: Json, vocabulary: Vocabulary) -> Mapping[str, Truth]:
    if not isinstance(value, dict):
        raise _wrong("facts", "is not an object", 'write facts as {owned_by_recipient: "yes"}')
    facts = {}
    for place, (name, truth) in enumerate(value.items(), start=1):
        known = _term(name, vocabulary.facts.keys(), f"facts, entry {place}")
        if not isinstance(truth, str) or truth not in set(Truth):
            raise _wrong(f"facts.{known}", "is not yes, no or unknown", 'write it in quotes: "yes", "no" or "unknown"')
        facts[known] = Truth(truth)
    return facts


def _fields(value: Json, vocabulary: Vocabulary) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong("fields", "is not a list with at least one field", "name the fields that are asked for")
    names = tuple(
        _term(name, vocabulary.fields.keys(), f"fields, entry {place}") for place, name in enumerate(value, start=1)
    )
    if len(set(names)) != len(names):
        raise _wrong("fields", "names a field twice", "name each field once")
    return names


def _date(value: Json) -> dt.date:
    hint = "write a calendar date as 2026-11-24"
    if not isinstance(value, str) or DAY.fullmatch(value) is None:
        raise _wrong("date", "is not a date", hint)
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise _wrong("date", "is not a date that exists", hint) from None


def _term(value: Json, known: Collection[str], path: str) -> str:
    if not isinstance(value, str):
        raise _wrong(path, "is not a word", "use a word of the policy's vocabulary")
    if value not in known:
        close = difflib.get_close_matches(value, known, n=1)
        meant = f"did you mean `{close[0]}`? " if close else ""
        raise UnknownTermError(f"`{path}` is not in the vocabulary", hint=f"{meant}known words: {', '.join(known)}")
    return value


def _wrong(path: str, problem: str, hint: str) -> InvalidRequestError:
    return InvalidRequestError(f"`{path}` {problem}", hint=hint, fields={path: problem})
