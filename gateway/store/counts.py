"""Counts of erased decisions (`ports.Counts`)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from gateway.store.cells import blob, number, text
from gateway.store.records import Tally
from gateway.store.schema import tally
from gateway.store.session import Session, Statement

RAISE = Statement(
    update(tally).where(tally.c.tag == bindparam("which")).values(count=tally.c["count"] + bindparam("more"))
)
ADD = Statement(insert(tally))
ALL = Statement(select(tally.c.tag, tally.c.box, tally.c["count"]).order_by(tally.c.tag))


class SqlCounts:
    """Counts on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, counted: Tally) -> None:
        """Add to the count with this tag; its box is kept the first time only."""
        if self._session.run(RAISE, {"which": counted.tag, "more": counted.count}) == 0:
            self._session.run(ADD, {"tag": counted.tag, "box": counted.box, "count": counted.count})

    def all(self) -> Sequence[Tally]:
        """Return every count, in order of its tag, which tells nothing."""
        return [Tally(text(row[0]), blob(row[1]), number(row[2])) for row in self._session.rows(ALL, {})]
