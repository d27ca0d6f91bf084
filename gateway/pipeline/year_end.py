"""Closes the log of a year and begins the next one. The order of the steps is the point:

    close (the last entry names the next key) -> the witnesses see that -> begin (one transaction: the new volume, its
    first entry, which names the final checkpoint, and its first checkpoint, by the new key)

Whenever this stops half-way, the old volume goes on, and the next run goes on from there: when entries came after the
one that closed it, it is closed again. Only the very last entry of a volume closes it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from gateway.errors import InvalidRequestError, LogUnavailableError
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import decode
from gateway.log.origin import year_of
from gateway.log.recorder import Entry, Recorder
from gateway.log.years import CLOSED, OPENED, closes_for, opens_after
from gateway.model.leaf import LeafType
from gateway.model.terms import Json
from gateway.store.ports import Store, Unit


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What was done: the final checkpoint of the closed volume, and where the next one begins over all volumes."""

    closed: Checkpoint
    note: str
    begun: str
    first: int

    def to_json(self) -> dict[str, Json]:
        """Return what `gateway log new-year --format json` prints."""
        return {
            "closed": self.closed.origin,
            "entries": self.closed.size,
            "root": self.closed.root.hex(),
            "checkpoint": self.note,
            "begun": self.begun,
            "first": self.first,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """What turning the year needs: who does it and when, the next volume's verifier key, and whom to ask first.

    `tag` is the case of the gateway's own affairs; `see` gets the witnesses' quorum on a checkpoint, or raises
    NotWitnessedError.
    """

    recorder: Recorder
    tag: str
    bundle: str
    vkey: str
    by: str
    at: dt.datetime
    see: Callable[[str], None]

    @property
    def origin(self) -> str:
        """Return the name of the next volume."""
        return self.vkey.partition("+")[0]


def turn_year(old: Store, new: Store, turn: Turn) -> YearEnd:
    """Close the newest volume and begin the next. `old` writes with the keys so far; `new` may begin the next volume.

    :raises InvalidRequestError: it is not yet that year, the volume has begun already, or the log has no entries.
    :raises NotWitnessedError: too few witnesses have seen the log's end: the old volume goes on.
    :raises LogUnavailableError: it could not be recorded, or an entry came in between: the old volume goes on.
    """
    year = year_of(turn.origin)
    if year is None or year > turn.at.year:
        raise InvalidRequestError("it is not yet that year", hint="the log of this year goes on until then")
    with old.read() as unit:
        before = _end(unit)
        if turn.origin in {volume.origin for volume in unit.book.volumes()}:
            raise InvalidRequestError(
                "the log of that year has begun already", hint="make the key of the next one: `gateway keys new-year`"
            )
        closed = _is_closed(unit, turn.vkey)
    turn.see(before)  # who does not answer now would not answer after the entry either
    if not closed:
        old.write(lambda unit: _record(turn, unit, CLOSED, closes_for(turn.vkey), {"vkey": turn.vkey}))
    with old.read() as unit:
        final = _end(unit)
        if not _is_closed(unit, turn.vkey):
            raise _overtaken()
    turn.see(final)

    def begin(unit: Unit) -> int:
        if _end(unit) != final:
            raise _overtaken()
        unit.book.begin(turn.origin)
        return _record(turn, unit, OPENED, opens_after(final), {"checkpoint": final})

    first = new.write(begin)
    return YearEnd(Checkpoint.from_note(final), final, turn.origin, first)


def _end(unit: Unit) -> str:
    note = unit.log.head().checkpoint
    if not note:
        raise InvalidRequestError("the log has no entries, so there is nothing to close", hint="use it first")
    return note


def _is_closed(unit: Unit, vkey: str) -> bool:
    last = decode(unit.book.leaf(unit.book.size() - 1))
    return (last.type, last.outcome, last.payload) == (LeafType.WITNESS, CLOSED, closes_for(vkey))


def _record(turn: Turn, unit: Unit, outcome: str, payload: str, told: dict[str, Json]) -> int:
    case_id, case_key = turn.recorder.case(unit, tag=turn.tag)
    detail: dict[str, Json] = {"kind": "year", "by": turn.by, "next": turn.origin, **told}
    entry = Entry(LeafType.WITNESS, outcome, turn.bundle, detail, payload=payload)
    return turn.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=turn.at)


def _overtaken() -> LogUnavailableError:
    return LogUnavailableError(
        "an entry came in between, so the new year's log was not begun; the old one goes on",
        hint="run `gateway log new-year` again at a quiet moment",
    )
