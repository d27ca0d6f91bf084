"""Incidents of a control day: kept sealed for a week, seen by the team alone, and copied into drafts, never sent.

An incident holds what a report of findings says in numbers and codes: no name, no text. It is no entry of the log,
because nothing is decided by it, and it is no register: there is no list of people, nothing to search, and it is gone
after seven days. Each request that is started from it is a draft of its own: for one recipient and one ground, decided
and approved by itself, so that `single_case` stays true by construction.
"""

import datetime as dt
import json
import secrets
from collections.abc import Sequence

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_apart, seal_apart
from gateway.errors import NotFoundError, NotPermittedError
from gateway.intake.report import read_report
from gateway.model.calendar import local_day
from gateway.model.incident import Incident, KeptIncident
from gateway.model.people import Person, StaffRole
from gateway.pipeline.desk import look_for
from gateway.pipeline.tools import Tools
from gateway.store.incident_ports import StoredIncident
from gateway.store.ports import Unit

KEPT = dt.timedelta(days=7)
TEAM = (StaffRole.SUPERVISOR, StaffRole.MANAGER)


class IncidentDesk:
    """What the team does with incidents (`gateway.web.incident.desk.IncidentDesk`)."""

    def __init__(self, tools: Tools) -> None:
        """Work with finished tools."""
        self._tools = tools

    def take_over(self, report: str, by: Person) -> str:
        """Keep the incident of a pasted report; return its id, which is random and says nothing.

        :raises InvalidRequestError: the report is not of the closed form.
        """
        _only_team(by)
        tools, now = self._tools, self._tools.clock()
        incident = read_report(report, tools.policy.bundle.vocabulary, today=local_day(now))
        incident_id = secrets.token_hex(16)
        kek, aad = tools.lookup.incident_key(), _aad(incident_id, by.id)
        wrapped, box = seal_apart(canonical(incident.to_json()), kek=kek, aad=aad)
        stored = StoredIncident(
            id=incident_id,
            owner=by.id,
            case_tag=tools.lookup.case(incident.case_ref) if incident.case_ref else "",
            wrapped=wrapped,
            box=box,
            created_at=now,
            expires=now + KEPT,
        )
        tools.store.write(lambda unit: unit.incidents.add(stored))
        return incident_id

    def find(self, incident_id: str, by: Person) -> KeptIncident:
        """Return an incident to somebody of the team.

        :raises NotFoundError: there is none, or it is over.
        """
        _only_team(by)
        look_for(incident_id)
        with self._tools.store.read() as unit:
            return self._open(self._stored(unit, incident_id), by)

    def all(self, by: Person) -> Sequence[KeptIncident]:
        """Return the team's incidents that are not over, newest first."""
        _only_team(by)
        with self._tools.store.read() as unit:
            return [self._open(stored, by) for stored in unit.incidents.open(now=self._tools.clock())]

    def drop(self, incident_id: str, by: Person) -> None:
        """Delete one's own incident before its time.

        :raises NotPermittedError: it is a colleague's.
        """
        _only_team(by)
        look_for(incident_id)

        def commit(unit: Unit) -> None:
            if self._stored(unit, incident_id).owner != by.id:
                raise NotPermittedError("this incident is a colleague's", hint="it is gone by itself after a week")
            unit.incidents.remove(incident_id)

        self._tools.store.write(commit)

    def _stored(self, unit: Unit, incident_id: str) -> StoredIncident:
        stored = unit.incidents.get(incident_id, now=self._tools.clock())
        if stored is None:
            raise NotFoundError("there is no such incident", hint="it was deleted, or kept for its time")
        return stored

    def _open(self, stored: StoredIncident, by: Person) -> KeptIncident:
        kek, aad = self._tools.lookup.incident_key(), _aad(stored.id, stored.owner)
        told = Incident.from_json(json.loads(open_apart(stored.wrapped, stored.box, kek=kek, aad=aad)))
        return KeptIncident(stored.id, told, stored.created_at, stored.expires, mine=stored.owner == by.id)


def _only_team(by: Person) -> None:
    if not by.has(*TEAM):
        raise NotPermittedError("incidents are for the team", hint="ask a supervisor of the team")


def _aad(incident_id: str, owner: str) -> bytes:
    # Bound to its place and person, so that nobody's incident can be put in another's row.
    return canonical(["incident/v1", incident_id, owner])
