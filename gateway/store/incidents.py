"""Incidents and doubts about an owner (`incident_ports.Incidents`)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select

from gateway.store.cells import blob, moment, number, text, to_moment
from gateway.store.incident_ports import StoredDoubt, StoredIncident
from gateway.store.incident_tables import incident, ownership_doubt
from gateway.store.session import Row, Session, Statement, Value

ALL = select(
    incident.c.id,
    incident.c.owner,
    incident.c.case_tag,
    incident.c.wrapped,
    incident.c.box,
    incident.c.created_at,
    incident.c.expires,
)
_OVER = incident.c.expires <= bindparam("now")
_OPEN = incident.c.expires > bindparam("now")
ADD = Statement(insert(incident))
GET = Statement(ALL.where(incident.c.id == bindparam("which"), _OPEN))
OPEN = Statement(ALL.where(_OPEN).order_by(incident.c.created_at.desc(), incident.c.id))
REMOVE = Statement(delete(incident).where(incident.c.id == bindparam("which")))
OF_CASE = Statement(delete(incident).where(incident.c.case_tag == bindparam("which")))
EXPIRED = Statement(ALL.where(_OVER))
FORGET = Statement(delete(incident).where(_OVER))
ADD_DOUBT = Statement(insert(ownership_doubt))
DOUBTS = Statement(
    select(ownership_doubt.c.disclosure_id, ownership_doubt.c.leaf_index, ownership_doubt.c.at)
    .order_by(ownership_doubt.c.leaf_index.desc())
    .limit(bindparam("most"))
)


class SqlIncidents:
    """Incidents and doubts on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def add(self, incident: StoredIncident) -> None:
        """Keep a new incident."""
        self._session.run(
            ADD,
            {
                "id": incident.id,
                "owner": incident.owner,
                "case_tag": incident.case_tag,
                "wrapped": incident.wrapped,
                "box": incident.box,
                "created_at": to_moment(incident.created_at),
                "expires": to_moment(incident.expires),
            },
        )

    def get(self, incident_id: str, *, now: dt.datetime) -> StoredIncident | None:
        """Return an incident that is not over."""
        row = self._session.row(GET, {"which": incident_id, "now": to_moment(now)})
        return None if row is None else _incident(row)

    def open(self, *, now: dt.datetime) -> Sequence[StoredIncident]:
        """Return every incident that is not over, newest first."""
        return [_incident(row) for row in self._session.rows(OPEN, {"now": to_moment(now)})]

    def remove(self, incident_id: str) -> None:
        """Delete an incident with its key."""
        self._session.run(REMOVE, {"which": incident_id})

    def forget_case(self, case_tag: str) -> None:
        """Delete the incidents of a case with their keys."""
        self._session.run(OF_CASE, {"which": case_tag})

    def forget_expired(self, now: dt.datetime) -> Sequence[StoredIncident]:
        """Delete the incidents that are over, and return them."""
        gone = [_incident(row) for row in self._session.rows(EXPIRED, {"now": to_moment(now)})]
        if gone:
            self._session.run(FORGET, {"now": to_moment(now)})
        return gone

    def add_doubt(self, doubt: StoredDoubt) -> None:
        """Keep a doubt for the officers' list."""
        row: dict[str, Value] = {
            "disclosure_id": doubt.disclosure_id,
            "leaf_index": doubt.leaf_index,
            "at": to_moment(doubt.at),
        }
        self._session.run(ADD_DOUBT, row)

    def doubts(self, limit: int) -> Sequence[StoredDoubt]:
        """Return the newest doubts, newest first."""
        return [
            StoredDoubt(text(which), number(index), moment(at))
            for which, index, at in self._session.rows(DOUBTS, {"most": limit})
        ]


def _incident(row: Row) -> StoredIncident:
    incident_id, owner, tag, wrapped, box, created_at, expires = row
    return StoredIncident(
        text(incident_id), text(owner), text(tag), blob(wrapped), blob(box), moment(created_at), moment(expires)
    )
