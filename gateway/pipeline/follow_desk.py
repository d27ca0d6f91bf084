"""What people do with a request that they follow (`gateway.web.follow.desk.FollowDesk`)."""

from collections.abc import Mapping, Sequence

from gateway.errors import NotPermittedError
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json, items
from gateway.model.timeline import Correctable, Doubt, History, RecallReason
from gateway.pipeline import take_back
from gateway.pipeline.assess import Matter
from gateway.pipeline.desk import look_for
from gateway.pipeline.ownership import from_detail
from gateway.pipeline.timeline import timeline
from gateway.pipeline.tools import Tools

OFFICERS = (StaffRole.FG, StaffRole.PRIVACY_OFFICER)
MOST = 200


class FollowDesk:
    """What happened, taking back and correcting. Whoever has no role of the team is refused."""

    def __init__(self, tools: Tools) -> None:
        """Work with finished tools."""
        self._tools = tools

    def history(self, disclosure_id: str, by: Person) -> History:
        """Return what happened with a request and what this person may do with what left."""
        look_for(disclosure_id)
        if not by.has(*StaffRole):
            raise NotPermittedError("your role may not see this request", hint="ask a supervisor of the team")
        with self._tools.store.read() as unit:
            disclosure = unit.disclosures.get(disclosure_id)
            _, detail, _ = self._tools.recorder.read(unit, disclosure.leaf_index)
            return History(
                tuple(timeline(self._tools, unit, disclosure, by)),
                {
                    part.id: take_back.taking_back(self._tools, unit, disclosure, part, by)
                    for part in unit.disclosures.parts(disclosure.id)
                },
                from_detail(detail),
                any(Matter.from_json(subject).watch.consents for subject in items(detail.get("subjects"))),
            )

    def doubts(self, by: Person) -> Sequence[Doubt]:
        """List, for officers, the requests in which the land register and the holdings do not agree, newest first."""
        if not by.has(*OFFICERS):
            raise NotPermittedError("your role may not see this list", hint="ask the privacy officer")
        with self._tools.store.read() as unit:
            return [Doubt(one.disclosure_id, one.leaf_index, one.at) for one in unit.incidents.doubts(MOST)]

    def recall(self, disclosure_id: str, part_id: str, reason: RecallReason, by: Person) -> None:
        """Take the message of a part back."""
        look_for(disclosure_id, part_id)
        take_back.recall(self._tools, disclosure_id, part_id, reason, by, self._tools.clock())

    def correctable(self, disclosure_id: str, part_id: str, by: Person) -> Correctable:
        """Return which fields of a part left."""
        look_for(disclosure_id, part_id)
        return take_back.correctable(self._tools, disclosure_id, part_id, by)

    def correct(
        self, disclosure_id: str, part_id: str, ref: str, data: Mapping[str, Json], *, decision: str, by: Person
    ) -> Sequence[str]:
        """Send right values to who has the wrong ones; return the partners that must be told by phone."""
        look_for(disclosure_id, part_id)
        at = self._tools.clock()
        done = take_back.send_correction(
            self._tools, disclosure_id, part_id, ref, data, decision=decision, by=by, at=at
        )
        return [partner for partner, _ in done.phone]
