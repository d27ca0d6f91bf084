"""What the tests of the pages share."""

import pytest

from tests.web.canned import CannedDesk


@pytest.fixture
def desk() -> CannedDesk:
    """Return a desk with invented answers."""
    return CannedDesk()
