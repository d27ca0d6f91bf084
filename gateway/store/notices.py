"""Notices that wait to be sent, and who owes a receipt (`notice_ports.Notices`)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import and_, bindparam, delete, exists, func, insert, or_, select, update

from gateway.model.notices import Channel, MessageKind, NoticeKind
from gateway.model.views import PartState
from gateway.store.cells import moment, number, text, to_moment
from gateway.store.notice_ports import NoticeState, Owed, StoredNotice
from gateway.store.schema import notice, outbox, part, receipt
from gateway.store.session import Row, Session, Statement

ADD = Statement(insert(notice))
DUE = Statement(
    select(
        notice.c.id,
        notice.c.kind,
        notice.c.channel,
        notice.c.recipient,
        notice.c.message_id,
        notice.c.urgent,
        notice.c.created_at,
        notice.c.due_at,
        notice.c.tries,
        notice.c.state,
        outbox.c.state,
    )
    .select_from(notice.outerjoin(outbox, notice.c.message_id == outbox.c.message_id))
    .where(notice.c.state == NoticeState.WAITING.value, notice.c.due_at <= bindparam("now"))
    .order_by(notice.c.urgent.desc(), notice.c.created_at, notice.c.id)
    .limit(bindparam("most"))
)
CLAIM = Statement(
    update(notice)
    .where(
        notice.c.id == bindparam("which"),
        notice.c.due_at == bindparam("was"),
        notice.c.state == NoticeState.WAITING.value,
    )
    .values(due_at=bindparam("due_at"))
)
CHANGE = Statement(
    update(notice)
    .where(notice.c.id == bindparam("which"))
    .values({name: bindparam(name) for name in ("due_at", "tries", "state")})
)
DROP = Statement(delete(notice).where(notice.c.id == bindparam("which")))
FORGET = Statement(
    delete(notice).where(notice.c.state != NoticeState.WAITING.value, notice.c.created_at < bindparam("before"))
)
OLD = Statement(
    select(notice.c.id)
    .where(notice.c.state != NoticeState.WAITING.value, notice.c.created_at < bindparam("before"))
    .limit(1)
)
LAST = Statement(
    select(notice.c.kind, func.max(notice.c.created_at), func.count(notice.c.created_at.distinct()))
    .where(notice.c.message_id == bindparam("message_id"))
    .group_by(notice.c.kind)
)
COUNTS = Statement(select(notice.c.state, func.count()).group_by(notice.c.state))

_TOLD = select(receipt.c.leaf_index).where(receipt.c.message_id == outbox.c.message_id)
# or_ and not in_: a list of values is put into words only when a statement runs, and ours are put into words once.
_LEFT = or_(*(outbox.c.state == state.value for state in (PartState.RELEASED, PartState.DELIVERED)))
_GOT = or_(*(outbox.c.state == state.value for state in (PartState.DELIVERED, PartState.RECALLED)))
OWED = Statement(
    select(
        outbox.c.message_id,
        part.c.disclosure_id,
        outbox.c.partner,
        part.c.kind,
        outbox.c.sent_at,
        outbox.c.state,
        outbox.c.urgent,
        outbox.c.destroy_by,
    )
    .select_from(outbox.join(part, outbox.c.part_id == part.c.id))
    .where(
        or_(
            and_(_LEFT, outbox.c.sent_at <= bindparam("sent_before"), ~exists(_TOLD)),
            and_(
                _GOT,
                or_(
                    outbox.c.destroy_by < bindparam("today"),
                    exists(_TOLD.where(receipt.c.state == "not_for_us")),
                ),
                ~exists(_TOLD.where(receipt.c.state == "destroyed")),
            ),
        )
    )
    .order_by(outbox.c.urgent.desc(), outbox.c.sent_at)
)
STATES = Statement(select(receipt.c.state).where(receipt.c.message_id == bindparam("message_id")))


class SqlNotices:
    """Notices on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, notice: StoredNotice) -> None:
        """Queue a notice, in the same transaction as what it tells of."""
        self._session.run(
            ADD,
            {
                "id": notice.id,
                "kind": notice.kind.value,
                "channel": notice.channel.value,
                "recipient": notice.recipient,
                "message_id": notice.message_id,
                "urgent": int(notice.urgent),
                "created_at": to_moment(notice.created_at),
                "due_at": to_moment(notice.due_at),
                "tries": notice.tries,
                "state": notice.state.value,
            },
        )

    def due(self, now: dt.datetime, limit: int) -> Sequence[tuple[StoredNotice, PartState | None]]:
        """Return notices that may be tried now, the urgent and then the oldest first, with their messages' states."""
        return [_due(row) for row in self._session.rows(DUE, {"now": to_moment(now), "most": limit})]

    def claim(self, notice: StoredNotice, *, until: dt.datetime) -> bool:
        """Keep others from trying it until then; return False when another was first."""
        values = {"which": notice.id, "was": to_moment(notice.due_at), "due_at": to_moment(until)}
        return self._session.run(CLAIM, values) == 1

    def change(self, notice: StoredNotice) -> None:
        """Replace what became of it."""
        self._session.run(
            CHANGE,
            {
                "which": notice.id,
                "due_at": to_moment(notice.due_at),
                "tries": notice.tries,
                "state": notice.state.value,
            },
        )

    def drop(self, notice_id: str) -> None:
        """Delete a notice that is no longer true."""
        self._session.run(DROP, {"which": notice_id})

    def has_sent(self, before: dt.datetime) -> bool:
        """Say whether `forget_sent` would delete anything."""
        return self._session.row(OLD, {"before": to_moment(before)}) is not None

    def forget_sent(self, before: dt.datetime) -> int:
        """Delete what was sent or given up and is older than this."""
        return self._session.run(FORGET, {"before": to_moment(before)})

    def last_of(self, message_id: str) -> Mapping[NoticeKind, tuple[dt.datetime, int]]:
        """Return when each kind of notice about a message was last queued, and how often."""
        rows = self._session.rows(LAST, {"message_id": message_id})
        return {NoticeKind(text(kind)): (moment(at), number(often)) for kind, at, often in rows}

    def counts(self) -> Mapping[NoticeState, int]:
        """Return how many notices there are in each state."""
        found = {NoticeState(text(state)): number(count) for state, count in self._session.rows(COUNTS, {})}
        return {state: found.get(state, 0) for state in NoticeState}

    def owed(self, *, sent_before: dt.datetime, on: dt.date) -> Sequence[Owed]:
        """Return messages of which a receipt may be owed, the urgent and then the oldest first."""
        rows = self._session.rows(OWED, {"sent_before": to_moment(sent_before), "today": on.isoformat()})
        return [
            Owed(
                text(message_id),
                text(disclosure_id),
                text(partner),
                MessageKind(text(kind)),
                moment(sent_at),
                PartState(text(state)),
                bool(urgent),
                None if destroy_by is None else text(destroy_by),
                frozenset(text(cell) for (cell,) in self._session.rows(STATES, {"message_id": message_id})),
            )
            for message_id, disclosure_id, partner, kind, sent_at, state, urgent, destroy_by in rows
        ]


def _due(row: Row) -> tuple[StoredNotice, PartState | None]:
    notice_id, kind, channel, recipient, message_id, urgent, created_at, due_at, tries, state, of_message = row
    found = StoredNotice(
        text(notice_id),
        NoticeKind(text(kind)),
        Channel(text(channel)),
        text(recipient),
        None if message_id is None else text(message_id),
        bool(urgent),
        moment(created_at),
        moment(due_at),
        number(tries),
        NoticeState(text(state)),
    )
    return found, None if of_message is None else PartState(text(of_message))
