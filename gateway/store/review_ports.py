"""What is asked of the store about reviews afterwards that nobody has done yet (`gateway.store.ports`)."""

from collections.abc import Sequence
from typing import Protocol

from gateway.model.urgent import OpenReview


class Reviews(Protocol):
    """Parts that left first and that a second person must still look at."""

    def open(self) -> Sequence[OpenReview]:
        """Return every part whose review is due and not done, what is due first in front; none is ever left out."""
        ...

    def oral(self, limit: int) -> Sequence[str]:
        """Return the ids of the newest requests that record what was said by telephone, newest first."""
        ...
