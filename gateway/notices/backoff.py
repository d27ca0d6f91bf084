"""When a notice that could not be sent is tried again, and when that ends."""

import datetime as dt
import secrets

TRIES = 20
"""After as many tries a notice is given up: about two hours when it is urgent, half a day otherwise."""
_FIRST, _LONGEST = 30.0, 3600.0  # seconds
_URGENT_FIRST, _URGENT_LONGEST = 10.0, 300.0


def pause(tries: int, *, urgent: bool) -> dt.timedelta:
    """Return how long to wait after so many tries: twice as long each time, and up to a half less or more by lot.

    The lot keeps many notices, stopped by one fault, from coming back all at once.
    """
    first, longest = (_URGENT_FIRST, _URGENT_LONGEST) if urgent else (_FIRST, _LONGEST)
    seconds = min(first * 2.0 ** min(tries - 1, 20), longest)
    return dt.timedelta(seconds=seconds * (0.5 + secrets.randbelow(1001) / 1000))
