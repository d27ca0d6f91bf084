"""What a partner's own people do (`gateway.web.inbox.desk.InboxDesk`); whose messages: the employee's own partner's."""

import datetime as dt
from collections.abc import Sequence

from gateway.log.envelope import Envelope
from gateway.model.calendar import local_day
from gateway.model.mail import MailLine
from gateway.model.partner import Partner
from gateway.model.people import Employee
from gateway.pipeline import absence, mailbox, signals
from gateway.pipeline.desk import PartnerDesk, look_for
from gateway.pipeline.tools import Tools


class InboxDesk:
    """The same checks as for a program, and the name of who did it."""

    def __init__(self, tools: Tools, partners: PartnerDesk) -> None:
        """Work with finished tools, beside the desk of partners' programs."""
        self._tools = tools
        self._partners = partners

    def partner(self, partner_id: str) -> Partner | None:
        """Return a partner, if there is one."""
        return self._partners.partner(partner_id)

    def mailbox(self, partner_id: str) -> Sequence[MailLine]:
        """Return a partner's own messages as its people see them."""
        return mailbox.mailbox(self._tools, partner_id, self._tools.clock())

    def open_message(self, by: Employee, message_id: str) -> Envelope:
        """Hand a message to a person of its partner, and log who it was."""
        look_for(message_id)
        return mailbox.open_message(self._tools, by, message_id, self._tools.clock())

    def hand_in(self, by: Employee, message_id: str, receipt: str) -> int:
        """Log a signed receipt that a person made in the browser."""
        return self._partners.acknowledge(by.partner, message_id, receipt, now=self._tools.clock())

    def send_signal(self, by: Employee, body: bytes) -> None:
        """Take in a signal that a person filled in."""
        signals.receive(self._tools, self._tools.partner(by.partner), body, self._tools.clock(), by=by)

    def away_until(self, partner_id: str) -> dt.date | None:
        """Return the last day that the partner's desk is away, when it is away now."""
        with self._tools.store.read() as unit:
            return absence.away_until(unit, partner_id, local_day(self._tools.clock()))

    def set_away(self, by: Employee, until: dt.date | None) -> None:
        """Note until which day a desk is away, or that it is back."""
        absence.set_away(self._tools, by, until, self._tools.clock())
