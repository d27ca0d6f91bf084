"""What both peers store for a request, the hash chain over it, and whose turn it is to write."""

import hashlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

FIRST = "0" * 64
"""The hash before the first entry."""


class KeyUsedError(Exception):
    """The idempotency key came with another request before."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One request, ready to be stored. `message` leaves now, `pending` waits; both are encrypted."""

    id: str
    requester: str
    recipient: str
    ground: str
    purpose: str
    outcome: str
    at: str
    key: str
    body_hash: str
    entry: str
    message: bytes | None
    pending: bytes | None


class Ledger(Protocol):
    """Where submissions go."""

    def submit(self, submission: Submission) -> str:
        """Store a submission durably with its entry in the hash chain; return its id, or that of the same one before.

        MUST raise KeyUsedError when the key is known with another body.
        """
        ...


def chain_hash(before: str, entry: str) -> str:
    """Return the hash of an entry that follows the one with the hash `before`."""
    return hashlib.sha256(before.encode() + entry.encode()).hexdigest()


class Turns:
    """A lock that is given in the order of asking, so that no thread waits for SQLite's busy handler or starves."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    @property
    def waiting(self) -> int:
        """Return how many wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and pass it on afterwards."""
        with self._guard:
            mine: Lock | None = None
            if self._taken:
                mine = Lock()
                mine.acquire()
                self._waiting.append(mine)
            self._taken = True
        if mine is not None:
            mine.acquire()
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._taken = False
