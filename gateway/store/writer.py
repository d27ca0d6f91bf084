"""The store: reading views, and one writer at a time whose transaction serves all who wait (group commit).

There is no writer thread. Whoever finds the turn free commits for everyone in the queue, so an idle gateway commits
at once in the caller's own thread and a busy one shares the disk's flush among many releases (research/speed.md).
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock
from typing import TypeVar, cast

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import LogUnavailableError
from gateway.metrics import Metrics
from gateway.store import ports
from gateway.store.accounts import SqlAccounts
from gateway.store.approval_ports import Approvals
from gateway.store.approvals import SqlApprovals
from gateway.store.book import SqlBook
from gateway.store.bundles import SqlBundles
from gateway.store.circumstance_ports import Circumstances
from gateway.store.circumstances import SqlCircumstances
from gateway.store.cosignatures import SqlCosignatures
from gateway.store.counts import SqlCounts
from gateway.store.coverage_ports import Accounts
from gateway.store.disclosures import SqlCases, SqlDisclosures
from gateway.store.door_ports import Door
from gateway.store.draft_ports import Drafts
from gateway.store.drafts import SqlDrafts
from gateway.store.engine import answering
from gateway.store.erasure_ports import Erasures
from gateway.store.erasures import SqlErasures
from gateway.store.figures import SqlFigures
from gateway.store.gap_ports import Figures, Gaps
from gateway.store.gaps import SqlGaps
from gateway.store.incident_ports import Incidents
from gateway.store.incidents import SqlIncidents
from gateway.store.key_ports import Enrolments, PartnerKeys
from gateway.store.memory_ports import Memory
from gateway.store.notice_ports import Notices
from gateway.store.notices import SqlNotices
from gateway.store.outbox import SqlDoor, SqlOutbox
from gateway.store.partner_keys import SqlEnrolments, SqlPartnerKeys
from gateway.store.people_ports import Signals, SignIns
from gateway.store.pickup_ports import Pickups
from gateway.store.pickups import SqlPickups
from gateway.store.policy_ports import Bundles, Counts
from gateway.store.ports import LogBatch, LogTable
from gateway.store.review_ports import Reviews
from gateway.store.reviews import SqlReviews
from gateway.store.session import Session, StatementError
from gateway.store.sign_ins import SqlSignIns
from gateway.store.signals import SqlSignals
from gateway.store.transaction import WriterConnection, transaction
from gateway.store.volume_ports import Book
from gateway.store.witness_ports import Cosignatures

T = TypeVar("T")

GROUP = 256  # jobs in one transaction at most
FROM_DATABASE = (SQLAlchemyError, StatementError)


class SqlUnit:
    """One consistent view of the whole store (`ports.Unit`)."""

    def __init__(self, session: Session, book: SqlBook, batch: LogBatch | None = None) -> None:
        """Bind every table to the session; `batch`, on the book's newest volume, is there only inside a writing job."""
        self._book = book
        self._batch = batch
        self.book: Book = book
        self.cases: ports.Cases = SqlCases(session)
        self.disclosures: ports.Disclosures = SqlDisclosures(session)
        self.outbox: ports.Outbox = SqlOutbox(session)
        self.pickups: Pickups = SqlPickups(session)
        self.door: Door = SqlDoor(session)
        self.circumstances: Circumstances = SqlCircumstances(session)
        self.accounts: Accounts = SqlAccounts(session)
        self.bundles: Bundles = SqlBundles(session)
        self.counts: Counts = SqlCounts(session)
        self.cosignatures: Cosignatures = SqlCosignatures(session)
        self.erasures: Erasures = SqlErasures(session)
        self.partner_keys: PartnerKeys = SqlPartnerKeys(session)
        self.enrolments: Enrolments = SqlEnrolments(session)
        self.sign_ins: SignIns = SqlSignIns(session)
        self.signals: Signals = SqlSignals(session)
        self.notices: Notices = SqlNotices(session)
        self.reviews: Reviews = SqlReviews(session)
        self.gaps: Gaps = SqlGaps(session)
        self.figures: Figures = SqlFigures(session)
        self.drafts: Drafts = SqlDrafts(session)
        self.incidents: Incidents = SqlIncidents(session)
        self.approvals: Approvals = SqlApprovals(session)

    @property
    def log(self) -> ports.LogTable:
        """Return the newest volume of the log, the only one that is added to."""
        return self._book.newest

    def append(self, entry: bytes) -> int:
        """Add a leaf in this transaction and return its index over all volumes."""
        if self._batch is None:
            raise LogUnavailableError("a reading view cannot append", hint="run the step inside Store.write")
        return self._batch.append(entry) + self.log.first


class _Ticket:
    """A job in the queue, and what became of it."""

    def __init__(self, job: Callable[[SqlUnit], object]) -> None:
        self.job = job
        self.value: object = None
        self.error: BaseException | None = None
        self.done = False
        self.called = Event()  # done, or first in the queue while nobody has the turn


