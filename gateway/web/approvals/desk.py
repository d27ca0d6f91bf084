"""What the pages of approvals ask of the gateway: the port that `gateway.pipeline.approvals_desk` fills."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from gateway.model.approvals import AgainstLine, DeputyView, Queue, Standing
from gateway.model.bundle import Bundle
from gateway.model.partner import Partner
from gateway.model.people import Person


class ApprovalsDesk(Protocol):
    """Every method says who asks; refusals are exceptions with a hint."""

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        ...

    def partners(self) -> Sequence[Partner]:
        """Return all partners, by name."""
        ...

    def now(self) -> dt.datetime:
        """Return the moment (UTC)."""
        ...

    def queue(self, by: Person) -> Queue:
        """Return what waits for this person or for others of their roles, the soonest due first."""
        ...

    def standing(self, disclosure_id: str, part_id: str, by: Person) -> Standing:
        """Return what this person may say of a part."""
        ...

    def refuse(
        self, disclosure_id: str, part_id: str, because: Sequence[str], helps: Sequence[str], text: str, by: Person
    ) -> None:
        """Refuse a part, and say why."""
        ...

    def ask_back(self, disclosure_id: str, part_id: str, question: str, text: str, by: Person) -> None:
        """Ask the requester something; the part goes on waiting."""
        ...

    def answer(self, disclosure_id: str, part_id: str, reply: str, text: str, by: Person) -> None:
        """Answer the open question."""
        ...

    def advise(self, disclosure_id: str, part_id: str, advice: str, because: Sequence[str], by: Person) -> None:
        """Record the FG's advice ("positive" or "negative") and what it rests on."""
        ...

    def against_lines(self, by: Person) -> Sequence[AgainstLine]:
        """List, for officers, the decisions that differ from the FG's advice."""
        ...

    def deputies(self, by: Person) -> Sequence[DeputyView]:
        """Return the deputyships that this person gave or was given."""
        ...

    def name_deputy(self, role: str, deputy: str, begins: dt.date | None, ends: dt.date | None, by: Person) -> None:
        """Name a deputy, who must still agree."""
        ...

    def agree(self, deputy_id: str, by: Person) -> None:
        """Agree to act in somebody's place."""
        ...

    def end(self, deputy_id: str, by: Person) -> None:
        """End a deputyship at once."""
        ...
