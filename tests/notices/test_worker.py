"""The worker of notices: at least once, never before COMMIT, urgent first; and one that hangs delays nobody else."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Lock, Semaphore

import pytest
from sqlalchemy import Engine

from gateway.errors import LogUnavailableError, PermanentDeliveryError, TemporaryDeliveryError
from gateway.metrics import Metrics
from gateway.model.notices import TEAM, Channel, NoticeKind
from gateway.model.views import PartState
from gateway.notices.backoff import TRIES
from gateway.notices.worker import KEPT, LEASE, Courier
from gateway.store.notice_ports import NoticeState, StoredNotice
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore
from tests.conftest import SetClock
from tests.databases import on_both
from tests.store.conftest import CountingBatch
from tests.store.rows import AT, DISCLOSURE, MESSAGE, PART

pytestmark = on_both


class Recording:
    """Keeps what was sent; `deed` may refuse."""

    def __init__(self, deed: Callable[[StoredNotice], None] = lambda _: None) -> None:
        """Begin empty."""
        self.sent: list[StoredNotice] = []
        self._deed = deed
        self._lock = Lock()

    def send(self, notice: StoredNotice) -> None:
        """Send."""
        with self._lock:
            self.sent.append(notice)
        self._deed(notice)

    def ids(self) -> list[str]:
        """Return the ids of what was tried, in order."""
        return [notice.id for notice in self.sent]


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """Return a store with two messages that wait, for Belle and for AVIM."""
    store = SqlStore(engine, CountingBatch)

    def add(unit: Unit) -> None:
        for number, partner in ((1, "belle"), (2, "avim")):
            index = unit.append(b"leaf")
            unit.disclosures.add(replace(DISCLOSURE, id=f"d{number}", idempotency_tag=f"t{number}", leaf_index=index))
            unit.disclosures.add_part(replace(PART, id=f"p{number}", disclosure_id=f"d{number}", leaf_index=index))
            row = replace(MESSAGE, message_id=f"m{number}", part_id=f"p{number}", partner=partner, leaf_index=index)
            unit.outbox.add(row)

    store.write(add)
    return store


def queue(store: SqlStore, **changed: object) -> str:
    """Queue a notice about Belle's message; return its id."""
    plain = StoredNotice(str(uuid.uuid4()), NoticeKind.MESSAGE, Channel.EMAIL, "belle", "m1", False, AT, AT)
    notice = replace(plain, **changed)  # type: ignore[arg-type]  # each test names a field as it is
    store.write(lambda unit: unit.notices.add(notice))
    return notice.id


def courier(store: SqlStore, sender: Recording, clock: SetClock, metrics: Metrics | None = None) -> Courier:
    """Return a worker that was not started: the test is its only thread."""

    def told(unit: Unit, notice: StoredNotice) -> None:
        if notice.recipient != TEAM:
            again = replace(notice, id=str(uuid.uuid4()), kind=NoticeKind.ATTENTION, recipient=TEAM)
            unit.notices.add(replace(again, state=NoticeState.WAITING, tries=0, due_at=AT))

    return Courier(store, sender, clock=clock, metrics=metrics or Metrics(), sweep=lambda: None, given_up=told)


def states(store: SqlStore) -> dict[NoticeState, int]:
    """Return how many notices are in each state."""
    with store.read() as unit:
        return dict(unit.notices.counts())


def test_nothing_is_sent_of_a_commit_that_failed(store: SqlStore, clock: SetClock) -> None:
    """The notice is a row of the same transaction: it is there with the message, or not at all."""

    def job(unit: Unit) -> None:
        unit.notices.add(StoredNotice("n1", NoticeKind.MESSAGE, Channel.EMAIL, "belle", "m1", False, AT, AT))
        raise LogUnavailableError("the disk is full", hint="")

    with pytest.raises(LogUnavailableError):
        store.write(job)
    sender = Recording()
    assert not courier(store, sender, clock).send_one()
    assert sender.sent == []


@pytest.mark.parametrize("state", [PartState.VOIDED, PartState.RECALLED, PartState.DELIVERED])
def test_nobody_is_told_of_a_message_that_was_stopped_or_fetched(
    store: SqlStore, clock: SetClock, state: PartState
) -> None:
    """Whose message was stopped in the queue must not learn that there was one."""
    queue(store)
    store.write(lambda unit: unit.outbox.change_state("m1", state))
    clock.now = AT
    sender, metrics = Recording(), Metrics()
    assert not courier(store, sender, clock, metrics).send_one()
    assert (sender.sent, sum(states(store).values())) == ([], 0)
    assert b'gateway_notices_total{channel="email",result="dropped"} 1.0' in metrics.text()


def test_the_urgent_goes_first_then_the_oldest(store: SqlStore, clock: SetClock) -> None:
    """Whatever was queued before it."""
    late = queue(store, created_at=AT + dt.timedelta(seconds=1))
    early = queue(store)
    urgent = queue(store, urgent=True, created_at=AT + dt.timedelta(seconds=2), message_id="m2", recipient="avim")
    clock.now = AT + dt.timedelta(minutes=1)
    sender = Recording()
    worker = courier(store, sender, clock)
    while worker.send_one():
        pass
    assert sender.ids() == [urgent, early, late]
    assert states(store)[NoticeState.SENT] == 3


