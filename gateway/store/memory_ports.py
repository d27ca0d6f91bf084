"""Who is told of every commit."""

from typing import Protocol


class Memory(Protocol):
    """Remembers the newest signed checkpoint outside the database, so that an older database is noticed at start."""

    def remember(self, checkpoint: str) -> None:
        """Note the checkpoint of a commit that is durable. MUST NOT raise: nothing can take that commit back."""
        ...

    def settle(self) -> None:
        """Make durable what was remembered. MUST NOT raise."""
        ...
