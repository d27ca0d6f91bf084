"""What was handed over by telephone, as a person enters it afterwards, and as people see it. No value is ever in it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.request import FactClaim
from gateway.model.terms import Provenance, Text


class Via(StrEnum):
    """On which line it was said."""

    EMERGENCY = "112"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ToldSubject:
    """One person (or place) who was spoken of: in which role, on which evidence, and which fields were told.

    `origin`: where the team had it from; None when that is not known.
    """

    ref: str
    role: str
    facts: Mapping[str, FactClaim]
    fields: tuple[str, ...]
    origin: Provenance | None


@dataclass(frozen=True, slots=True)
class Told:
    """A call. `at` is when it was said (UTC)."""

    case_ref: str = field(repr=False)
    recipient: str
    via: Via
    at: dt.datetime
    ground: str
    purpose: str
    subjects: tuple[ToldSubject, ...]
    idempotency_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToldView:
    """What is kept of a call. `told` and `beyond` are names of fields by subject; `beyond` is what no row released."""

    id: str
    part_id: str
    recipient: str
    via: Via
    told_at: dt.datetime
    entered_at: dt.datetime
    by_name: str
    ground: str
    roles: Mapping[str, str]
    told: Mapping[str, tuple[str, ...]]
    beyond: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, Text]  # of the fields beyond the policy: why the policy withholds them
    leaf_index: int
    review_due: dt.datetime
    reviewed: bool
    recalled: bool
    may_review: bool


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A call in the officers' list: no case number and nobody's name. `beyond`: how many fields no row released."""

    id: str
    recipient: str
    told_at: dt.datetime
    leaf_index: int
    beyond: int
