"""Requests that somebody is still typing (`draft_ports.Drafts`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update

from gateway.model.draft import Abandoned
from gateway.store.cells import blob, moment, number, text, to_moment
from gateway.store.draft_ports import StoredDraft
from gateway.store.draft_tables import abandoned, draft
from gateway.store.session import Row, Session, Statement

COLUMNS = (
    draft.c.id,
    draft.c.owner,
    draft.c.ground,
    draft.c.wrapped,
    draft.c.box,
    draft.c.created_at,
    draft.c.expires,
)
_OWN = (draft.c.id == bindparam("which"), draft.c.owner == bindparam("who"))
_OVER = draft.c.expires <= bindparam("now")
_OPEN = draft.c.expires > bindparam("now")
_COUNTER = (abandoned.c.month == bindparam("when"), abandoned.c.ground == bindparam("what"))
ADD = Statement(insert(draft))
GET = Statement(select(*COLUMNS).where(*_OWN, _OPEN))
ANY = Statement(select(*COLUMNS).where(*_OWN))
OF_OWNER = Statement(select(*COLUMNS).where(draft.c.owner == bindparam("who"), _OPEN).order_by(draft.c.created_at))
CHANGE = Statement(update(draft).where(*_OWN).values(ground=bindparam("because"), box=bindparam("sealed")))
REMOVE = Statement(delete(draft).where(*_OWN))
EXPIRED = Statement(select(*COLUMNS).where(_OVER))
FORGET = Statement(delete(draft).where(_OVER))
COUNT = Statement(update(abandoned).where(*_COUNTER).values(value=abandoned.c.value + 1))
FIRST = Statement(insert(abandoned))
COUNTS = Statement(select(abandoned.c.month, abandoned.c.ground, abandoned.c.value).order_by(*abandoned.primary_key))


class SqlDrafts:
    """Drafts on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, draft: StoredDraft) -> None:
        """Keep a new draft."""
        self._session.run(
            ADD,
            {
                "id": draft.id,
                "owner": draft.owner,
                "ground": draft.ground,
                "wrapped": draft.wrapped,
                "box": draft.box,
                "created_at": to_moment(draft.created_at),
                "expires": to_moment(draft.expires),
            },
        )

    def get(self, draft_id: str, *, owner: str, now: dt.datetime) -> StoredDraft | None:
        """Return a person's own draft that is not over."""
        row = self._session.row(GET, {"which": draft_id, "who": owner, "now": to_moment(now)})
        return None if row is None else _draft(row)

    def of_owner(self, owner: str, *, now: dt.datetime) -> Sequence[StoredDraft]:
        """Return a person's own drafts, oldest first."""
        return [_draft(row) for row in self._session.rows(OF_OWNER, {"who": owner, "now": to_moment(now)})]

    def change(self, draft_id: str, *, owner: str, ground: str, box: bytes) -> None:
        """Replace what a person's own draft holds."""
        self._session.run(CHANGE, {"which": draft_id, "who": owner, "because": ground, "sealed": box})

    def remove(self, draft_id: str, *, owner: str) -> StoredDraft | None:
        """Delete a person's own draft with its key, and return it."""
        row = self._session.row(ANY, {"which": draft_id, "who": owner})
        self._session.run(REMOVE, {"which": draft_id, "who": owner})
        return None if row is None else _draft(row)

    def forget_expired(self, now: dt.datetime) -> Sequence[StoredDraft]:
        """Delete the drafts that are over, and return them."""
        gone = [_draft(row) for row in self._session.rows(EXPIRED, {"now": to_moment(now)})]
        if gone:
            self._session.run(FORGET, {"now": to_moment(now)})
        return gone

    def count_abandoned(self, month: str, ground: str) -> None:
        """Count one draft that was never submitted."""
        if self._session.run(COUNT, {"when": month, "what": ground}) == 0:
            self._session.run(FIRST, {"month": month, "ground": ground, "value": 1})

    def abandoned(self) -> Sequence[Abandoned]:
        """Return the counts, by month and ground."""
        return [Abandoned(text(month), text(ground), number(n)) for month, ground, n in self._session.rows(COUNTS, {})]


def _draft(row: Row) -> StoredDraft:
    draft_id, owner, ground, wrapped, box, created_at, expires = row
    return StoredDraft(
        text(draft_id), text(owner), text(ground), blob(wrapped), blob(box), moment(created_at), moment(expires)
    )
