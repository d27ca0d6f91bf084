"""What the pages of calls that are entered afterwards ask (`gateway.web.oral.desk.OralDesk`)."""

import datetime as dt
from collections.abc import Sequence

from gateway.decide.form import Offer, offer
from gateway.intake.told import read_told
from gateway.model.bundle import Bundle
from gateway.model.oral import ToldLine, ToldView
from gateway.model.partner import Partner
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.pipeline import show
from gateway.pipeline.desk import look_for
from gateway.pipeline.oral import record_told, show_told, told_lines
from gateway.pipeline.tools import Tools


class OralDesk:
    """A call is judged by the same policy, logged in the same log, and seen by the same people as any request."""

    def __init__(self, tools: Tools) -> None:
        """Work with finished tools."""
        self._tools = tools

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        return self._tools.policy.bundle

    def now(self) -> dt.datetime:
        """Return the moment (UTC)."""
        return self._tools.clock()

    def partners(self) -> Sequence[Partner]:
        """Return all partners, by name; also who is out of use can have been called."""
        return sorted(self._tools.partners.values(), key=lambda partner: partner.name)

    def offer(self, recipient: str, ground: str, role: str) -> Offer:
        """Return what the policy could release, and the facts that it asks for."""
        partner = self._tools.partner(recipient)
        return offer(
            self._tools.policy, recipient=partner.kind, ground=ground, role=role, on=self._tools.clock().date()
        )

    def record(self, told: Json, by: Person) -> str:
        """Log what was told; return the id to follow it by.

        :raises InvalidRequestError: it has not the agreed form.
        """
        now = self._tools.clock()
        return record_told(self._tools, read_told(told, self.bundle.vocabulary, now=now), by, now)

    def told(self, disclosure_id: str, by: Person) -> ToldView:
        """Return what is kept of a call; an officer's look is itself logged."""
        look_for(disclosure_id)
        found = show_told(self._tools, disclosure_id, by)
        show.disclosure_view(self._tools, disclosure_id, by, self._tools.clock())
        return found

    def lines(self, by: Person) -> Sequence[ToldLine]:
        """List the newest calls for who supervises."""
        return told_lines(self._tools, by)
