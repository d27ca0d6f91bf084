"""What the pages of a control day ask of the gateway: the port that `gateway.pipeline.incidents.IncidentDesk` fills."""

from collections.abc import Sequence
from typing import Protocol

from gateway.model.incident import KeptIncident
from gateway.model.people import Person


class IncidentDesk(Protocol):
    """Incidents of the team. One that is over and none at all are a NotFoundError alike."""

    def take_over(self, report: str, by: Person) -> str:
        """Keep the incident of a pasted report; return its id."""
        ...

    def find(self, incident_id: str, by: Person) -> KeptIncident:
        """Return an incident."""
        ...

    def all(self, by: Person) -> Sequence[KeptIncident]:
        """Return the team's incidents, newest first."""
        ...

    def drop(self, incident_id: str, by: Person) -> None:
        """Delete one's own incident before its time."""
        ...
