"""A message as the people of its recipient see it listed: nothing of what is in it."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailLine:
    """`state`: waiting, delivered, opened or recalled. `overdue`: nobody opened it for a day."""

    message_id: str
    sent_at: dt.datetime
    state: str
    overdue: bool
