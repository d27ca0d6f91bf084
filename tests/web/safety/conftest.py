"""One furnished gateway for each file of attacks: a refused attack changes nothing, so they share it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.bootstrap import Materials, build
from tests.conftest import SetClock, demo_settings
from tests.web.safety.house import House, furnish


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, prepared_home: Path, materials: Materials) -> Iterator[House]:
    """Return a gateway with something of everything in it."""
    home = tmp_path_factory.mktemp("safety") / "home"
    shutil.copytree(prepared_home, home)
    gateway = build(demo_settings(home, f"sqlite:///{home / 'gateway.sqlite'}"), clock=SetClock(), materials=materials)
    yield furnish(gateway)
    gateway.tools.store.close()
