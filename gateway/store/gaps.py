"""Combinations without a rule (`gap_ports.Gaps`)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select

from gateway.store.cells import blob, number, text
from gateway.store.gap_ports import StoredGap
from gateway.store.gap_tables import gap, gap_ask
from gateway.store.session import Row, Session, Statement

GAPS = select(
    gap.c.tag,
    gap.c.box,
    gap.c.first_on,
    gap.c.last_on,
    gap.c.asked,
    gap.c.answer,
    gap.c.due,
    gap.c.answered_on,
    gap.c.leaf_index,
)
GET = Statement(GAPS.where(gap.c.tag == bindparam("which")))
ALL = Statement(GAPS.order_by(gap.c.tag))
REMOVE = Statement(delete(gap).where(gap.c.tag == bindparam("which")))
ADD = Statement(insert(gap))
KNOWN = Statement(select(gap_ask.c.tag).where(gap_ask.c.tag == bindparam("which")))
NOTE = Statement(insert(gap_ask))
FORGET = Statement(delete(gap_ask).where(gap_ask.c.asked_on < bindparam("before")))


class SqlGaps:
    """Combinations without a rule on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def note_ask(self, tag: str, on: str) -> bool:
        """Keep that somebody asked on a day; return False when that is known already."""
        if self._session.row(KNOWN, {"which": tag}) is not None:
            return False
        self._session.run(NOTE, {"tag": tag, "asked_on": on})
        return True

    def forget_asks(self, before: str) -> int:
        """Delete who asked before a day; return how many."""
        return self._session.run(FORGET, {"before": before})

    def get(self, tag: str) -> StoredGap | None:
        """Return a combination, if anybody asked about it."""
        row = self._session.row(GET, {"which": tag})
        return None if row is None else _gap(row)

    def all(self) -> Sequence[StoredGap]:
        """Return every combination, in order of its tag."""
        return [_gap(row) for row in self._session.rows(ALL, {})]

    def put(self, gap: StoredGap) -> None:
        """Keep a combination, in place of what was kept of it."""
        self._session.run(REMOVE, {"which": gap.tag})
        self._session.run(
            ADD,
            {
                "tag": gap.tag,
                "box": gap.box,
                "first_on": gap.first_on,
                "last_on": gap.last_on,
                "asked": gap.asked,
                "answer": gap.answer,
                "due": gap.due,
                "answered_on": gap.answered_on,
                "leaf_index": gap.leaf_index,
            },
        )


def _gap(row: Row) -> StoredGap:
    tag, box, first, last, asked, answer, due, answered, index = row
    return StoredGap(
        text(tag),
        blob(box),
        text(first),
        text(last),
        number(asked),
        None if answer is None else text(answer),
        None if due is None else text(due),
        None if answered is None else text(answered),
        None if index is None else number(index),
    )
