"""A request while someone types it: from what was typed so far to the contract's JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from gateway.model.bundle import FieldDefinition, FieldType, Scope, Vocabulary
from gateway.model.draft import KeptDraft
from gateway.model.partner import LANDLORDS
from gateway.model.terms import Json, Provenance, Text
from gateway.web.desk import Offer, TeamDesk
from gateway.web.request.combination import Combination

CASE = "case"
CASE_REF = "case_ref"
DWELLING = "dwelling_address"
OWNERSHIP = "case-ownership"
"""Names the inputs of what was seen in the land register; of the case, so that another choice of roles keeps them."""
NEVER_ASKED = {FieldType.BSN, FieldType.OPAQUE}
Typed = MultiDict[str, str]


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

    def own_fields(self) -> tuple[FieldDefinition, ...]:
        """Return the fields about this subject alone."""
        return tuple(definition for definition in self.fields if definition.scope is not Scope.CASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A request as typed so far, with what the policy in force asks for it. `done`: the pages sent in before."""

    id: str
    chosen: Combination
    asked: tuple[Asked, ...]
    typed: Typed = field(repr=False)
    key: str = field(repr=False)
    done: frozenset[str] = frozenset()
    landlord: bool = False

    @classmethod
    def of(cls, kept: KeptDraft, desk: TeamDesk) -> "Draft":
        """Return a kept draft with the questions of today's policy: an answer to no question is not sent."""
        content = kept.content
        chosen = Combination.of(content)
        typed = Typed(list(content.typed))
        asked, done = asked_of(desk, chosen), frozenset(content.done)
        landlord = any(one.id == chosen.recipient and one.kind in LANDLORDS for one in desk.partners())
        return cls(kept.id, chosen, asked, typed, content.key, done, landlord)

    def sent(self) -> tuple[Asked, ...]:
        """Return the subjects that the request names: someone about whom nothing may be shared is left out."""
        return tuple(asked for asked in self.asked if asked.fields)

    def case_fields(self) -> tuple[FieldDefinition, ...]:
        """Return the fields about the case: asked once, used for every subject that may have them."""
        found = {d.name: d for asked in self.asked for d in asked.fields if d.scope is Scope.CASE}
        return tuple(found.values())

    def case_ref(self) -> str:
        """Return the case reference as typed."""
        return self.typed.get(CASE_REF, "").strip()

    def dwelling(self) -> Json:
        """Return the address of the dwelling as typed, or None when it is not asked or empty."""
        return next((self.value("", one) for one in self.case_fields() if one.name == DWELLING), None)

    def asks_owner(self) -> bool:
        """Say whether it is asked who owns the dwelling: of a landlord, when the request is about a dwelling."""
        return self.landlord and any(one.name == DWELLING for one in self.case_fields())

    def ownership(self) -> Json:
        """Return what was typed of the land register, or None when nobody looked."""
        owner = self.typed.get(OWNERSHIP, "unknown")
        evidence = self.typed.get(f"{OWNERSHIP}-evidence", "").strip().upper()
        on = date_of(self.typed, OWNERSHIP) or ""
        if not self.asks_owner() or (owner == "unknown" and not (evidence or on)):
            return None
        return {"owner": owner, "evidence": evidence, "date": on}

    def body(self) -> bytes:
        """Return the JSON of CONTRACT, "A disclosure request". Nothing typed is corrected: intake judges it."""
        subjects: list[Json] = [self._subject(asked) for asked in self.sent()]
        told: dict[str, Json] = {
            "case_ref": self.case_ref(),
            "recipient": self.chosen.recipient,
            "ground": self.chosen.ground,
            "purpose": self.chosen.purpose,
            "subjects": subjects,
            "idempotency_key": self.key,
        }
        seen = self.ownership()
        if seen is not None:
            told["ownership_check"] = seen
        return json.dumps(told, ensure_ascii=False).encode()

    def claims(self, asked: Asked) -> dict[str, Json]:
        """Return what was stated of a subject's facts; a fact that was not is left out."""
        return {name: claim for name in asked.facts if (claim := self.claim(asked.ref, name)) is not None}

    def claim(self, ref: str, name: str) -> Json:
        """Return what was stated of one fact, or None."""
        prefix = f"{ref}-fact-{name}"
        value = self.typed.get(prefix, "unknown")
        if value == "unknown":
            return None  # a fact not given is unknown
        evidence = self.typed.get(f"{prefix}-evidence", "").strip()
        return {"value": value, "evidence": evidence, "date": date_of(self.typed, prefix) or ""}

    def data(self, ref: str, fields: Iterable[FieldDefinition]) -> dict[str, Json]:
        """Return what was typed in these fields; one left empty is left out."""
        values = {definition.name: self.value(ref, definition) for definition in fields}
        return {name: value for name, value in values.items() if value is not None}

    def value(self, ref: str, definition: FieldDefinition) -> Json:
        """Return what was typed in one field, or None."""
        name = prefix_of(ref, definition)
        typed = self.typed.get(name, "").strip()
        if definition.name == CASE_REF:
            return self.case_ref() if typed else None
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

    def _subject(self, asked: Asked) -> dict[str, Json]:
        told: dict[str, Json] = {
            "ref": asked.ref,
            "role": asked.role,
            "facts": self.claims(asked),
            "data": self.data(asked.ref, asked.fields),
        }
        provenance = self.typed.get(f"{asked.ref}-provenance")
        return told | {"provenance": provenance} if provenance in set(Provenance) else told


def asked_of(desk: TeamDesk, chosen: Combination) -> tuple[Asked, ...]:
    """Return what to ask about each subject: only what the policy may release for this combination."""
    words = desk.bundle.vocabulary
    return tuple(
        Asked.of(f"s{number}", role, desk.offer(chosen.recipient, chosen.ground, role), words)
        for number, role in enumerate(chosen.roles, start=1)
    )


def ways_of(asked: Iterable[Asked]) -> tuple[Text, ...]:
    """Return what may be done instead about subjects about whom nothing may be shared, each once."""
    return tuple(dict.fromkeys(way for one in asked for way in one.ways))


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
