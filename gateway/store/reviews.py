"""Reviews afterwards that nobody has done yet (`review_ports.Reviews`)."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, exists, literal_column, or_, select

from gateway.model.notices import MessageKind
from gateway.model.urgent import OpenReview
from gateway.model.views import PartState
from gateway.store.cells import moment, text
from gateway.store.schema import disclosure, judgement, part
from gateway.store.session import Session, Statement

# What is not there, and not what is: by its state a part is found through an index that grows with every message.
_LEFT = and_(
    *(part.c.state != state.value for state in PartState if state not in {PartState.RELEASED, PartState.DELIVERED})
)
_REVIEWED = select(judgement.c.id).where(
    judgement.c.part_id == part.c.id, or_(judgement.c.kind == "review_good", judgement.c.kind == "review_bad")
)
OPEN = Statement(
    select(
        part.c.disclosure_id,
        part.c.id,
        disclosure.c.recipient,
        disclosure.c.requester,
        part.c.kind,
        part.c.review_due,
    )
    .select_from(part.join(disclosure, part.c.disclosure_id == disclosure.c.id))
    .where(part.c.review_due.is_not(None), _LEFT, ~exists(_REVIEWED))
    .order_by(part.c.review_due, part.c.id)
)
ORAL = Statement(
    select(disclosure.c.id)
    .select_from(part.join(disclosure, part.c.disclosure_id == disclosure.c.id))
    .where(part.c.kind == literal_column(f"'{MessageKind.ORAL.value}'"))  # in words, so that the partial index serves
    .order_by(disclosure.c.submitted_at.desc())
    .limit(bindparam("most"))
)


class SqlReviews:
    """Reviews on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def open(self) -> Sequence[OpenReview]:
        """Return every part whose review is due and not done, what is due first in front."""
        return [
            OpenReview(text(request), text(one), text(to), text(by), MessageKind(text(kind)), moment(due))
            for request, one, to, by, kind, due in self._session.rows(OPEN, {})
        ]

    def oral(self, limit: int) -> Sequence[str]:
        """Return the ids of the newest requests that record what was said by telephone, newest first."""
        return [text(row[0]) for row in self._session.rows(ORAL, {"most": limit})]