class SqlStore:
    """`ports.Store` on SQLAlchemy."""

    def __init__(
        self,
        engine: Engine,
        open_batch: Callable[[LogTable], LogBatch] | None,
        *memories: Memory,
        metrics: Metrics | None = None,
        years: bool = True,
    ) -> None:
        """Keep the engine; without `open_batch` (no log key at hand) the store only reads.

        `memories` are told of each commit, in this order. `years` is False for tables of before there were volumes, of
        which nothing but the log is read.
        """
        self._years = years
        self._engine = engine
        self._writer = WriterConnection(engine)
        self._open_batch = open_batch
        self._memories = memories
        self._metrics = metrics or Metrics()
        self._queue: deque[_Ticket] = deque()
        self._turn = Lock()

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        """Open one consistent reading view."""
        with answering(), transaction(self._engine) as opened:
            yield SqlUnit(opened.session, SqlBook(opened.session, years=self._years))

    def write(self, job: Callable[[SqlUnit], T]) -> T:
        """Run the job in the next transaction; return only after COMMIT is durable.

        :raises LogUnavailableError: the commit failed; nothing of the job may be acted upon.
        """
        if self._open_batch is None:
            raise LogUnavailableError("this store was opened for reading", hint="start the gateway with its keys")
        ticket = _Ticket(job)
        self._queue.append(ticket)
        while not ticket.done:
            if self._turn.acquire(blocking=False):
                try:
                    if not ticket.done:
                        self._commit_group(self._open_batch)
                finally:
                    self._turn.release()
                    self._call_next()
            else:
                ticket.called.wait()
                ticket.called.clear()
        if ticket.error is not None:
            raise ticket.error
        return cast(T, ticket.value)

    def close(self) -> None:
        """Close the connections; the store is of no use after this."""
        self._writer.close()
        self._engine.dispose()
        for memory in self._memories:
            memory.settle()

    def _call_next(self) -> None:
        # INVARIANT: whoever finds the turn taken is called: the queue is looked at only after the turn was given back.
        with suppress(IndexError):
            self._queue[0].called.set()

    def _commit_group(self, open_batch: Callable[[LogTable], LogBatch]) -> None:
        group = [self._queue.popleft() for _ in range(min(GROUP, len(self._queue)))]
        failure = _not_written
        try:
            with transaction(self._engine, self._writer) as opened:
                session = opened.session
                book = SqlBook(session)
                batch = open_batch(book.newest)
                unit = SqlUnit(session, book, batch)
                if len(group) == 1:
                    group[0].value = group[0].job(unit)  # a job by itself takes the whole transaction back with it
                else:
                    for ticket in group:
                        _run_apart(ticket, unit, session, batch)
                checkpoint = batch.close()
                failure = _perhaps_written
                opened.commit()
        except BaseException as exc:
            # Only a job by itself gets its own error: of a commit that failed, nobody is the cause.
            own = len(group) == 1 and failure is _not_written and not isinstance(exc, FROM_DATABASE)
            for ticket in group:
                ticket.error = ticket.error or (exc if own else failure(exc))
            if not isinstance(exc, Exception):  # an interrupt or exit is for the whole process
                raise
        else:
            self._metrics.committed(len(group))
            # After COMMIT and before anyone acts upon it: what was acted upon is remembered.
            if checkpoint is not None:
                for memory in self._memories:
                    memory.remember(checkpoint)
        finally:
            for ticket in group:
                ticket.done = True
                ticket.called.set()
            self._metrics.failed(sum(isinstance(ticket.error, LogUnavailableError) for ticket in group))


def _run_apart(ticket: _Ticket, unit: SqlUnit, session: Session, batch: LogBatch) -> None:
    # INVARIANT: a job that fails takes back its own rows and leaves, and nobody else's.
    mark = batch.mark()
    session.say("SAVEPOINT job")
    try:
        ticket.value = ticket.job(unit)
        session.say("RELEASE SAVEPOINT job")
    except BaseException as exc:  # noqa: BLE001  # SqlStore.write raises it again, to the job's own caller
        ticket.error = _not_written(exc) if isinstance(exc, FROM_DATABASE) else exc
        session.say("ROLLBACK TO SAVEPOINT job")
        session.say("RELEASE SAVEPOINT job")
        batch.back_to(mark)


def _not_written(cause: BaseException) -> LogUnavailableError:
    failure = LogUnavailableError(
        "the log could not be written, so nothing was released",
        hint="look at the disk and the database, then submit again with the same key",
    )
    failure.__cause__ = cause
    return failure


def _perhaps_written(cause: BaseException) -> LogUnavailableError:
    # COMMIT was sent and its answer was lost: the database knows, and the same key asks it.
    failure = LogUnavailableError(
        "it is not certain that the log was written",
        hint="submit again with the same key: what was written is found, what was not is written",
    )
    failure.__cause__ = cause
    return failure
