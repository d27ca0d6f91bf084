"""Sessions of people (`people_ports.SignIns`): the database knows a digest and a box, never a token or a name."""

import datetime as dt

from sqlalchemy import bindparam, delete, insert, or_, select, update

from gateway.store.cells import blob, moment, text, to_moment
from gateway.store.people_ports import StoredSignIn
from gateway.store.people_tables import sign_in
from gateway.store.session import Session, Statement

_OPEN = (sign_in.c.ends > bindparam("now"), sign_in.c.idle_ends > bindparam("now"))
ADD = Statement(insert(sign_in))
GET = Statement(
    select(sign_in.c.digest, sign_in.c.owner, sign_in.c.box, sign_in.c.ends, sign_in.c.idle_ends).where(
        sign_in.c.digest == bindparam("which"), *_OPEN
    )
)
PROLONG = Statement(
    update(sign_in).where(sign_in.c.digest == bindparam("which"), *_OPEN).values(idle_ends=bindparam("until"))
)
OF_OWNER = Statement(
    select(sign_in.c.digest)
    .where(sign_in.c.owner == bindparam("owner"))
    .order_by(sign_in.c.ends.desc(), sign_in.c.digest)
)
REMOVE = Statement(delete(sign_in).where(sign_in.c.digest == bindparam("which")))
FORGET = Statement(
    delete(sign_in).where(or_(sign_in.c.ends <= bindparam("now"), sign_in.c.idle_ends <= bindparam("now")))
)


class SqlSignIns:
    """Sessions of people on one open session of the database."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, sign_in: StoredSignIn) -> None:
        """Keep a new session."""
        self._session.run(
            ADD,
            {
                "digest": sign_in.digest,
                "owner": sign_in.owner,
                "box": sign_in.box,
                "ends": to_moment(sign_in.ends),
                "idle_ends": to_moment(sign_in.idle_ends),
            },
        )

    def get(self, digest: str, *, now: dt.datetime) -> StoredSignIn | None:
        """Return a session that has not ended, neither by age nor by idleness."""
        row = self._session.row(GET, {"which": digest, "now": to_moment(now)})
        if row is None:
            return None
        return StoredSignIn(text(row[0]), text(row[1]), blob(row[2]), moment(row[3]), moment(row[4]))

    def prolong(self, digest: str, *, idle_ends: dt.datetime, now: dt.datetime) -> None:
        """Move the moment at which idleness ends a session that has not ended."""
        self._session.run(PROLONG, {"which": digest, "until": to_moment(idle_ends), "now": to_moment(now)})

    def remove(self, digest: str) -> None:
        """End a session at once."""
        self._session.run(REMOVE, {"which": digest})

    def remove_oldest(self, owner: str, *, keep: int) -> None:
        """End an account's sessions but the `keep` newest; those that end last are the newest."""
        for row in self._session.rows(OF_OWNER, {"owner": owner})[keep:]:
            self.remove(text(row[0]))

    def forget_ended(self, now: dt.datetime) -> None:
        """Drop the sessions that are over."""
        self._session.run(FORGET, {"now": to_moment(now)})
