"""What a stored row says of itself."""

import datetime as dt
from dataclasses import replace

from tests.store.rows import AT, PARTNER_KEY

LATER = AT + dt.timedelta(days=1)


def test_a_key_counts_from_its_first_moment_to_its_last() -> None:
    """Not before, not at its end, and never once revoked."""
    moment = dt.timedelta(microseconds=1)
    key = replace(PARTNER_KEY, until=LATER)
    assert [key.counts(at) for at in (AT - moment, AT, LATER - moment, LATER)] == [False, True, True, False]
    assert PARTNER_KEY.counts(LATER)
    assert not replace(key, revoked=LATER).counts(AT)
