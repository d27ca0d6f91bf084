"""A request while someone types it: from posted form fields to the contract's JSON, and back to the form."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from gateway.model.bundle import FieldDefinition, FieldType, Scope, Vocabulary
from gateway.model.terms import Json, Provenance, Text
from gateway.web.desk import Offer, TeamDesk

MAX_SUBJECTS = 3
CASE = "case"
CASE_REF = "case_ref"
NEVER_ASKED = {FieldType.BSN, FieldType.OPAQUE}
Typed = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Combination:
    """Step 1: to whom, on which ground, what for, and the role of each subject. None of it names a person."""

    recipient: str
    ground: str
    purpose: str
    roles: tuple[str, ...]

    @classmethod
    def from_typed(cls, typed: Typed) -> "Combination":
        """Return what was chosen; a word may be empty or unknown still."""
        roles = (typed.get(f"role{number}", "") for number in range(1, MAX_SUBJECTS + 1))
        return cls(
            recipient=typed.get("recipient", ""),
            ground=typed.get("ground", ""),
            purpose=typed.get("purpose", ""),
            roles=tuple(role for role in roles if role),
        )

    def faults(self, desk: TeamDesk) -> dict[str, str]:
        """Return what is missing or does not fit, by input, in Dutch."""
        words, found = desk.bundle.vocabulary, {}
        if self.recipient not in {partner.id for partner in desk.partners()}:
            found["recipient"] = "Kies een ontvanger"
        ground = words.grounds.get(self.ground)
        if ground is None:
            found["ground"] = "Kies een grond"
        if self.purpose not in words.purposes:
            found["purpose"] = "Kies een doel"
        elif ground is not None and self.purpose not in ground.purposes:
            fitting = ", ".join(words.purposes[name].nl for name in ground.purposes)
            found["purpose"] = f"Dit doel past niet bij de grond. Kies uit: {fitting}"
        if not self.roles or any(role not in words.roles for role in self.roles):
            found["role1"] = "Kies de rol van ten minste één betrokkene"
        return found

    def hidden(self) -> list[tuple[str, str]]:
        """Return the choices as names and values of hidden inputs."""
        chosen = [("recipient", self.recipient), ("ground", self.ground), ("purpose", self.purpose)]
        return chosen + [(f"role{number}", role) for number, role in enumerate(self.roles, start=1)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks about one subject, in the vocabulary's order; everything else would be withheld."""

    ref: str
    role: str
    facts: tuple[str, ...]
    fields: tuple[FieldDefinition, ...]
    ways: tuple[Text, ...] = ()

    @classmethod
    def of(cls, ref: str, role: str, offer: Offer, words: Vocabulary) -> "Asked":
        """Order an offer; what the gateway computes and what never leaves is not asked."""
        named, claimed = set(offer.fields), set(offer.facts)
        return cls(
            ref=ref,
            role=role,
            facts=tuple(name for name, fact in words.facts.items() if name in claimed and not fact.computed),
            fields=tuple(
                definition
                for name, definition in words.fields.items()
                if name in named and definition.type not in NEVER_ASKED
            ),
            ways=tuple(offer.ways),
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """Step 2 as typed so far."""

    chosen: Combination
    asked: tuple[Asked, ...]
    typed: Typed = field(repr=False)

    @property
    def key(self) -> str:
        """Return the idempotency key that the form carries, or a new one."""
        return self.typed.get("idempotency_key") or secrets.token_urlsafe(16)

    def sent(self) -> tuple[Asked, ...]:
        """Return the subjects that the request names: someone about whom nothing may be shared is left out."""
        return tuple(asked for asked in self.asked if asked.fields)

    def ways(self) -> tuple[Text, ...]:
        """Return what may be done instead about subjects about whom nothing may be shared, each once."""
        return tuple(dict.fromkeys(way for asked in self.asked for way in asked.ways))

    def case_fields(self) -> tuple[FieldDefinition, ...]:
        """Return the fields about the case: asked once, used for every subject that may have them."""
        found = {d.name: d for asked in self.asked for d in asked.fields if d.scope is Scope.CASE}
        return tuple(found.values())

    def body(self) -> bytes:
        """Return the JSON of CONTRACT, "A disclosure request". Nothing typed is corrected: intake judges it."""
        subjects: list[Json] = [self._subject(asked) for asked in self.sent()]
        told: dict[str, Json] = {
            "case_ref": self.typed.get(CASE_REF, "").strip(),
            "recipient": self.chosen.recipient,
            "ground": self.chosen.ground,
            "purpose": self.chosen.purpose,
            "subjects": subjects,
            "idempotency_key": self.key,
        }
        return json.dumps(told, ensure_ascii=False).encode()

    def hidden(self) -> Iterator[tuple[str, str]]:
        """Return everything typed as names and values, to go back to the form without losing it."""
        for name, value in self.typed.items(multi=True):
            if name not in {"csrf_token", "idempotency_key"}:
                yield name, value
        yield "idempotency_key", self.key

    def _subject(self, asked: Asked) -> dict[str, Json]:
        data: dict[str, Json] = {}
        for definition in asked.fields:
            value = self._value(prefix_of(asked.ref, definition), definition)
            if value is not None:
                data[definition.name] = value
        told: dict[str, Json] = {
            "ref": asked.ref,
            "role": asked.role,
            "facts": {name: claim for name in asked.facts if (claim := self._claim(asked.ref, name)) is not None},
            "data": data,
        }
        provenance = self.typed.get(f"{asked.ref}-provenance")
        return told | {"provenance": provenance} if provenance in set(Provenance) else told

    def _claim(self, ref: str, name: str) -> Json:
        prefix = f"{ref}-fact-{name}"
        value = self.typed.get(prefix, "unknown")
        if value == "unknown":
            return None  # a fact not given is unknown
        evidence = self.typed.get(f"{prefix}-evidence", "").strip()
        return {"value": value, "evidence": evidence, "date": date_of(self.typed, prefix) or ""}

    def _value(self, name: str, definition: FieldDefinition) -> Json:
        typed = self.typed.get(name, "").strip()
        if definition.name == CASE_REF:
            return self.typed.get(CASE_REF, "").strip() if typed else None
        match definition.type:
            case FieldType.DATE:
                return date_of(self.typed, name)
            case FieldType.ADDRESS:
                return address_of(self.typed, name)
            case FieldType.CODES:
                chosen: list[Json] = [*self.typed.getlist(name)]
                return chosen or None
            case FieldType.COUNT:
                return _number(typed) if typed else None
            case _:
                return typed or None


def make_draft(desk: TeamDesk, chosen: Combination, typed: Typed) -> Draft:
    """Return a draft that asks only what the policy may release for this combination."""
    words = desk.bundle.vocabulary
    asked = (
        Asked.of(f"s{number}", role, desk.offer(chosen.recipient, chosen.ground, role), words)
        for number, role in enumerate(chosen.roles, start=1)
    )
    return Draft(chosen, tuple(asked), typed)


def prefix_of(ref: str, definition: FieldDefinition) -> str:
    """Return the name of the input of a field: about the case, or about this subject."""
    return f"{CASE if definition.scope is Scope.CASE else ref}-data-{definition.name}"


def date_of(typed: Mapping[str, str], name: str) -> str | None:
    """Return three inputs as an ISO date; numbers that make no date stay as they are, for intake to refuse."""
    day, month, year = (typed.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year"))
    if not (day or month or year):
        return None
    return f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"


def address_of(typed: Mapping[str, str], name: str) -> Json:
    """Return the inputs of an address as an object, or None when all are empty."""
    postcode, number, addition = (
        typed.get(f"{name}-{part}", "").strip() for part in ("postcode", "number", "addition")
    )
    if not (postcode or number or addition):
        return None
    told: dict[str, Json] = {"postcode": postcode.replace(" ", "").upper(), "number": _number(number)}
    return told | {"addition": addition} if addition else told


def _number(typed: str) -> Json:
    # Only plain digits: int() would also take "1_000" and other scripts' digits.
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else typed
