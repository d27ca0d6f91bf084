"""The disclosure request as the team submits it (CONTRACT, "A disclosure request"); it holds personal data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.terms import Json, Provenance, Truth


@dataclass(frozen=True, slots=True)
class FactClaim:
    """What a person states of a fact, on which document, dated when. A claim of yes or no always has both."""

    value: Truth
    evidence: str = ""
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One person (or place, with role `none`) in a request. repr() shows no data, so that a trace cannot leak it.

    `provenance` names the origin of each datum; a datum that it does not name has an unknown origin.
    """

    ref: str
    role: str
    facts: Mapping[str, FactClaim]
    data: Mapping[str, Json] = field(repr=False)
    provenance: Mapping[str, Provenance]


class Owner(StrEnum):
    """Who owns a dwelling according to the land register (Kadaster)."""

    RECIPIENT = "recipient"
    SOMEONE_ELSE = "someone_else"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class OwnershipCheck:
    """What a person saw in the land register, in which extract, on which day. It is evidence, and sets no fact."""

    owner: Owner
    evidence: str
    date: dt.date


@dataclass(frozen=True, slots=True)
class DisclosureRequest:
    """One case, one recipient, one ground, one purpose, and one or more subjects."""

    case_ref: str = field(repr=False)
    recipient: str
    ground: str
    purpose: str
    subjects: tuple[Subject, ...]
    idempotency_key: str = field(repr=False)
    ownership_check: OwnershipCheck | None = None
