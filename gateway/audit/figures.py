"""Counts what was shared and what was not, month by month and ground by ground, so that nobody can be recognised.

A month is published once, some weeks after its end, and what was published never changes: two looks never differ, not
even when a case was erased in between. Only what `suppression.tell` lets through is kept. There is no choice of days
and no way down to a request. A case that was erased before its month was published is not counted.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.audit.suppression import FEWEST, Line, tell
from gateway.errors import CryptoError, LogTamperedError, NotFoundError
from gateway.log.recorder import Recorder
from gateway.model.bundle import Bundle
from gateway.model.calendar import AMSTERDAM
from gateway.model.decision import Outcome
from gateway.model.terms import Json, items, members
from gateway.model.views import PartState
from gateway.store.gap_ports import CountedPart, CountedRequest
from gateway.store.ports import Store, Unit

CLOSES = dt.timedelta(days=14)
"""After the end of a month, before it is published: most of what waited was decided by then."""
MONTHS = 6
"""That are shown: the newest that are closed."""
ENDS = ("released", "reduced", "refused", "gap", "voided", "waiting")
"""What became of a request, each counted once: all that was asked left, a part did, …, or it still waited."""
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WAITS = {"hour": HOUR, "day": DAY, "three_days": 3 * DAY, "week": 7 * DAY}
ANSWERS = {"quarter": HOUR / 4, "hour": HOUR, "four_hours": 4 * HOUR, "day": DAY}
LONGER = "longer"
LEFT = frozenset({PartState.RELEASED, PartState.DELIVERED, PartState.RECALLED})


@dataclass(frozen=True, slots=True)
class GroundFigures:
    """What is told of one ground in one month. Times are words for a span, None where fewer than ten were measured.

    `median` and `longest`: from submission to the decision of a person; `receipt`: half of the urgent messages were
    answered within it; `abandoned`: drafts that were never submitted, None below ten.
    """

    ground: str
    line: Line
    median: str | None = None
    longest: str | None = None
    receipt: str | None = None
    abandoned: int | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the form that is kept."""
        return {
            "ground": self.ground,
            "line": self.line.to_json(),
            "median": self.median,
            "longest": self.longest,
            "receipt": self.receipt,
            "abandoned": self.abandoned,
        }

    @classmethod
    def from_json(cls, value: Json) -> "GroundFigures":
        """Return what `to_json` gave."""
        kept = members(value)
        median, longest, receipt = (
            None if kept[name] is None else str(kept[name]) for name in ("median", "longest", "receipt")
        )
        drafts = None if kept["abandoned"] is None else int(str(kept["abandoned"]))
        return cls(str(kept["ground"]), Line.from_json(kept["line"]), median, longest, receipt, drafts)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What is told of one month (as 2026-11): all requests by ground, and of each ground that is told its own line."""

    month: str
    grounds: Line
    each: tuple[GroundFigures, ...]

    def to_text(self) -> str:
        """Return the text that is kept."""
        each: list[Json] = [one.to_json() for one in self.each]
        return json.dumps({"grounds": self.grounds.to_json(), "each": each}, sort_keys=True)

    @classmethod
    def from_text(cls, month: str, text: str) -> "MonthFigures":
        """Return what `to_text` gave."""
        kept = members(json.loads(text))
        return cls(month, Line.from_json(kept["grounds"]), tuple(map(GroundFigures.from_json, items(kept["each"]))))


@dataclass(frozen=True, slots=True)
class Counted:
    """One request as it is counted."""

    ground: str
    end: str
    waited: dt.timedelta | None
    answered: tuple[dt.timedelta, ...]


def closed_months(now: dt.datetime) -> tuple[str, ...]:
    """Return the months that may be shown, the newest first."""
    day = (now.astimezone(AMSTERDAM) - CLOSES).date().replace(day=1)
    found = []
    for _ in range(MONTHS):
        day = (day - DAY).replace(day=1)
        found.append(f"{day:%Y-%m}")
    return tuple(found)


def span_of(month: str) -> tuple[dt.datetime, dt.datetime]:
    """Return when a month begins and ends, as in Amsterdam."""
    first = dt.date.fromisoformat(f"{month}-01")
    after = (first + 31 * DAY).replace(day=1)
    begin, end = (dt.datetime.combine(day, dt.time(), AMSTERDAM) for day in (first, after))
    return begin, end


def published(counted: Iterable[Counted], abandoned: Mapping[str, int], month: str) -> MonthFigures:
    """Return what may be told of a month's requests and drafts; nothing else of them is kept."""
    of_ground: dict[str, list[Counted]] = defaultdict(list)
    for one in counted:
        of_ground[one.ground].append(one)
    grounds = tell({ground: len(found) for ground, found in sorted(of_ground.items())})
    drafts = {ground: count for ground, count in abandoned.items() if count >= FEWEST}
    each = []
    for ground in sorted({*grounds.shown, *drafts}):
        found = of_ground[ground] if ground in grounds.shown else []
        ends = Counter(one.end for one in found)
        waits = sorted(one.waited for one in found if one.waited is not None)
        answers = sorted(answer for one in found for answer in one.answered)
        each.append(
            GroundFigures(
                ground,
                tell({end: ends[end] for end in ENDS}),
                _span(waits, WAITS, middle=True),
                _span(waits, WAITS, middle=False),
                _span(answers, ANSWERS, middle=True),
                drafts.get(ground),
            )
        )
    return MonthFigures(month, grounds, tuple(each))


