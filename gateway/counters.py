"""Counts requests for the rate limit, in this process's memory (one process serves: gateway/cli/serve.py).

A counter begins with a caller's first request and holds for one window. One that has expired is dropped when it is met,
and all of them once in a while.
"""

import threading
import time
from collections.abc import Callable

from gateway.errors import ConfigError

SWEEP = 60.0  # seconds between two looks for counters that nobody met again
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


class RateLimit:
    """So many requests within a window, for each caller at each route."""

    def __init__(self, rate: str, *, now: Callable[[], float] = time.monotonic) -> None:
        """Read a rate such as "300 per minute" or "5 per 2 hour"; raise ConfigError when it is not one."""
        most, per, *times, unit = rate.split() if len(rate.split()) in {3, 4} else ("", "", "")
        numbers = (most, *times)
        if per != "per" or unit not in SECONDS or not all(number.isdecimal() and int(number) for number in numbers):
            raise ConfigError("a limit is not a number per time", hint='write it like "300 per minute"')
        self._most = int(most)
        self._window = SECONDS[unit] * (int(times[0]) if times else 1)
        self._now = now
        self._guard = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[int, float]] = {}
        self._swept = now()

    def admits(self, caller: str, route: str) -> bool:
        """Count one more request; say whether it is within the limit."""
        key, now = (caller, route), self._now()
        with self._guard:
            if now - self._swept >= SWEEP:
                self._kept = {kept: (count, until) for kept, (count, until) in self._kept.items() if until > now}
                self._swept = now
            count, until = self._kept.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + self._window
            self._kept[key] = (count + 1, until)
        return count < self._most

    def __len__(self) -> int:
        """Return how many counters are kept."""
        return len(self._kept)
