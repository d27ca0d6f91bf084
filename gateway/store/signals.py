"""What partners told the team, and desks that are away (`people_ports.Signals`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update

from gateway.errors import NotFoundError
from gateway.store.cells import blob, moment, number, text, to_moment
from gateway.store.people_ports import StoredSignal
from gateway.store.people_tables import absence, signal
from gateway.store.schema import hold, outbox, part
from gateway.store.session import Row, Session, Statement

SIGNALS = select(
    signal.c.id,
    signal.c.received_at,
    signal.c.idempotency_tag,
    signal.c.body_tag,
    signal.c.box,
    signal.c.leaf_index,
    signal.c.handled_by,
    signal.c.handled_at,
)
ADD = Statement(insert(signal))
KNOWN = Statement(SIGNALS.where(signal.c.idempotency_tag == bindparam("tag")))
SINCE = Statement(SIGNALS.where(signal.c.received_at > bindparam("moment")).order_by(signal.c.received_at.desc()))
UNTIL = Statement(SIGNALS.where(signal.c.received_at <= bindparam("moment")))
FORGET = Statement(delete(signal).where(signal.c.received_at <= bindparam("moment")))
HANDLE = Statement(
    update(signal)
    .where(signal.c.id == bindparam("which"), signal.c.handled_at.is_(None))
    .values(handled_by=bindparam("by"), handled_at=bindparam("at"))
)
_OWN = (outbox.c.message_id == bindparam("message"), outbox.c.partner == bindparam("partner"))
ADDRESSED = Statement(select(outbox.c.leaf_index).where(*_OWN))
LIFT_FOR = Statement(
    delete(hold).where(
        hold.c.disclosure_id.in_(select(part.c.disclosure_id).join(outbox, outbox.c.part_id == part.c.id).where(*_OWN))
    )
)
AWAY = Statement(select(absence.c.until).where(absence.c.partner == bindparam("partner")))
BACK = Statement(delete(absence).where(absence.c.partner == bindparam("partner")))
SET_AWAY = Statement(insert(absence))


class SqlSignals:
    """Signals on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, signal: StoredSignal) -> None:
        """Keep a signal."""
        self._session.run(
            ADD,
            {
                "id": signal.id,
                "received_at": to_moment(signal.received_at),
                "idempotency_tag": signal.idempotency_tag,
                "body_tag": signal.body_tag,
                "box": signal.box,
                "leaf_index": signal.leaf_index,
                "handled_by": signal.handled_by,
                "handled_at": None if signal.handled_at is None else to_moment(signal.handled_at),
            },
        )

    def by_idempotency(self, tag: str) -> StoredSignal | None:
        """Return the signal that was sent with this key, if any."""
        row = self._session.row(KNOWN, {"tag": tag})
        return None if row is None else _signal(row)

    def since(self, moment: dt.datetime) -> Sequence[StoredSignal]:
        """Return the signals received after a moment, newest first."""
        return [_signal(row) for row in self._session.rows(SINCE, {"moment": to_moment(moment)})]

    def handle(self, signal_id: str, *, by: str, at: dt.datetime) -> None:
        """Note who handled a signal; raise NotFoundError when there is none that is still open."""
        if self._session.run(HANDLE, {"which": signal_id, "by": by, "at": to_moment(at)}) == 0:
            raise NotFoundError("there is no such open signal", hint="look in the list for what is there")

    def is_addressed(self, message_id: str, *, partner: str) -> bool:
        """Say whether a message of this partner's inbox has this id."""
        return self._session.row(ADDRESSED, {"message": message_id, "partner": partner}) is not None

    def lift_for_message(self, message_id: str, *, partner: str) -> None:
        """Lift what the hand-over behind this partner's message held."""
        self._session.run(LIFT_FOR, {"message": message_id, "partner": partner})

    def forget_until(self, moment: dt.datetime) -> Sequence[StoredSignal]:
        """Delete the signals received up to a moment, and return them."""
        values = {"moment": to_moment(moment)}
        gone = [_signal(row) for row in self._session.rows(UNTIL, values)]
        self._session.run(FORGET, values)
        return gone

    def away(self, partner: str) -> str | None:
        """Return until which day (ISO) a partner's desk is away, if it ever was."""
        row = self._session.row(AWAY, {"partner": partner})
        return None if row is None else text(row[0])

    def set_away(self, partner: str, until: str, leaf_index: int) -> None:
        """Note until which day a desk is away."""
        self._session.run(BACK, {"partner": partner})
        self._session.run(SET_AWAY, {"partner": partner, "until": until, "leaf_index": leaf_index})


def _signal(row: Row) -> StoredSignal:
    signal_id, received, tag, body, box, index, by, at = row
    return StoredSignal(
        text(signal_id),
        moment(received),
        text(tag),
        text(body),
        blob(box),
        number(index),
        None if by is None else text(by),
        None if at is None else moment(at),
    )
