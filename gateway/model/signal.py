"""What a partner may tell the team: closed codes, counts and dates, and never a word of its own.

A signal sets no fact: it tells the team that there may be something to look at. Only AVIM's hold acts by itself.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.terms import Json

KEPT = dt.timedelta(days=30)
"""How long a signal is kept."""


class SignalCode(StrEnum):
    """What a signal is about."""

    NUISANCE = "nuisance"  # a corporation counts nuisance at a dwelling of its own
    HOLD = "hold"  # AVIM asks to tell nobody anything that could warn an exploiter
    HOLD_LIFTED = "hold_lifted"  # AVIM takes that back
    COORDINATE = "coordinate"  # Sociaal Plein: coordinate first, yes or no
    QUESTION = "question"  # anybody asks to be called


class NuisanceKind(StrEnum):
    """What is counted."""

    NOISE = "noise"
    VISITORS = "visitors"  # many visitors, at all hours
    LITTER = "litter"
    INTIMIDATION = "intimidation"
    DOOR = "door"  # doors or locks of the building are forced or left open


class Question(StrEnum):
    """What somebody may ask; the answer is a telephone call to the desk that partners.yaml names."""

    CALL_US = "call_us"
    CANNOT_OPEN = "cannot_open"
    WHAT_IS_EXPECTED = "what_is_expected"
    KEY_LOST = "key_lost"
    AGREEMENT = "agreement"
    WRONG_DATA = "wrong_data"


SENDERS: Mapping[SignalCode, frozenset[str] | None] = {
    SignalCode.NUISANCE: frozenset({"housing_corporation"}),
    SignalCode.HOLD: frozenset({"avim"}),
    SignalCode.HOLD_LIFTED: frozenset({"avim"}),
    SignalCode.COORDINATE: frozenset({"sociaal_plein"}),
    SignalCode.QUESTION: None,
}
"""Which kinds of partners may send a code; None: all. It depends on nothing else, so a refusal tells nothing."""


def codes_for(kind: str) -> tuple[SignalCode, ...]:
    """Return the codes that partners of this kind may send."""
    return tuple(code for code, kinds in SENDERS.items() if kinds is None or kind in kinds)


@dataclass(frozen=True, slots=True)
class Dwelling:
    """An address. `bag_id` is empty when it was not given."""

    postcode: str
    number: int
    addition: str = ""
    bag_id: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return all members."""
        return {
            "postcode": self.postcode,
            "number": self.number,
            "addition": self.addition,
            "bag_id": self.bag_id,
        }


@dataclass(frozen=True, slots=True)
class Nuisance:
    """So many reports of one kind, from `first` up to and including `last`."""

    kind: NuisanceKind
    count: int
    first: dt.date
    last: dt.date

    def to_json(self) -> dict[str, Json]:
        """Return all members."""
        return {
            "kind": self.kind.value,
            "count": self.count,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal as it was sent, each member only where its code has it. `message`: one of the sender's own inbox."""

    code: SignalCode
    dwelling: Dwelling | None = field(default=None, repr=False)
    nuisance: tuple[Nuisance, ...] = ()
    message: str | None = None
    answer: bool | None = None
    question: Question | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the members that are there."""
        told: dict[str, Json] = {"code": self.code.value}
        if self.dwelling is not None:
            told["dwelling"] = self.dwelling.to_json()
        if self.nuisance:
            told["nuisance"] = [one.to_json() for one in self.nuisance]
        if self.message is not None:
            told["message"] = self.message
        if self.answer is not None:
            told["answer"] = "yes" if self.answer else "no"
        if self.question is not None:
            told["question"] = self.question.value
        return told


@dataclass(frozen=True, slots=True)
class SignalView:
    """A signal as the team sees it. `fits`: what it names is the sender's own; what does not fit was not kept."""

    id: str
    partner: str
    received_at: dt.datetime
    signal: Signal
    fits: bool
    sent_by: str  # an employee's name, or "" for a program
    handled_at: dt.datetime | None
    leaf_index: int
