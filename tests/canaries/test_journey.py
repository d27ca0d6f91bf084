"""A day of one gateway, full of canaries, on SQLite; tests/stress goes the same way on PostgreSQL."""

from pathlib import Path

import pytest

from tests.canaries.journey import Traveller
from tests.canaries.rules import broken


@pytest.mark.control("DPIA-01")
def test_no_canary_is_found_where_it_may_not_be(tmp_path: Path) -> None:
    """Each rule of `tests.canaries.rules` holds after every path was taken."""
    database = f"sqlite:///{tmp_path / 'home' / 'gateway.sqlite'}"
    seen = Traveller(tmp_path / "home", tmp_path / "work", database).travel()
    assert broken(seen) == {}
