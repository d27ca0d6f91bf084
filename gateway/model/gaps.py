"""A combination for which nobody wrote a rule, as people ask about it. It names no case and nobody."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

ASK_KEPT = dt.timedelta(days=3)
"""How long it is known, by a keyed hash, who asked on which day: long enough to count nobody twice on one day."""


class GapAnswer(StrEnum):
    """What the privacy officer says of it."""

    RULE_COMING = "rule_coming"  # a rule is being made, by the day that is named
    STAYS_CLOSED = "stays_closed"  # considered, and no rule will come
    OTHER_WAY = "other_way"  # what is needed can be done in another way, which the page of a refusal shows


@dataclass(frozen=True, slots=True)
class GapView:
    """One combination of recipient kind, ground and role. `tag` is what it is found by; it tells nothing.

    `asked` counts people and days: once for each person on each day. `covered`: the policy in force has a rule by now.
    """

    tag: str
    recipient: str
    ground: str
    role: str
    asked: int
    first: dt.date
    last: dt.date
    answer: GapAnswer | None = None
    due: dt.date | None = None
    answered: dt.date | None = None
    covered: bool = False

    def is_open(self, on: dt.date) -> bool:
        """Say whether the privacy officer owes an answer: none was given, or the day of a promised rule is past."""
        return not self.covered and (self.answer is None or (self.due is not None and self.due < on))
