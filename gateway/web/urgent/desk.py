"""What the pages of an urgent hand-over ask of the gateway: the port that `gateway.pipeline.urgent_desk` fills."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from gateway.model.bundle import Bundle
from gateway.model.notices import OwedLine
from gateway.model.partner import Partner
from gateway.model.people import Person
from gateway.model.urgent import OpenReview, Way
from gateway.model.views import DisclosureView
from gateway.web.desk import Offer


class UrgentDesk(Protocol):
    """The ways and the telephone numbers MUST NOT need a database: they are shown when it does not answer."""

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        ...

    def now(self) -> dt.datetime:
        """Return the moment (UTC)."""
        ...

    def receipt_within(self) -> dt.timedelta:
        """Return how long the receipt of an urgent message may take."""
        ...

    def mails_team(self) -> bool:
        """Say whether the team's mailbox is told that a receipt is missing."""
        ...

    def partner(self, partner_id: str) -> Partner | None:
        """Return a partner, if there is one."""
        ...

    def ways(self) -> Sequence[Way]:
        """Return the ways that the policy has today for what is urgent."""
        ...

    def offer(self, way: Way, role: str) -> Offer:
        """Return the fields that a form for this way and role needs."""
        ...

    def submit(self, body: bytes, by: Person) -> DisclosureView:
        """Take a request through every stage up to the outbox."""
        ...

    def follow(self, disclosure_id: str, by: Person) -> DisclosureView:
        """Show a request as it stands now."""
        ...

    def open_reviews(self, by: Person) -> Sequence[OpenReview]:
        """Return what still waits for a second pair of eyes."""
        ...

    def owed(self, by: Person) -> Sequence[OwedLine]:
        """Return the urgent receipts that are overdue."""
        ...
