"""What the stages may ask about facts of the world that change while a disclosure waits."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol


class Circumstances(Protocol):
    """Facts about the world that may change while a disclosure waits. Every change raises the revision."""

    def revision(self) -> int:
        """Return the number of changes so far."""
        ...

    def owned_by(self, partner: str, tags: Sequence[str]) -> Sequence[bool]:
        """Say of each dwelling tag whether it is in the partner's holdings."""
        ...

    def has_holdings(self, partner: str) -> bool:
        """Say whether a list of dwellings was imported for this partner."""
        ...

    def replace_holdings(self, partner: str, tags: Iterable[str]) -> int:
        """Replace a partner's dwellings and return how many there are."""
        ...

    def open_hold(self, tags: Iterable[str], disclosure_id: str, at: dt.datetime) -> None:
        """Hold everything about these addresses and this case until AVIM lifts it."""
        ...

    def lift_hold(self, disclosure_id: str) -> int:
        """Lift what this disclosure held; return how many tags were freed."""
        ...

    def lift_tags(self, tags: Iterable[str]) -> None:
        """Lift every hold on these tags, whoever opened it."""
        ...

    def held(self, tags: Iterable[str]) -> bool:
        """Say whether any of these tags is held."""
        ...

    def withdraw(self, tags: Iterable[str], at: dt.datetime) -> None:
        """Note that these consents were withdrawn."""
        ...

    def withdrawn(self, tags: Iterable[str]) -> bool:
        """Say whether one of these consents was withdrawn."""
        ...
