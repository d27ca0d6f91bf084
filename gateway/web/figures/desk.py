"""What the page with figures asks of the gateway (`gateway.audit.figures.FigureDesk`)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateway.model.bundle import Bundle


class Line(Protocol):
    """What is told of a total and its parts. None: not told."""

    @property
    def total(self) -> int | None:
        """Return the total."""
        ...

    @property
    def shown(self) -> Mapping[str, int]:
        """Return the parts that are told."""
        ...

    @property
    def pooled(self) -> tuple[str, ...]:
        """Return the names of the parts of which only the sum is told, or nothing."""
        ...

    @property
    def pool(self) -> int | None:
        """Return that sum."""
        ...


class GroundFigures(Protocol):
    """What is told of one ground in one month; spans are words, None where too few were measured."""

    @property
    def ground(self) -> str:
        """Return the ground."""
        ...

    @property
    def line(self) -> Line:
        """Return what became of its requests."""
        ...

    @property
    def median(self) -> str | None:
        """Return within which time half of the decisions of people was taken."""
        ...

    @property
    def longest(self) -> str | None:
        """Return within which time all were."""
        ...

    @property
    def receipt(self) -> str | None:
        """Return within which time half of the urgent messages was answered."""
        ...

    @property
    def abandoned(self) -> int | None:
        """Return how many drafts were never submitted."""
        ...


class MonthFigures(Protocol):
    """What is told of one month."""

    @property
    def month(self) -> str:
        """Return the month, as 2026-11."""
        ...

    @property
    def grounds(self) -> Line:
        """Return the requests by ground."""
        ...

    @property
    def each(self) -> Sequence[GroundFigures]:
        """Return each ground that is told apart."""
        ...


class FigureDesk(Protocol):
    """Figures of months that are over."""

    @property
    def bundle(self) -> Bundle:
        """Return the policy in force, for its words."""
        ...

    def months(self) -> Sequence[MonthFigures]:
        """Return the closed months, the newest first."""
        ...
