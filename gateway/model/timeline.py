"""What happened with one request, as its page tells it: every entry of the log that is about it, in order."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.model.request import Owner
from gateway.model.terms import Text

FETCHED = "fetched_by_program"
"""A partner's program fetched the message: kept beside the message, because no entry of the log says so."""
RECALL_SEALED, CORRECTION_SEALED = "recall_sealed", "correction_sealed"
RECALLED, VOIDED = "recalled", "voided"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `what` is a closed word (`gateway.web.follow.words`), `at` is UTC to the minute, `leaf_index` the entry of the log.
    `part` is the id of the part that it is about, None when it is about the whole request. `who` is a name, and None
    for whoever may not see names; `because` is the closed reason of a recall, or empty.
    """

    what: str
    at: dt.datetime
    leaf_index: int | None
    part: str | None = None
    who: str | None = None
    because: str = ""


class RecallReason(StrEnum):
    """Why a person takes a message back: a closed list, so that the log holds nobody's own words."""

    WRONG_RECIPIENT = "wrong_recipient"
    WRONG_PERSON = "wrong_person"
    WRONG_DATA = "wrong_data"
    NOT_NEEDED = "not_needed"
    NOT_ALLOWED = "not_allowed"


class Over(StrEnum):
    """Why a message cannot be called back in writing any more."""

    DESTROYED = "destroyed"  # its recipient signed that it was destroyed
    LINK_OPENED = "link_opened"  # a private person read it: no message reaches that person


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What this person may do with a message that left: `no_recall` and `no_correction` say why not, None is yes.

    `over`: nobody can call it back in writing.
    """

    no_recall: Text | None
    no_correction: Text | None
    over: Over | None = None


@dataclass(frozen=True, slots=True)
class OwnershipView:
    """What somebody saw in the land register, beside the holdings. `old`: more than 30 days before the request."""

    owner: Owner
    evidence: str
    date: dt.date
    disagrees: bool
    old: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A request for the officers' list: what was seen in the land register and the holdings do not agree."""

    disclosure_id: str
    leaf_index: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class History:
    """What happened with a request, by part id what may be done with what left, and who owns the dwelling."""

    events: tuple[Event, ...]
    taking_back: Mapping[str, TakingBack]
    ownership: OwnershipView | None = None
    by_consent: bool = False
    """It rests on somebody's consent, which can be withdrawn."""


@dataclass(frozen=True, slots=True)
class Correctable:
    """What may be corrected of one part: for each subject in it its ref, its role and the fields that left."""

    recipient: str
    ground: str
    purpose: str
    subjects: tuple[tuple[str, str, tuple[str, ...]], ...]
