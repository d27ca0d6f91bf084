"""Sends what waits in the table of notices, and survives being killed: at least once, never lost, never before COMMIT.

A notice is a row of the same transaction as what it tells of. Whoever sends it first moves its due time ahead (the
lease), so no other process sends it meanwhile; whoever is killed then has lost the lease only, and the notice is due
again when it ends. A few threads work; of one mail server, and of each partner's address, no more than one is kept
waiting, so that one that hangs delays nobody else.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import Protocol

from gateway import telemetry
from gateway.errors import PermanentDeliveryError
from gateway.metrics import Metrics
from gateway.model.notices import Channel, NoticeKind
from gateway.model.views import PartState
from gateway.notices.backoff import TRIES, pause
from gateway.store.notice_ports import NoticeState, StoredNotice
from gateway.store.ports import Store, Unit

LOOK = 1.0  # seconds between two looks at what is due
LEASE = dt.timedelta(seconds=90)  # longer than any sending can take
KEPT = dt.timedelta(days=90)  # what was sent is remembered, so that reminders are counted
SWEEP = 60.0  # seconds between two looks at receipts that are owed
THREADS = 4
SEEN_AT_ONCE = 50
FAREWELL = 5.0  # seconds: a sending that is cut off is repeated, so nobody waits long for it

Clock = Callable[[], dt.datetime]


class Sender(Protocol):
    """Whoever sends a notice on its way (`gateway.notices.senders.Senders`)."""

    def send(self, notice: StoredNotice) -> None:
        """Send it once; raise TemporaryDeliveryError or PermanentDeliveryError when it did not arrive."""
        ...


class Courier:
    """The worker: its threads, and what each of them is busy with."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        *,
        clock: Clock,
        metrics: Metrics,
        sweep: Callable[[], None],
        given_up: Callable[[Unit, StoredNotice], None],
    ) -> None:
        """Make nothing yet: `start` does, in the process that serves.

        `sweep` is called now and then; `given_up` in the transaction in which a notice is given up.
        """
        self._store = store
        self._sender = sender
        self._clock = clock
        self._metrics = metrics
        self._sweep = sweep
        self._given_up = given_up
        self._over = Event()
        self._lock = Lock()
        self._busy: set[tuple[Channel, str]] = set()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Send from now on, beginning with what an earlier process left."""
        jobs = [("sweep", self._keep_sweeping), *((f"notice-{n}", self._keep_sending) for n in range(THREADS))]
        for name, job in jobs:
            thread = Thread(target=job, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Send no more. What was under way is sent again by the next process."""
        self._over.set()
        for thread in self._threads:
            thread.join(FAREWELL)

    def _keep_sweeping(self) -> None:
        while not self._over.is_set():
            try:
                self._sweep()
                self.forget()
            except Exception as exc:  # noqa: BLE001  # the outermost loop of a worker: nothing may end it
                telemetry.failure("not_swept", exc)
            self._over.wait(SWEEP)

    def forget(self) -> None:
        """Delete what was sent long ago."""
        before = self._clock() - KEPT
        with self._store.read() as unit:
            old = unit.notices.has_sent(before)
        if old:
            self._store.write(lambda unit: unit.notices.forget_sent(before))

    def _keep_sending(self) -> None:
        while not self._over.is_set():
            try:
                found = self.send_one()
            except Exception as exc:  # noqa: BLE001  # the outermost loop of a worker: nothing may end it
                telemetry.failure("not_sent", exc)
                found = False
            if not found:
                self._over.wait(LOOK)

    def send_one(self) -> bool:
        """Send the first notice that is due and whose way is free; return False when there is none."""
        taken = self._take()
        if taken is None:
            return False
        notice, lane = taken
        try:
            self._try(notice)
        finally:
            with self._lock:
                self._busy.discard(lane)
        return True

    def _take(self) -> tuple[StoredNotice, tuple[Channel, str]] | None:
        now = self._clock()
        with self._store.read() as unit:
            due = unit.notices.due(now, SEEN_AT_ONCE)
        for notice, of_message in due:
            if _is_over(notice, of_message):
                self._store.write(lambda unit, gone=notice.id: unit.notices.drop(gone))  # type: ignore[misc]  # a default binds the value
                self._metrics.notice(notice.channel.value, "dropped")
                continue
            lane = (notice.channel, notice.recipient if notice.channel is Channel.WEBHOOK else "")
            with self._lock:
                if lane in self._busy:
                    continue
                self._busy.add(lane)
            claimed = False
            try:
                until = now + LEASE

                def claim(unit: Unit, wanted: StoredNotice = notice, until: dt.datetime = until) -> bool:
                    return unit.notices.claim(wanted, until=until)

                claimed = self._store.write(claim)
            finally:
                if not claimed:
                    with self._lock:
                        self._busy.discard(lane)
            if claimed:
                return replace(notice, due_at=until), lane
        return None

    def _try(self, notice: StoredNotice) -> None:
        tries = notice.tries + 1
        try:
            self._sender.send(notice)
        except Exception as exc:  # noqa: BLE001  # whatever the way there did, the notice must not be lost
            final = isinstance(exc, PermanentDeliveryError) or tries >= TRIES
            telemetry.event("notice_failed", code=getattr(exc, "code", ""), tries=tries)
            if not final:
                due = self._clock() + pause(tries, urgent=notice.urgent)
                self._note(replace(notice, tries=tries, due_at=due), "failed")
                return
            self._note(replace(notice, tries=tries, state=NoticeState.GIVEN_UP), "given_up")
            telemetry.failure("notice_given_up", exc)
            return
        self._note(replace(notice, tries=tries, state=NoticeState.SENT), "sent")

    def _note(self, notice: StoredNotice, result: str) -> None:
        def commit(unit: Unit) -> None:
            unit.notices.change(notice)
            if notice.state is NoticeState.GIVEN_UP:
                self._given_up(unit, notice)

        self._store.write(commit)
        self._metrics.notice(notice.channel.value, result)


def _is_over(notice: StoredNotice, of_message: PartState | None) -> bool:
    """Say whether what a notice tells of is no longer so: the message never left, or was fetched before."""
    if notice.kind is NoticeKind.MESSAGE:
        return of_message is not PartState.RELEASED
    return notice.kind is NoticeKind.REMINDER and of_message is PartState.VOIDED
