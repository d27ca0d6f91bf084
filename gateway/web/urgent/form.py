"""The three answers of an urgent hand-over: from posted inputs to the contract's JSON, and back with what is wrong."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from gateway.model.bundle import Vocabulary
from gateway.model.terms import Json
from gateway.model.urgent import Way
from gateway.web import messages
from gateway.web.request.draft import address_of, date_of
from gateway.web.urgent.words import MISSING

Typed = MultiDict[str, str]
PLACE = ("dwelling_address", "location_time", "name", "safe_contact", "phone")
"""Where it is and how somebody is reached: what the second question may ask, in this order."""
WARNING = "safety_warning"
SIGNS = "indicators"
OFFICER = "contact_officer"
SIGNAL = "indicator_recorded"
CASE_REF = re.compile(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{1,8}")
KEY = "idempotency_key"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed so far. Nothing of it is kept anywhere but in the page itself until it is sent."""

    way: Way
    typed: Typed = field(repr=False)

    @property
    def role(self) -> str:
        """Return the chosen role, or an empty string."""
        chosen = self.typed.get("role", "")
        return chosen if chosen in self.way.roles else ""

    @property
    def key(self) -> str:
        """Return the idempotency key of this form, or a new one: a double tap sends once."""
        return self.typed.get(KEY) or secrets.token_urlsafe(16)

    def first_faults(self) -> dict[str, str]:
        """Return what the first question still lacks."""
        found = {} if self.role else {"role": MISSING["role"]}
        if self.way.fact == SIGNAL and not self.typed.getlist(SIGNS):
            found[SIGNS] = MISSING[SIGNS]
        return found

    def faults(self, asked: tuple[str, ...]) -> dict[str, str]:
        """Return what the second and third question still lack, by input."""
        found: dict[str, str] = {}
        if not any(self._value(name) is not None for name in asked if name in PLACE):
            found[next((name for name in asked if name in PLACE), "evidence")] = MISSING["place"]
        if not self._reference("evidence"):
            found["evidence"] = MISSING["evidence"]
        elif not CASE_REF.fullmatch(self._case()):
            found["case_ref"] = MISSING["case_ref"]
        return found

    def hidden(self) -> list[tuple[str, str]]:
        """Return everything typed, to go along in the page to the next step."""
        told = [(name, value) for name, value in self.typed.items(multi=True) if name not in {"csrf_token", KEY}]
        return [*told, (KEY, self.key)]

    def body(self, asked: tuple[str, ...], *, officer: str) -> bytes:
        """Return the JSON of CONTRACT, "A disclosure request". `officer`: whom the partner asks for, or nobody.

        What the team saw or heard itself is all that goes this way, and the page says so: that is its origin.
        """
        data: dict[str, Json] = {name: value for name in asked if (value := self._value(name)) is not None}
        if officer:
            data[OFFICER] = officer
        on = date_of(self.typed, "evidence") or ""
        claim: Json = {"value": "yes", "evidence": self._reference("evidence"), "date": on}
        subject: Json = {
            "ref": "s1",
            "role": self.role,
            "facts": {self.way.fact: claim},
            "data": data,
            "provenance": "own",
        }
        told: dict[str, Json] = {
            "case_ref": self._case(),
            "recipient": self.way.partner.id,
            "ground": self.way.ground,
            "purpose": self.way.purpose,
            "subjects": [subject],
            KEY: self.key,
        }
        return json.dumps(told, ensure_ascii=False).encode()

    def _reference(self, name: str) -> str:
        return self.typed.get(name, "").strip().upper()

    def _case(self) -> str:
        """Return the case number; at the door there may be none yet, and then the signal's own number is the case."""
        return self._reference("case_ref") or self._reference("evidence")

    def _value(self, name: str) -> Json:
        if name == "dwelling_address":
            return address_of(self.typed, name)
        if name == SIGNS:
            chosen: list[Json] = [*self.typed.getlist(SIGNS)]
            return chosen or None
        return self.typed.get(name, "").strip() or None


def faults_of(fields: Mapping[str, str], words: Vocabulary) -> dict[str, str]:
    """Return sentences by input from the paths of an InvalidRequestError; what has no input here gets an empty name."""
    found: dict[str, str] = {}
    for path in fields:
        steps = path.split(".")
        name = steps[3] if steps[:3] == ["subjects", "0", "data"] and len(steps) > 3 else ""
        if name in words.fields and name != OFFICER:
            found.setdefault(name, messages.FAULTS.get(words.fields[name].type, messages.FAULT))
        elif steps[:3] == ["subjects", "0", "facts"]:
            name = "date" if steps[-1] == "date" else "evidence"
            found.setdefault("evidence-day" if name == "date" else name, MISSING[name])
        elif path == "case_ref":
            found.setdefault(path, MISSING[path])
        elif name != OFFICER:
            found.setdefault("", messages.FAULT)
    return found
