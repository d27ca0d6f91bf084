"""The urgent hand-over as people see it: which ways there are, and what still waits for a second pair of eyes."""

import datetime as dt
from dataclasses import dataclass

from gateway.model.notices import MessageKind
from gateway.model.partner import Partner


@dataclass(frozen=True, slots=True)
class Way:
    """One urgent ground with the partner that it goes to. `fact` is what a person evidences; `roles` it can be about.

    Whatever else a row asks (a consent, a role that needs more) has no place in a hurry: that goes by the usual form.
    """

    ground: str
    purpose: str
    partner: Partner
    fact: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenReview:
    """Something that left without a second person before it, and that nobody has looked at since.

    `requester` is the one who may not do it. It names no case and nobody whom it is about.
    """

    disclosure_id: str
    part_id: str
    recipient: str
    requester: str
    kind: MessageKind
    due: dt.datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """How long there is until a moment, in whole minutes; `late` when that moment has gone by."""

    hours: int
    minutes: int
    late: bool

    @classmethod
    def until(cls, due: dt.datetime, now: dt.datetime) -> "Clock":
        """Return the time from now until `due`; what is begun of a minute does not count as time that is left."""
        left = due - now
        late = left < dt.timedelta(0)
        hours, minutes = divmod(int(abs(left).total_seconds()) // 60, 60)
        return cls(hours, minutes, late)
