"""What the page of a request asks of the gateway beside the team's desk: `gateway.pipeline.follow_desk.FollowDesk`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.model.timeline import Correctable, Doubt, History, RecallReason


class FollowDesk(Protocol):
    """What happened with a request, taking its messages back and correcting them. Every method says who asks."""

    def history(self, disclosure_id: str, by: Person) -> History:
        """Return what happened with a request and what this person may do with what left."""
        ...

    def doubts(self, by: Person) -> Sequence[Doubt]:
        """List, for officers, the requests in which the land register and the holdings do not agree."""
        ...

    def recall(self, disclosure_id: str, part_id: str, reason: RecallReason, by: Person) -> None:
        """Take the message of a part back."""
        ...

    def correctable(self, disclosure_id: str, part_id: str, by: Person) -> Correctable:
        """Return which fields of a part left; refuse whoever may not correct it."""
        ...

    def correct(
        self, disclosure_id: str, part_id: str, ref: str, data: Mapping[str, Json], *, decision: str, by: Person
    ) -> Sequence[str]:
        """Send right values to who has the wrong ones; return the partners that must be told by phone."""
        ...
