"""A world for each attack, and at the end a table of which check caught it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest

from gateway.bootstrap import Materials
from gateway.witness.app import create_app
from tests.attacks.world import Past, World, make_past
from tests.conftest import demo_settings
from tests.witness.conftest import loopback

__all__ = ["loopback", "past", "world"]  # a fixture of the witness's tests, and those of these

CAUGHT = "caught"


@pytest.fixture(scope="session")
def past(prepared_home: Path, materials: Materials, tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Return a gateway's past, made once: every attack gets a copy."""
    folder = tmp_path_factory.mktemp("past")
    shutil.copytree(prepared_home, folder / "home")
    settings = demo_settings(folder / "home", f"sqlite:///{folder / 'home' / 'gateway.sqlite'}")
    return make_past(settings, materials, folder)


@pytest.fixture
def world(
    past: Past, materials: Materials, tmp_path: Path, loopback: Callable[[WSGIApplication], str]
) -> Iterator[World]:
    """Return a gateway that worked for a while, stopped, and the witness that saw it."""
    world = World(past, materials, tmp_path / "world", lambda witness: loopback(create_app(witness)))
    yield world
    world.witness.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what caught each attack."""
    rows = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in getattr(report, "user_properties", [])
        if name == CAUGHT
    ]
    if rows:
        terminalreporter.section("what caught each attack")
        for row in sorted(rows):
            terminalreporter.write_line(row)
