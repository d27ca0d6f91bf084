"""Reads a partner's signal: a closed form, in which no text of the sender's own has a place."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import TypeVar

from gateway.errors import InvalidRequestError
from gateway.intake.values import address, day
from gateway.model.signal import Dwelling, Nuisance, NuisanceKind, Question, Signal, SignalCode
from gateway.model.terms import Json

KEY = "idempotency_key"
MOST_COUNTS = 5
LARGEST_COUNT = 999
OLDEST = dt.timedelta(days=366)
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_MESSAGE = re.compile(r"[0-9a-f]{32}")
# As the national register has it: a letter and up to four letters or digits. Longer could be a word about somebody.
_ADDITION = re.compile(r"[A-Za-z0-9]{1,4}|[A-Za-z][ -]?[A-Za-z0-9]{1,4}")
_MEMBERS: dict[SignalCode, tuple[frozenset[str], frozenset[str]]] = {
    SignalCode.NUISANCE: (frozenset({"dwelling", "nuisance"}), frozenset()),
    SignalCode.HOLD: (frozenset({"dwelling"}), frozenset()),
    SignalCode.HOLD_LIFTED: (frozenset(), frozenset({"dwelling", "message"})),
    SignalCode.COORDINATE: (frozenset({"message", "answer"}), frozenset()),
    SignalCode.QUESTION: (frozenset({"question"}), frozenset({"message"})),
}
_HINT = "send one of the forms that docs/signals.md shows"
_Word = TypeVar("_Word", bound=StrEnum)


def read_signal(value: Json, *, today: dt.date) -> tuple[Signal, str]:
    """Return a signal and its idempotency key.

    :raises InvalidRequestError: it has not one of the agreed forms; the message names the member and repeats nothing.
    """
    told = value if isinstance(value, dict) else {}
    code = _word(told.get("code"), SignalCode, "code")
    needed, optional = _MEMBERS[code]
    if not needed | {"code", KEY} <= told.keys() <= needed | optional | {"code", KEY}:
        raise _fault("members", "are not those of this code")
    key = told[KEY]
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise _fault(KEY, "is not 16 to 64 letters, digits, - and _")
    if code is SignalCode.HOLD_LIFTED and len(told) != 3:
        raise _fault("members", "name both a dwelling and a message, or neither")
    signal = Signal(
        code,
        dwelling=_read(told, "dwelling", _dwelling),
        nuisance=_read(told, "nuisance", lambda kept: _nuisance(kept, today)) or (),
        message=_read(told, "message", _message),
        answer=_read(told, "answer", _answer),
        question=_read(told, "question", lambda kept: _word(kept, Question, "question")),
    )
    return signal, key


_T = TypeVar("_T")


def _read(told: dict[str, Json], name: str, reader: Callable[[Json], _T]) -> _T | None:
    return reader(told[name]) if name in told else None


def _word(value: Json, words: type[_Word], name: str) -> _Word:
    found = next((word for word in words if word.value == value), None)
    if found is None:
        raise _fault(name, "is none of the agreed words")
    return found


def _dwelling(value: Json) -> Dwelling:
    if not isinstance(value, dict):
        raise _fault("dwelling", "is not an address")
    given = {name: part for name, part in value.items() if part != "" or name not in {"addition", "bag_id"}}
    told = _else("dwelling", "is not an address as in 1234AB 12", lambda: address(given))
    addition = str(told.get("addition", ""))
    if addition and not _ADDITION.fullmatch(addition):
        raise _fault("dwelling", "has an addition that is longer than the register has")
    return Dwelling(str(told["postcode"]), int(str(told["number"])), addition, str(told.get("bag_id", "")))


def _nuisance(value: Json, today: dt.date) -> tuple[Nuisance, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_COUNTS:
        raise _fault("nuisance", f"is not a list of 1 to {MOST_COUNTS} counts")
    found = tuple(_count(item, today) for item in value)
    if len({one.kind for one in found}) != len(found):
        raise _fault("nuisance", "has the same kind twice")
    return found


def _count(value: Json, today: dt.date) -> Nuisance:
    if not isinstance(value, dict) or value.keys() != {"kind", "count", "first", "last"}:
        raise _fault("nuisance", "has not kind, count, first and last")
    kind, count = _word(value["kind"], NuisanceKind, "nuisance.kind"), value["count"]
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= LARGEST_COUNT:
        raise _fault("nuisance.count", f"is not a whole number from 1 to {LARGEST_COUNT}")
    first, last = (_date(value[name], today) for name in ("first", "last"))
    if not today - OLDEST <= first <= last:
        raise _fault("nuisance", "does not begin before it ends, within the last year")
    return Nuisance(kind, count, first, last)


def _date(value: Json, today: dt.date) -> dt.date:
    return _else("nuisance", "has a date that is none, or lies ahead", lambda: day(str(value), latest=today))


def _else(name: str, problem: str, read: Callable[[], _T]) -> _T:
    """Return what was read; its fault is told under the member's name, outside the handler that caught it."""
    with suppress(InvalidRequestError):
        return read()
    raise _fault(name, problem)


def _message(value: Json) -> str:
    if not isinstance(value, str) or not _MESSAGE.fullmatch(value):
        raise _fault("message", "is not the id of a message")
    return value


def _answer(value: Json) -> bool:
    if value not in ("yes", "no") or not isinstance(value, str):
        raise _fault("answer", "is not yes or no")
    return value == "yes"


def _fault(name: str, problem: str) -> InvalidRequestError:
    return InvalidRequestError(f"`{name}` {problem}", hint=_HINT, fields={name: problem})
