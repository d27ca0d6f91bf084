"""Certificates, made once for this room."""

import pytest

from tests.notices.certificates import Certificates, make


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return the tests' own authority and the certificate of this machine."""
    return make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return those of another authority."""
    return make(tmp_path_factory.mktemp("strangers"))
