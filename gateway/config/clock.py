"""Where the present moment enters; everything else takes it as an argument."""

import datetime as dt


def utc_now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251  # the one place that asks the machine
