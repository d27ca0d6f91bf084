"""What is counted of a month, and what was published of it (`gap_ports.Figures`)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, func, insert, or_, select

from gateway.model.decision import Approval, Outcome
from gateway.model.notices import MessageKind
from gateway.model.views import PartState
from gateway.store.cells import moment, number, text, to_moment
from gateway.store.gap_ports import CountedPart, CountedRequest
from gateway.store.gap_tables import figures
from gateway.store.schema import disclosure, judgement, part, receipt
from gateway.store.session import Session, Statement

_WITHIN = (disclosure.c.submitted_at >= bindparam("start"), disclosure.c.submitted_at < bindparam("stop"))
REQUESTS = Statement(
    select(disclosure.c.id, disclosure.c.leaf_index, disclosure.c.outcome, disclosure.c.submitted_at)
    .where(*_WITHIN)
    .order_by(disclosure.c.submitted_at, disclosure.c.id)
)
_JUDGED = (
    select(func.min(judgement.c.at))
    .where(judgement.c.part_id == part.c.id, or_(judgement.c.kind == "approve", judgement.c.kind == "refuse"))
    .scalar_subquery()
)
_RECEIVED = select(func.min(receipt.c.at)).where(receipt.c.message_id == part.c.message_id).scalar_subquery()
PARTS = Statement(
    select(part.c.disclosure_id, part.c.approval, part.c.state, _JUDGED, _RECEIVED)
    .select_from(part.join(disclosure, part.c.disclosure_id == disclosure.c.id))
    .where(*_WITHIN, part.c.kind == MessageKind.DISCLOSURE.value)
    .order_by(part.c.id)
)
PUBLISHED = Statement(select(figures.c.body).where(figures.c.month == bindparam("which")))
PUBLISH = Statement(insert(figures))


class SqlFigures:
    """Figures on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def requests(self, start: dt.datetime, stop: dt.datetime) -> Sequence[CountedRequest]:
        """Return the requests submitted in [start, stop), oldest first."""
        return [
            CountedRequest(text(which), number(index), Outcome(text(outcome)), moment(at))
            for which, index, outcome, at in self._session.rows(REQUESTS, _between(start, stop))
        ]

    def parts(self, start: dt.datetime, stop: dt.datetime) -> Sequence[CountedPart]:
        """Return the parts of those requests."""
        return [
            CountedPart(
                text(which),
                Approval(text(approval)),
                PartState(text(state)),
                None if judged is None else moment(judged),
                None if received is None else moment(received),
            )
            for which, approval, state, judged, received in self._session.rows(PARTS, _between(start, stop))
        ]

    def published(self, month: str) -> str | None:
        """Return what was published of a month, if anything was."""
        row = self._session.row(PUBLISHED, {"which": month})
        return None if row is None else text(row[0])

    def publish(self, month: str, body: str) -> None:
        """Keep what is published of a month, unless something was before."""
        if self.published(month) is None:
            self._session.run(PUBLISH, {"month": month, "body": body})


def _between(start: dt.datetime, stop: dt.datetime) -> Mapping[str, str]:
    return {"start": to_moment(start), "stop": to_moment(stop)}
