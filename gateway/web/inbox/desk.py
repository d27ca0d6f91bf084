"""What the pages of partners' people ask of the gateway: the port that `gateway.pipeline.inbox_desk` fills."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from gateway.log.envelope import Envelope
from gateway.model.mail import MailLine
from gateway.model.partner import Partner
from gateway.model.people import Employee


class InboxDesk(Protocol):
    """Whose messages they are comes from the employee, never from an address or a form."""

    def partner(self, partner_id: str) -> Partner | None:
        """Return a partner, if there is one."""
        ...

    def mailbox(self, partner_id: str) -> Sequence[MailLine]:
        """Return the partner's own messages, newest first; nothing of what is in them."""
        ...

    def open_message(self, by: Employee, message_id: str) -> Envelope:
        """Hand a message over; raise NotFoundError for an absent one and for another partner's."""
        ...

    def hand_in(self, by: Employee, message_id: str, receipt: str) -> int:
        """Log a signed receipt; raise NotFoundError or a ReceiptError."""
        ...

    def send_signal(self, by: Employee, body: bytes) -> None:
        """Take a signal in, whatever it is about; raise a RequestError for its form or its sender's kind alone."""
        ...

    def away_until(self, partner_id: str) -> dt.date | None:
        """Return the last day that the partner's desk is away, when it is away now."""
        ...

    def set_away(self, by: Employee, until: dt.date | None) -> None:
        """Note until which day a desk is away, or that it is back."""
        ...
