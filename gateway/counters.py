"""Counts requests for the rate limit, in this process's memory (one process serves: gateway/cli/serve.py).

Flask-Limiter's own memory starts a thread for every hundredth of a second in which a request comes, to drop what has
expired. Here a counter that has expired is dropped when it is met, and all of them once in a while.
"""

import threading
import time

from limits.storage import Storage

SWEEP = 60.0  # seconds between two looks for counters that nobody met again
SCHEME = "counters"


class Counters(Storage):
    """A counter for each key with the moment at which it begins anew (`limits.storage.Storage`)."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  # how the library registers a storage

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        """Begin with none."""
        super().__init__(uri, wrap_exceptions, **options)
        self._guard = threading.Lock()
        self._kept: dict[str, tuple[int, float]] = {}
        self._swept = time.time()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what this storage raises."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more, from nothing when the counter has expired; return the count."""
        now = time.time()
        with self._guard:
            if now - self._swept >= SWEEP:
                self._kept = {kept: (count, until) for kept, (count, until) in self._kept.items() if until > now}
                self._swept = now
            count, until = self._kept.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self._kept[key] = (count + amount, until)
            return count + amount

    def get(self, key: str) -> int:
        """Return the count."""
        with self._guard:
            count, until = self._kept.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the counter begins anew, in seconds since the epoch."""
        with self._guard:
            return max(self._kept.get(key, (0, 0.0))[1], time.time())

    def check(self) -> bool:
        """Say that counting works."""
        return True

    def reset(self) -> int:
        """Forget all counters; return how many there were."""
        with self._guard:
            count = len(self._kept)
            self._kept = {}
        return count

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._guard:
            self._kept.pop(key, None)
