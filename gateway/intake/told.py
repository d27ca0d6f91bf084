"""The form of a call that is entered afterwards, checked against the policy's vocabulary: names of fields, no values.

Faults are by path with fixed messages, never with what was sent.
"""

import datetime as dt
import re
from collections.abc import Mapping

from gateway.errors import InvalidRequestError
from gateway.intake.schema import EVIDENCE
from gateway.intake.values import day
from gateway.model.bundle import Vocabulary
from gateway.model.calendar import local_day
from gateway.model.oral import Told, ToldSubject, Via
from gateway.model.request import FactClaim
from gateway.model.terms import Json, Provenance, Truth, half_character

MOST = 5
"""Subjects of one call at most."""
OLDEST = dt.timedelta(days=366)
"""A call of longer ago is not entered here: the privacy officer is asked first what is to be done."""
UNKNOWN = "unknown"
_CASE_REF = re.compile(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{1,8}")
_PARTNER = re.compile(r"[a-z0-9-]{1,64}")
_KEY = re.compile(r"[A-Za-z0-9._-]{16,128}")
_DOCUMENT = re.compile(EVIDENCE)
_WORD = "is not a word of the policy's vocabulary"


def read_told(value: Json, vocabulary: Vocabulary, *, now: dt.datetime) -> Told:
    """Return the call that a JSON value holds.

    :raises InvalidRequestError: with the path of every fault and a fixed message for each.
    """
    reader = _Reader(vocabulary, now)
    told = reader.call(value if isinstance(value, dict) else {})
    if told is None or reader.faults:
        raise InvalidRequestError(
            "the call does not have the agreed form", hint="correct what is named", fields=reader.faults
        )
    return told


class _Reader:
    def __init__(self, words: Vocabulary, now: dt.datetime) -> None:
        self.words = words
        self.now = now
        self.faults: dict[str, str] = {}

    def text(self, told: Mapping[str, Json], name: str, form: re.Pattern[str], path: str = "") -> str:
        value = told.get(name)
        if isinstance(value, str) and not half_character(value) and form.fullmatch(value):
            return value
        self.faults[path or name] = "does not have the agreed form"
        return ""

    def term(self, value: Json, known: Mapping[str, object], path: str) -> str:
        if isinstance(value, str) and value in known:
            return value
        self.faults[path] = _WORD
        return ""

    def call(self, told: Mapping[str, Json]) -> Told | None:
        ground = self.term(told.get("ground"), self.words.grounds, "ground")
        at = self.moment(told.get("told_at"))
        via = {one.value: one for one in Via}.get(str(told.get("via")))
        if via is None:
            self.faults["via"] = "is not 112 or phone"
        given = told.get("subjects")
        listed = given if isinstance(given, list) and 0 < len(given) <= MOST else []
        if not listed:
            self.faults["subjects"] = f"does not name 1 to {MOST} subjects"
        subjects = tuple(self.subject(one, number) for number, one in enumerate(listed, start=1))
        case_ref = self.text(told, "case_ref", _CASE_REF)
        recipient, key = self.text(told, "recipient", _PARTNER), self.text(told, "idempotency_key", _KEY)
        if via is None or at is None or not ground:
            return None
        return Told(case_ref, recipient, via, at, ground, self.words.grounds[ground].purposes[0], subjects, key)

    def moment(self, value: Json) -> dt.datetime | None:
        at: dt.datetime | None = None
        if isinstance(value, str):
            try:
                at = dt.datetime.fromisoformat(value)
            except ValueError:
                at = None
        if at is None or at.tzinfo is None or not self.now - OLDEST <= at <= self.now + dt.timedelta(minutes=1):
            self.faults["told_at"] = "is not a moment of the past year"
            return None
        return at.astimezone(dt.UTC)

    def subject(self, value: Json, number: int) -> ToldSubject:
        told, ref = value if isinstance(value, dict) else {}, f"s{number}"
        path = f"subjects.{ref}"
        role = self.term(told.get("role"), self.words.roles, f"{path}.role")
        named = told.get("fields")
        fields = tuple(dict.fromkeys(str(one) for one in named)) if isinstance(named, list) else ()
        if not fields or any(one not in self.words.fields for one in fields):
            self.faults[f"{path}.fields"] = "does not name what was told, in words of the policy's vocabulary"
        source = told.get("provenance")
        if source not in {*Provenance, UNKNOWN}:
            self.faults[f"{path}.provenance"] = "is not own, police, medical or unknown"
        origin = Provenance(source) if source in set(Provenance) else None
        claims = told.get("facts")
        facts = {
            name: self.claim(name, claim, f"{path}.facts.{name}")
            for name, claim in (claims if isinstance(claims, dict) else {}).items()
            if self.is_evidenced(name, path)
        }
        return ToldSubject(ref, role, facts, fields, origin)

    def is_evidenced(self, name: str, path: str) -> bool:
        known = self.words.facts.get(name)
        if known is None or known.computed:
            self.faults[f"{path}.facts"] = "names a fact that a person does not evidence"
            return False
        return True

    def claim(self, name: str, value: Json, path: str) -> FactClaim:
        told = value if isinstance(value, dict) else {}
        truth = {one.value: one for one in Truth}.get(str(told.get("value")))
        if truth is None:
            self.faults[path] = "is not yes, no or unknown"
            return FactClaim(Truth.UNKNOWN)
        if truth is Truth.UNKNOWN:
            return FactClaim(truth)
        evidence = self.text(told, "evidence", _DOCUMENT, f"{path}.evidence")
        try:
            on = day(str(told.get("date")), latest=local_day(self.now))
        except InvalidRequestError as error:
            self.faults[f"{path}.date"] = error.message
            return FactClaim(Truth.UNKNOWN)
        # Only the reference is kept, as of any request: the free words before it could be anybody's name.
        return FactClaim(truth, evidence.rpartition(" ")[2], on)
