"""Fixtures of the stress suite: one nursery for all, and a log of its own for each test."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from gateway.demo.postgres import create_database
from tests.databases import POSTGRESQL, SQLITE, SQLITE_PREFIX
from tests.stress.life import Life
from tests.stress.nursery import Nursery, begin_elsewhere
from tests.stress.tally import TALLY, Tally

HANDED = "tally of the stress suite"


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Start the process that forks gateways."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def new_life(
    request: pytest.FixtureRequest, prepared_home: Path, tmp_path: Path, nursery: Nursery
) -> Callable[[], Life]:
    """Return what makes a fresh log: on SQLite, or on what `tests.databases.on_both` asks for."""
    kind = getattr(request, "param", SQLITE)

    def make() -> Life:
        # A home of its own: the gateway remembers its newest checkpoint there, and refuses an older log.
        home = shutil.copytree(prepared_home, tmp_path / secrets.token_hex(4))
        (home / "seen").mkdir()
        url = f"{SQLITE_PREFIX}{home / 'gateway.sqlite'}"
        if kind == POSTGRESQL:
            server: str = request.getfixturevalue("postgres")
            url = create_database(server, f"stress_{secrets.token_hex(8)}")
            begin_elsewhere(home, url)
        return Life(home, url, home / "seen", nursery)

    return make


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what one of several processes counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[HANDED] = asdict(TALLY)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Count what another process counted; one that broke down hands over nothing, and is an error of its own."""
    output: dict[str, dict[str, int]] = getattr(node, "workeroutput", {})
    TALLY.add(Tally(**output.get(HANDED, {})))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was done and what it found."""
    if TALLY.kills or TALLY.faults:
        terminalreporter.write_line(TALLY.line())
