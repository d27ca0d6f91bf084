"""What the pages of refusals ask of the gateway (`gateway.pipeline.refusal_desk.RefusalDesk`)."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from gateway.model.bundle import Bundle
from gateway.model.gaps import GapAnswer, GapView
from gateway.model.partner import Partner
from gateway.model.people import Person


class RefusalDesk(Protocol):
    """The policy, and questions about what it lacks."""

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force."""
        ...

    def today(self) -> dt.date:
        """Return the day that it is."""
        ...

    def partners(self) -> Sequence[Partner]:
        """Return all partners, by name."""
        ...

    def find_gap(self, partner_id: str, ground: str, role: str) -> GapView | None:
        """Return a combination without a rule and what was said of it; None when there is a rule."""
        ...

    def ask_for_rule(self, partner_id: str, ground: str, role: str, by: Person) -> None:
        """Tell the privacy officer that nobody decided this; raise InvalidRequestError when somebody did."""
        ...

    def gaps(self) -> Sequence[GapView]:
        """Return what was asked, the open ones first."""
        ...

    def answer_gap(self, tag: str, answer: GapAnswer, due: dt.date | None, by: Person) -> None:
        """Keep the privacy officer's answer."""
        ...

    def begin_letter(self, kind: str, address: tuple[str, int, str], by: Person) -> bool:
        """Log that somebody makes a draft of a letter to an owner; False while AVIM's open signal holds the address."""
        ...
