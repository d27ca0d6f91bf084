"""The day that people here write down: it begins at midnight in Amsterdam, one or two hours before it does in UTC."""

import datetime as dt
from zoneinfo import ZoneInfo

TIMEZONE = "Europe/Amsterdam"
AMSTERDAM = ZoneInfo(TIMEZONE)


def local_day(at: dt.datetime) -> dt.date:
    """Return which day a moment (with zone) falls on in Amsterdam.

    What a person types as a date, and a period of whole days that they agree on, is counted in these days. The policy's
    own dates (`on`) are in UTC.
    """
    return at.astimezone(AMSTERDAM).date()
