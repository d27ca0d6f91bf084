"""What the pages of calls ask of the gateway: the port that `gateway.pipeline.oral_desk` fills."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from gateway.model.bundle import Bundle
from gateway.model.oral import ToldLine, ToldView
from gateway.model.partner import Partner
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.web.desk import Offer


class OralDesk(Protocol):
    """Every method that keeps or shows something says who asks."""

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        ...

    def now(self) -> dt.datetime:
        """Return the moment (UTC)."""
        ...

    def partners(self) -> Sequence[Partner]:
        """Return all partners, by name."""
        ...

    def offer(self, recipient: str, ground: str, role: str) -> Offer:
        """Return what the policy could release, and the facts that it asks for."""
        ...

    def record(self, told: Json, by: Person) -> str:
        """Log what was told; return the id to follow it by; raise InvalidRequestError for another form."""
        ...

    def told(self, disclosure_id: str, by: Person) -> ToldView:
        """Return what is kept of a call."""
        ...

    def lines(self, by: Person) -> Sequence[ToldLine]:
        """List the newest calls for who supervises."""
        ...
