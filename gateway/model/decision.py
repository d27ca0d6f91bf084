"""A decision query and its answer (CONTRACT, "A decision query and its answer")."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.terms import Json, Text, Truth, items, members, words


class Outcome(StrEnum):
    """What the policy says. Deny: someone decided no; gap: nobody ever decided this combination."""

    PERMIT = "permit"
    PERMIT_REDUCED = "permit_reduced"
    NEEDS_APPROVAL = "needs_approval"
    DENY = "deny"
    GAP = "gap"


class Approval(StrEnum):
    """Who must agree, from the least to the most strict."""

    NONE = "none"
    POST_24H = "post_24h"
    PRE_TWO = "pre_two"
    PRE_FG = "pre_fg"

    @property
    def strictness(self) -> int:
        """Return 0 (none) to 3 (pre_fg)."""
        return list(Approval).index(self)

    @property
    def before_release(self) -> bool:
        """Say whether nothing may leave before the approval is recorded."""
        return self in {Approval.PRE_TWO, Approval.PRE_FG}


@dataclass(frozen=True, slots=True)
class Query:
    """All that a decision depends on. It holds no personal data, so it can be logged and replayed.

    `recipient` is a partner kind; a fact that `facts` does not name is unknown; `fields` is what is asked for.
    """

    recipient: str
    ground: str
    role: str
    facts: Mapping[str, Truth]
    fields: tuple[str, ...]
    date: dt.date


@dataclass(frozen=True, slots=True)
class Withheld:
    """A requested field that does not leave, by which rules, and why."""

    field: str
    rules: tuple[str, ...]
    reason: Text

    def to_json(self) -> dict[str, Json]:
        """Return the contract's form."""
        return {"field": self.field, "rules": list(self.rules), "reason": self.reason.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Json]) -> "Withheld":
        """Return what `to_json` gave."""
        return cls(str(value["field"]), words(value["rules"]), Text.from_json(value["reason"]))


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one query. `released` is empty unless the outcome is permit or permit_reduced.

    `ways` are the lawful ways forward, also told at the end of `explanation`; none when everything leaves.
    """

    outcome: Outcome
    released: tuple[str, ...]
    pending: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    approval: Approval
    rules: tuple[str, ...]
    legal_basis: tuple[str, ...]
    bundle: str
    explanation: Text
    ways: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the contract's form."""
        return {
            "outcome": self.outcome.value,
            "released": list(self.released),
            "pending": list(self.pending),
            "withheld": [field.to_json() for field in self.withheld],
            "approval": self.approval.value,
            "rules": list(self.rules),
            "legal_basis": list(self.legal_basis),
            "bundle": self.bundle,
            "explanation": self.explanation.to_json(),
            "ways": [way.to_json() for way in self.ways],
        }

    @classmethod
    def from_json(cls, value: dict[str, Json]) -> "Decision":
        """Return what `to_json` gave, for pages that show a logged decision."""
        return cls(
            outcome=Outcome(str(value["outcome"])),
            released=words(value["released"]),
            pending=words(value["pending"]),
            withheld=tuple(Withheld.from_json(members(item)) for item in items(value["withheld"])),
            approval=Approval(str(value["approval"])),
            rules=words(value["rules"]),
            legal_basis=words(value["legal_basis"]),
            bundle=str(value["bundle"]),
            explanation=Text.from_json(value["explanation"]),
            # What was logged before ways were told has none.
            ways=tuple(Text.from_json(way) for way in items(value.get("ways", []))),
        )


def overall(outcomes: Sequence[Outcome]) -> Outcome:
    """Return one outcome for several subjects or provenances: the most that happens now, reduced if not all."""
    if any(outcome in {Outcome.PERMIT, Outcome.PERMIT_REDUCED} for outcome in outcomes):
        return Outcome.PERMIT if set(outcomes) == {Outcome.PERMIT} else Outcome.PERMIT_REDUCED
    return next((o for o in (Outcome.NEEDS_APPROVAL, Outcome.DENY) if o in outcomes), Outcome.GAP)
