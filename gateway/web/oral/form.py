"""The three answers about a call: from posted inputs to JSON, and back with what is wrong."""

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from gateway.model.bundle import FactDefinition, FieldDefinition
from gateway.model.calendar import AMSTERDAM
from gateway.model.partner import Partner
from gateway.model.terms import Json, Provenance
from gateway.web.language import later
from gateway.web.oral.desk import OralDesk
from gateway.web.request.draft import date_of

Typed = MultiDict[str, str]
KEY = "idempotency_key"
MOST = 3
EMERGENCY = "112"
POLICE = "police"
TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
CASE_REF = re.compile(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{1,8}")
WRONG = {
    "recipient": later("Kies met wie u hebt gebeld"),
    "told-day": later("Vul een bestaande datum in, niet later dan vandaag"),
    "told-time": later("Vul een tijd in die voorbij is, zoals 21:30"),
    "case_ref": later("Vul een zaaknummer in zoals Z-2026-0417"),
    "ground": later("Kies waarom u het vertelde"),
    "role1": later("Kies over wie of wat het ging"),
    "fields": later("Kies wat u hebt verteld"),
    "evidence": later("Bij ja of nee horen een document, zoals SIG-2026-0417, en de datum van dat document"),
    "": later("Controleer wat u hebt ingevuld"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody (or a place) who was spoken of: what the policy could release, what not, and the facts it asks for."""

    ref: str
    role: str
    allowed: tuple[FieldDefinition, ...]
    others: tuple[FieldDefinition, ...]
    facts: tuple[FactDefinition, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """What was typed so far. Nothing of it is kept anywhere but in the page itself until it is recorded."""

    desk: OralDesk
    typed: Typed = field(repr=False)

    @property
    def key(self) -> str:
        """Return the idempotency key of this form, or a new one."""
        return self.typed.get(KEY) or secrets.token_urlsafe(16)

    @property
    def partner(self) -> Partner | None:
        """Return who was called; behind 112 stand the police."""
        chosen = self.typed.get("recipient", "")
        partners = self.desk.partners()
        if chosen == EMERGENCY:
            return next((one for one in partners if one.kind == POLICE), None)
        return next((one for one in partners if one.id == chosen), None)

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the chosen roles."""
        told = (self.typed.get(f"role{number}", "") for number in range(1, MOST + 1))
        return tuple(role for role in told if role)

    def first_faults(self) -> dict[str, str]:
        """Return what the first two questions still lack, by input."""
        words, found = self.desk.bundle.vocabulary, dict[str, str]()
        if self.partner is None:
            found["recipient"] = WRONG["recipient"]
        at = self._told_at()
        if date_of(self.typed, "told") is None or (at is None and TIME.fullmatch(self._time())):
            found["told-day"] = WRONG["told-day"]
        elif at is None or at > self.desk.now():
            found["told-time"] = WRONG["told-time"]
        if not CASE_REF.fullmatch(self._case()):
            found["case_ref"] = WRONG["case_ref"]
        if self.typed.get("ground") not in words.grounds:
            found["ground"] = WRONG["ground"]
        if not self.roles or any(role not in words.roles for role in self.roles):
            found["role1"] = WRONG["role1"]
        return found

    def people(self) -> list[Person]:
        """Return what the third question asks about each; every field of the policy may have been told."""
        words, partner, found = self.desk.bundle.vocabulary, self.partner, list[Person]()
        for number, role in enumerate(self.roles, start=1):
            if partner is None:
                break
            offered = self.desk.offer(partner.id, self.typed.get("ground", ""), role)
            named = set(offered.fields)
            found.append(
                Person(
                    f"s{number}",
                    role,
                    tuple(one for name, one in words.fields.items() if name in named),
                    tuple(one for name, one in words.fields.items() if name not in named),
                    tuple(words.facts[name] for name in offered.facts),
                )
            )
        return found

    def hidden(self) -> list[tuple[str, str]]:
        """Return the first answers, to go along in the page to the third question."""
        names = ["recipient", "told-day", "told-month", "told-year", "told-time", "case_ref", "ground"]
        names += [f"role{number}" for number in range(1, MOST + 1)]
        return [*((name, self.typed.get(name, "")) for name in names), (KEY, self.key)]

    def body(self) -> Json:
        """Return what is recorded: names of fields and the documents behind facts, no value."""
        at, partner = self._told_at(), self.partner
        subjects: list[Json] = [self._subject(one) for one in self.people()]
        return {
            "case_ref": self._case(),
            "recipient": "" if partner is None else partner.id,
            "via": EMERGENCY if self.typed.get("recipient") == EMERGENCY else "phone",
            "told_at": "" if at is None else at.isoformat(),
            "ground": self.typed.get("ground", ""),
            "subjects": subjects,
            KEY: self.key,
        }

    def _subject(self, one: Person) -> Json:
        fields: list[Json] = [*self.typed.getlist(f"{one.ref}-fields")]
        facts: dict[str, Json] = {}
        for fact in one.facts:
            prefix = f"{one.ref}-fact-{fact.name}"
            value = self.typed.get(prefix, "unknown")
            if value != "unknown":
                evidence = self.typed.get(f"{prefix}-evidence", "").strip().upper()
                facts[fact.name] = {"value": value, "evidence": evidence, "date": date_of(self.typed, prefix) or ""}
        provenance = self.typed.get(f"{one.ref}-provenance", Provenance.OWN.value)
        return {"role": one.role, "fields": fields, "facts": facts, "provenance": provenance}

    def _case(self) -> str:
        return self.typed.get("case_ref", "").strip().upper()

    def _time(self) -> str:
        return self.typed.get("told-time", "").strip()

    def _told_at(self) -> dt.datetime | None:
        """Return when it was said (UTC), or None when date or time is none."""
        time = TIME.fullmatch(self._time())
        if time is None:
            return None
        try:
            on = dt.date.fromisoformat(date_of(self.typed, "told") or "")
        except ValueError:
            return None
        at = dt.datetime.combine(on, dt.time(int(time[1]), int(time[2])), AMSTERDAM)
        return at.astimezone(dt.UTC)


def faults_of(fields: Mapping[str, str]) -> dict[str, str]:
    """Return sentences by input from the paths of an InvalidRequestError; what has no input gets an empty name."""
    found: dict[str, str] = {}
    for path in fields:
        steps = path.split(".")
        if steps[0] == "subjects" and steps[2:3] == ["fields"]:
            found.setdefault(f"{steps[1]}-fields", WRONG["fields"])
        elif steps[0] == "subjects" and steps[2:3] == ["facts"] and len(steps) > 3:
            found.setdefault(f"{steps[1]}-fact-{steps[3]}", WRONG["evidence"])
        else:
            found.setdefault("", WRONG[""])
    return found