class FigureDesk:
    """Publishes the months that are closed (`gateway.web.figures.desk.FigureDesk`)."""

    def __init__(
        self,
        store: Store,
        recorder: Recorder,
        bundle: Callable[[], Bundle],
        clock: Callable[[], dt.datetime],
    ) -> None:
        """Work with finished tools; `bundle` returns the policy in force."""
        self._store, self._recorder, self._bundle, self._clock = store, recorder, bundle, clock

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        return self._bundle()

    def months(self) -> Sequence[MonthFigures]:
        """Return the closed months, the newest first; each is counted at the first look, and then stays as it is."""
        return [self._month(month) for month in closed_months(self._clock())]

    def _month(self, month: str) -> MonthFigures:
        with self._store.read() as unit:
            kept = unit.figures.published(month)
            body = self._count(unit, month).to_text() if kept is None else kept
        if kept is None:

            def commit(unit: Unit) -> str:
                unit.figures.publish(month, body)
                return unit.figures.published(month) or body  # another process may have been first

            body = self._store.write(commit)
        return MonthFigures.from_text(month, body)

    def _count(self, unit: Unit, month: str) -> MonthFigures:
        begin, end = span_of(month)
        parts: dict[str, list[CountedPart]] = defaultdict(list)
        for part in unit.figures.parts(begin, end):
            parts[part.disclosure_id].append(part)
        now, urgent = self._clock(), {g.name for g in self.bundle.vocabulary.grounds.values() if g.urgent}
        counted = []
        for request in unit.figures.requests(begin, end):
            try:
                _, detail, _ = self._recorder.read(unit, request.leaf_index)
            except (NotFoundError, LogTamperedError, CryptoError):
                continue  # erased, or to be found by `gateway log verify`: its ground is not known
            counted.append(count(request, parts[request.id], detail, urgent=str(detail["ground"]) in urgent, now=now))
        abandoned = {one.ground: one.drafts for one in unit.drafts.abandoned() if one.month == month}
        return published(counted, abandoned, month)


def count(
    request: CountedRequest,
    parts: Sequence[CountedPart],
    detail: Mapping[str, Json],
    *,
    urgent: bool,
    now: dt.datetime,
) -> Counted:
    """Return a request as it is counted: by its ground, what became of it, and how long it took."""
    judged = [part for part in parts if part.approval.before_release]
    waits = [(part.judged_at or now) - request.submitted_at for part in judged]
    answered = [part.received_at - request.submitted_at for part in parts if urgent and part.received_at is not None]
    return Counted(str(detail["ground"]), _end(request, parts, detail), max(waits, default=None), tuple(answered))


def _end(request: CountedRequest, parts: Sequence[CountedPart], detail: Mapping[str, Json]) -> str:
    states = {part.state for part in parts}
    if request.outcome is Outcome.GAP:
        return "gap"
    if states & LEFT:
        return "released" if states <= LEFT and not _withheld(detail) else "reduced"
    if PartState.WAITING in states:
        return "waiting"
    return "voided" if PartState.VOIDED in states else "refused"


def _withheld(detail: Mapping[str, Json]) -> bool:
    decisions = (members(one) for groups in members(detail["decisions"]).values() for one in members(groups).values())
    return any(one["withheld"] for one in decisions)


def _span(spans: Sequence[dt.timedelta], words: Mapping[str, dt.timedelta], *, middle: bool) -> str | None:
    """Return the word for the middle or the longest of these (sorted) spans; None below ten of them."""
    if len(spans) < FEWEST:
        return None
    found = spans[(len(spans) - 1) // 2] if middle else spans[-1]
    return next((word for word, most in words.items() if found <= most), LONGER)
