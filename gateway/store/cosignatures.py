"""What witnesses signed under the log's checkpoints (`ports.Cosignatures`). Rows are only ever added."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy import text as sql

from gateway.store.cells import number, text, to_moment
from gateway.store.schema import cosignature
from gateway.store.session import Row, Session, Statement

LAST = 2**31 - 1  # the largest number that the column holds

# Both databases say it in the same words, but SQLAlchemy has them only in each dialect's own package.
ADD = Statement(
    sql("INSERT INTO cosignature (size, witness, line, at) VALUES (:size, :witness, :line, :at) ON CONFLICT DO NOTHING")
)
LINES = Statement(
    select(cosignature.c.line).where(cosignature.c.size == bindparam("size")).order_by(cosignature.c.witness)
)
SIGNED = select(cosignature.c.size).group_by(cosignature.c.size).having(func.count() >= bindparam("least")).limit(1)
OLDEST = Statement(SIGNED.where(cosignature.c.size > bindparam("above")).order_by(cosignature.c.size))
NEWEST = Statement(SIGNED.where(cosignature.c.size < bindparam("below")).order_by(cosignature.c.size.desc()))
NEWEST_OF = Statement(
    select(cosignature.c.size)
    .where(cosignature.c.witness == bindparam("witness"))
    .order_by(cosignature.c.size.desc())
    .limit(1)
)


class SqlCosignatures:
    """Cosignatures on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, size: int, witness: str, line: str, at: dt.datetime) -> None:
        """Keep a witness's signature line under the checkpoint of this size; its first one stays."""
        self._session.run(ADD, {"size": size, "witness": witness, "line": line, "at": to_moment(at)})

    def of(self, size: int) -> Sequence[str]:
        """Return the lines under the checkpoint of this size, by witness."""
        return [text(line) for (line,) in self._session.rows(LINES, {"size": size})]

    def oldest(self, *, above: int, least: int) -> int | None:
        """Return the smallest size larger than `above` that at least so many witnesses signed."""
        return _size(self._session.row(OLDEST, {"above": above, "least": least}))

    def newest(self, *, below: int | None, least: int) -> int | None:
        """Return the largest size (smaller than `below`, if that is given) that at least so many witnesses signed."""
        return _size(self._session.row(NEWEST, {"below": LAST if below is None else below, "least": least}))

    def newest_of(self, witness: str) -> int | None:
        """Return the largest size that this witness signed."""
        return _size(self._session.row(NEWEST_OF, {"witness": witness}))


def _size(row: Row | None) -> int | None:
    return None if row is None else number(row[0])