def test_what_was_under_way_in_a_killed_process_is_sent_again_with_the_same_id(
    store: SqlStore, clock: SetClock
) -> None:
    """Killed after sending and before noting it: sent twice, recognised by its id; and nobody sends it meanwhile."""
    notice = queue(store)
    clock.now = AT + dt.timedelta(minutes=1)

    def killed(_: StoredNotice) -> None:
        raise SystemExit  # no handler of the worker sees it, as none sees SIGKILL

    first = Recording(killed)
    with pytest.raises(SystemExit):
        courier(store, first, clock).send_one()
    second = Recording()
    worker = courier(store, second, clock)
    assert not worker.send_one()
    clock.now += LEASE
    assert worker.send_one()
    assert (first.ids(), second.ids()) == ([notice], [notice])
    assert not worker.send_one()


def test_two_processes_never_hold_the_same_notice(store: SqlStore, clock: SetClock) -> None:
    """Whoever claims second is told so."""
    queue(store)
    with store.read() as unit:
        ((notice, state),) = unit.notices.due(AT, 10)
    assert state is PartState.RELEASED
    until = AT + LEASE
    assert store.write(lambda unit: unit.notices.claim(notice, until=until))
    assert not store.write(lambda unit: unit.notices.claim(notice, until=until))


def test_a_failure_is_tried_again_later_and_later_until_the_team_is_told(store: SqlStore, clock: SetClock) -> None:
    """Given up after so many tries; the team's own notice is a new one."""

    def refuse(notice: StoredNotice) -> None:
        if notice.recipient != TEAM:
            raise TemporaryDeliveryError("no", hint="wait")

    queue(store)
    clock.now = AT
    sender, metrics = Recording(refuse), Metrics()
    worker = courier(store, sender, clock, metrics)
    for _ in range(TRIES):
        assert worker.send_one()
        assert not worker.send_one() or len(sender.sent) > TRIES
        clock.now += dt.timedelta(hours=2)
    assert [notice.recipient for notice in sender.sent] == ["belle"] * TRIES + [TEAM]
    assert states(store) == {NoticeState.WAITING: 0, NoticeState.SENT: 1, NoticeState.GIVEN_UP: 1}
    assert f'channel="email",result="failed"}} {TRIES - 1}.0'.encode() in metrics.text()


def test_what_cannot_succeed_is_told_to_the_team_at_once(store: SqlStore, clock: SetClock) -> None:
    """An address that leads inwards, or a mailbox that is not there: a person must look."""

    def refuse(notice: StoredNotice) -> None:
        if notice.recipient != TEAM:
            raise PermanentDeliveryError("no", hint="look")

    queue(store)
    clock.now = AT
    sender = Recording(refuse)
    worker = courier(store, sender, clock)
    assert worker.send_one()
    assert worker.send_one()
    assert [notice.recipient for notice in sender.sent] == ["belle", TEAM]


def test_an_unforeseen_error_loses_no_notice(store: SqlStore, clock: SetClock) -> None:
    """Whatever the way there does, it is tried again."""

    def fail(_: StoredNotice) -> None:
        raise RuntimeError("a fault of ours")

    queue(store)
    clock.now = AT
    assert courier(store, Recording(fail), clock).send_one()
    assert states(store)[NoticeState.WAITING] == 1


def test_one_that_hangs_delays_nobody_else(store: SqlStore, clock: SetClock) -> None:
    """One partner's address hangs, and the mail server as well: another partner is told all the same."""
    go, told, hanging = Event(), Event(), Semaphore(0)

    def deed(notice: StoredNotice) -> None:
        if notice.recipient == "avim" and notice.channel is Channel.WEBHOOK:
            told.set()
        else:
            hanging.release()
            assert go.wait(60)

    queue(store, channel=Channel.WEBHOOK)
    queue(store)
    queue(store, channel=Channel.WEBHOOK, created_at=AT + dt.timedelta(seconds=1))
    queue(store, created_at=AT + dt.timedelta(seconds=1))
    queue(store, channel=Channel.WEBHOOK, recipient="avim", message_id="m2", created_at=AT + dt.timedelta(seconds=2))
    clock.now = AT + dt.timedelta(minutes=1)
    sender = Recording(deed)
    worker = courier(store, sender, clock)
    worker.start()
    try:
        assert told.wait(60)
        assert all(hanging.acquire(timeout=60) for _ in range(2))
        assert len([notice for notice in sender.sent if notice.recipient == "belle"]) == 2  # one of each way
    finally:
        go.set()
        worker.stop()


def test_what_was_sent_long_ago_is_deleted(store: SqlStore, clock: SetClock) -> None:
    """It is kept for counting reminders, and no longer."""
    queue(store)
    clock.now = AT
    worker = courier(store, Recording(), clock)
    assert worker.send_one()
    worker.forget()
    assert states(store)[NoticeState.SENT] == 1
    clock.now = AT + KEPT + dt.timedelta(seconds=1)
    worker.forget()
    assert sum(states(store).values()) == 0
