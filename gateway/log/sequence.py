"""The order of entries: each follows an earlier one, and their times do not run backwards."""

import datetime as dt
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from gateway.errors import GatewayError, LogTamperedError
from gateway.log.leaf import order_of, orders_of

KEEP = "keep the database as it is and call the privacy officer"
BACKWARDS = 5
"""Minutes by which an entry may be dated before one that stands before it.

A moment is taken when a request comes in, and written down to the minute; its entry is committed when all is decided
and sealed and the one writer had its turn. A request that waits for the writer gives up after ten seconds, a lock of
PostgreSQL after ten, an idle transaction after sixty; rounding adds one minute, and a clock that is kept by NTP is set
back by seconds. Five minutes are more than all of these together, and less than what backdating would be worth.
"""

_CLOCK = "if the clock of the gateway was set back then, the privacy officer notes that and verifies on with --since"


NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Span:
    """The earliest and the latest time of some entries, in minutes of the calendar; as it begins, of no entries."""

    earliest: int = NEVER
    latest: int = 0

    def and_then(self, later: "Span") -> "Span":
        """Return the span of these entries and of later ones."""
        return Span(min(self.earliest, later.earliest), max(self.latest, later.latest))

    def may_follow(self, before: "Span") -> bool:
        """Say whether none of these entries is dated before one of those."""
        return self.earliest >= before.latest - BACKWARDS


def check_sequence(entries: Sequence[bytes], start: int, before: Span) -> Span:
    """Check the form and the order of entries that stand from `start` on; return the span of these and those `before`.

    :raises LogTamperedError: the first entry that has not the agreed form, follows a later one or is backdated.
    """
    orders = orders_of(entries)
    if not orders:  # none that can be read, or none at all
        return _check_each(entries, start, before)
    named, written = zip(*orders, strict=True)
    follows = [int(prev) if prev else -1 for prev in named]
    if any(map(operator.ge, follows, count(start))):
        return _check_each(entries, start, before)
    times = list(written)
    if times == sorted(times):  # as good as always: then the first and the last tell
        times = [times[0], times[-1]]
    span = before
    try:
        for at in map(_minutes, times):
            one = Span(at, at)
            if not one.may_follow(span):
                return _check_each(entries, start, before)
            span = span.and_then(one)
    except ValueError:  # no such day or hour
        return _check_each(entries, start, before)
    return span


def span_of(entry: bytes) -> Span:
    """Return the time of one entry, wherever it stands; raise LogTamperedError when it has not the agreed form."""
    return _check_each([entry], NEVER, Span())


def _check_each(entries: Sequence[bytes], start: int, span: Span) -> Span:
    for index, entry in enumerate(entries, start=start):
        try:
            prev, time = order_of(entry)
            at = _minutes(time.encode())
        except (GatewayError, ValueError) as exc:
            raise LogTamperedError(f"entry {index} has not the agreed form", hint=KEEP) from exc
        if prev is not None and prev >= index:
            raise LogTamperedError(f"entry {index} says it follows a later one", hint=KEEP)
        one = Span(at, at)
        if not one.may_follow(span):
            raise LogTamperedError(
                f"entry {index} is dated {span.latest - at} minutes before an entry that stands before it",
                hint=f"{KEEP}; {_CLOCK}",
            )
        span = span.and_then(one)
    return span


@lru_cache(maxsize=4096)
def _minutes(time: bytes) -> int:
    """Return a time as it is written, in minutes of the calendar; raise ValueError when there is no such moment."""
    at = dt.datetime.fromisoformat(time.decode())
    return (at.toordinal() * 24 + at.hour) * 60 + at.minute
