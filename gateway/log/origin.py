"""What a year's log is called (C2SP tlog-checkpoint, origin): `<issuer>/log/<year>`.

A log that was begun before years were in the names is called `<issuer>/log`, and keeps that name: a name is part of
every checkpoint and of its key.
"""

import re

from gateway.errors import InvalidRequestError

_YEAR = re.compile(r"20[0-9]{2}")


def origin_of(issuer: str, year: int) -> str:
    """Return the name of a year's log; raise InvalidRequestError for a year that has not four digits and a 20."""
    if _YEAR.fullmatch(str(year)) is None:
        raise InvalidRequestError("this is not a year of a log", hint="give a year such as 2027")
    return f"{issuer}/log/{year}"


def year_of(origin: str) -> int | None:
    """Return the year in a log's name; None when it has none."""
    last = origin.rpartition("/")[2]
    return int(last) if _YEAR.fullmatch(last) else None


def belongs_to(origin: str, issuer: str) -> bool:
    """Say whether this can be the name of a log of this issuer."""
    year = year_of(origin)
    return origin == (f"{issuer}/log" if year is None else origin_of(issuer, year))
