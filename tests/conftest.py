"""Fixtures that every room of the tests may use: a real gateway on a temporary SQLite file, and a clock that is set."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.demo.setting import demo_environment, prepare

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        """Start at noon on 24 November 2026."""
        self.now = NOON

    def __call__(self) -> dt.datetime:
        """Return the set moment."""
        return self.now


@pytest.fixture
def clock() -> SetClock:
    """Return a clock that stands still."""
    return SetClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a demo state in a temporary folder, with its keys made."""
    environ = {"GATEWAY_HOME": str(tmp_path / "home")}
    settings = Settings.from_env({**environ, **demo_environment(environ, url="http://127.0.0.1:8080")})
    prepare(settings)
    return settings


@pytest.fixture
def gateway(settings: Settings, clock: SetClock) -> Iterator[Gateway]:
    """Return a finished gateway on its own SQLite file."""
    built = build(settings, clock=clock)
    yield built
    built.tools.store.close()
