"""What a year's log is called."""

import pytest

from gateway.errors import InvalidRequestError
from gateway.log.origin import belongs_to, origin_of, year_of
from tests.refusals import refused


@pytest.mark.parametrize("year", [0, 26, 1999, 2100, 20260, -2026])
def test_a_year_has_four_digits_of_this_century(year: int) -> None:
    """A slip of the hand must not name a log for good."""
    with refused(InvalidRequestError) as caught:
        origin_of("gateway.example", year)
    assert caught.value.message == "this is not a year of a log"
    assert caught.value.hint == "give a year such as 2027"


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "gateway.example",
        "gateway.example/log/",
        "gateway.example/log/26",
        "gateway.example/log/2026/x",
        "gateway.example/2026",
        "other.example/log",
        "other.example/log/2026",
        "x/gateway.example/log/2026",
    ],
)
def test_another_name_is_not_of_this_issuer(origin: str) -> None:
    """Neither with nor without a year."""
    assert not belongs_to(origin, "gateway.example")


def test_the_name_carries_the_year() -> None:
    """And can be read back; one of before the years has none."""
    assert origin_of("gateway.example", 2026) == "gateway.example/log/2026"
    assert (year_of("gateway.example/log/2026"), year_of("gateway.example/log")) == (2026, None)
    assert belongs_to("gateway.example/log", "gateway.example")
    assert belongs_to("gateway.example/log/2026", "gateway.example")
