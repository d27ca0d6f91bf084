"""Which receipt is missing of a message, and since when: told to the team, and reminded to the partner."""

import datetime as dt
import re
from dataclasses import dataclass

from gateway.crypto.receipts import ReceiptState
from gateway.model.notices import Missing
from gateway.model.views import PartState
from gateway.store.notice_ports import Owed

_TEXT = re.compile(r"([0-9]+) minutes urgent, ([0-9]+) days otherwise")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a first receipt may take: of an urgent hand-over, and of any other message."""

    urgent: dt.timedelta = dt.timedelta(minutes=60)
    otherwise: dt.timedelta = dt.timedelta(days=3)

    @classmethod
    def from_text(cls, text: str) -> "Patience":
        """Return what GATEWAY_RECEIPTS_DUE says; raise ValueError for another form."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError("like `60 minutes urgent, 3 days otherwise`")
        return cls(dt.timedelta(minutes=int(found[1])), dt.timedelta(days=int(found[2])))

    def of(self, *, urgent: bool) -> dt.timedelta:
        """Return how long this kind of message waits."""
        return self.urgent if urgent else self.otherwise

    @property
    def shortest(self) -> dt.timedelta:
        """Return how old a message is at least of which anything can be missing."""
        return min(self.urgent, self.otherwise)


def missing(owed: Owed, patience: Patience, now: dt.datetime) -> Missing | None:
    """Return which receipt is missing now; None: nothing is."""
    if ReceiptState.DESTROYED in owed.receipts:
        return None
    if ReceiptState.NOT_FOR_US in owed.receipts:
        return Missing.NOT_FOR_US
    got = owed.state in {PartState.DELIVERED, PartState.RECALLED}
    if got and owed.destroy_by is not None and owed.destroy_by < now.date().isoformat():
        return Missing.UNDESTROYED
    left = owed.state in {PartState.RELEASED, PartState.DELIVERED}
    if left and not owed.receipts and owed.sent_at + patience.of(urgent=owed.urgent) <= now:
        return Missing.UNANSWERED
    return None
