"""What the page of a link asks of the pipeline (`gateway.pipeline.pickup_desk.PickupDesk`)."""

from typing import Protocol

from gateway.log.envelope import Envelope


class PickupDesk(Protocol):
    """Whoever holds a link; every refusal MUST be a NotFoundError."""

    def pick_up(self, link: str, code: str, browser: str) -> Envelope:
        """Hand a message over, once; raise NotFoundError for whatever reason it is not."""
        ...

    def acknowledge(self, link: str, receipt: str) -> None:
        """Log a signed receipt, or raise NotFoundError."""
        ...

    def not_for_us(self, link: str, answer: str) -> None:
        """Log that a letter came to the wrong person, if this answer proves it; say nothing of it."""
        ...
