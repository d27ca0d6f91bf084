"""Deletes what was kept long enough: signals after 30 days, sessions and drafts that are over, secrets of old letters,
and deputies 30 days after their last day.

The log stays as it is. What an entry said of a signal's content is a commitment whose salt went with the signal: nobody
can open it any more.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread

from gateway import telemetry
from gateway.config.settings import Settings
from gateway.errors import GatewayError
from gateway.keep.cleanup import clean_database
from gateway.model.gaps import ASK_KEPT
from gateway.model.pickup import SECRET_KEPT
from gateway.model.signal import KEPT
from gateway.store.engine import is_served
from gateway.store.ports import Store, Unit

HOUR = 3600.0  # seconds between two looks
FIRST = 60.0  # seconds before the first one: a start has enough to do
PAUSE = dt.timedelta(hours=20)
"""Between two cleanings of a served database: it rewrites tables, and everybody waits for them meanwhile."""
PIECE, STRIDE = 40, 1000  # bytes: what is looked for of a value, and how far apart


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was deleted; `traces` are bytes that must be nowhere from now on."""

    signals: int
    drafts: int
    incidents: int
    traces: tuple[bytes, ...] = field(repr=False)


def purge(store: Store, at: dt.datetime) -> Purged:
    """Delete what was kept long enough, in one transaction.

    :raises LogUnavailableError: the database does not answer; nothing was deleted.
    """

    def commit(unit: Unit) -> Purged:
        unit.sign_ins.forget_ended(at)
        unit.approvals.forget_deputies(at.date() - KEPT)
        unit.pickups.forget_old_secrets(at - SECRET_KEPT)
        unit.gaps.forget_asks((at - ASK_KEPT).date().isoformat())
        gone = unit.signals.forget_until(at - KEPT)
        over = unit.drafts.forget_expired(at)
        for draft in over:  # nobody sent them: a count by month and ground is all that stays
            unit.drafts.count_abandoned(draft.month, draft.ground)
        old = unit.incidents.forget_expired(at)
        values = [value for row in gone for value in (row.id.encode(), row.idempotency_tag.encode(), row.box)]
        values += [value for draft in over for value in (draft.id.encode(), draft.wrapped, draft.box)]
        values += [value for one in old for value in (one.id.encode(), one.wrapped, one.box)]
        pieces = [value[start : start + PIECE] for value in values for start in range(0, len(value), STRIDE)]
        traces = tuple(dict.fromkeys(piece for piece in pieces if len(piece) >= PIECE // 2))
        return Purged(len(gone), len(over), len(old), traces)

    return store.write(commit)


class Caretaker:
    """The thread of a serving process that purges, once an hour. A gateway that does not run purges nothing."""

    def __init__(
        self, settings: Settings, store: Store, *, clock: Callable[[], dt.datetime], first: float = FIRST
    ) -> None:
        """Make nothing yet: `start` does, in the process that serves. `first`: seconds before the first look."""
        self._first = first
        self._settings = settings
        self._store = store
        self._clock = clock
        self._over = Event()
        self._thread = Thread(target=self._run, name="caretaker", daemon=True)
        self._cleaned: dt.datetime | None = None
        self._traces: tuple[bytes, ...] = ()

    def start(self) -> None:
        """Look soon, and every hour."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Purge once; what fails is told, and tried again at the next look."""
        try:
            now = self._clock()
            purged = purge(self._store, now)
            self._traces += purged.traces
            rests = is_served(self._settings.database_url) and self._cleaned is not None
            if self._traces and not (rests and self._cleaned is not None and now - self._cleaned < PAUSE):
                done = clean_database(self._settings, self._traces)
                self._cleaned = now
                self._traces = () if done.ok else self._traces
                outcome = "clean" if done.ok else "deleted bytes may still stand: run `gateway retention run`"
                count = purged.signals + purged.drafts + purged.incidents
                telemetry.event("purged", count=count, problem=outcome)
        except GatewayError as exc:
            telemetry.event("purge_failed", code=exc.code)

    def _run(self) -> None:
        pause = self._first
        while not self._over.wait(pause):
            self.look()
            pause = HOUR
