"""Searchers: spelling every canary once is enough for all tests."""

import pytest

from tests.canaries.birds import EVERY, PLANTED
from tests.canaries.search import Searcher


@pytest.fixture(scope="session")
def searcher() -> Searcher:
    """Return a searcher for every canary."""
    return Searcher(EVERY)


@pytest.fixture(scope="session")
def planted() -> Searcher:
    """Return a searcher for what the tests of the searchers plant."""
    return Searcher([PLANTED])
