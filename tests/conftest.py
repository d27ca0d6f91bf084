"""Fixtures that every room of the tests may use: a real gateway on a temporary SQLite file, and a clock that is set."""

import datetime as dt
import io
import logging
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine

from gateway import telemetry
from gateway.bootstrap import Gateway, Materials, build, read_materials
from gateway.config.settings import Settings
from gateway.demo.postgres import create_database, postgres_server
from gateway.demo.setting import demo_environment, prepare
from gateway.log.seen import SEEN
from gateway.store.engine import migrate, open_engine
from tests.databases import POSTGRESQL, SQLITE
from tests.machine import need_postgres

# A busy machine makes an example slow, never wrong: no test has a deadline.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

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
def events() -> Iterator[io.StringIO]:
    """Return where operational events go during one test."""
    root = logging.getLogger()
    handlers, level, logger = list(root.handlers), root.level, telemetry._Sink.logger  # noqa: SLF001  # put back below
    stream = io.StringIO()
    telemetry.configure("info", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    telemetry._Sink.logger = logger  # noqa: SLF001


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run one PostgreSQL for the whole session; every test makes a database of its own on it."""
    need_postgres()
    with postgres_server() as server:
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database: SQLite, or what `tests.databases.on_both` asks for."""
    if getattr(request, "param", SQLITE) == POSTGRESQL:
        server: str = request.getfixturevalue("postgres")
        return create_database(server, f"test_{secrets.token_hex(8)}")
    return f"sqlite:///{tmp_path / 'home' / 'gateway.sqlite'}"


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """Return an empty, migrated database."""
    engine = open_engine(database)
    migrate(engine)
    yield engine
    engine.dispose()


def demo_settings(home: Path, database: str) -> Settings:
    """Return the settings of a demo in this folder."""
    environ = {"GATEWAY_HOME": str(home), "GATEWAY_DATABASE_URL": database}
    return Settings.from_env({**environ, **demo_environment(environ, url="http://127.0.0.1:8080")})


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a demo state once: stretching a passphrase is slow on purpose, and every test gets a copy."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    prepare(demo_settings(home, f"sqlite:///{home / 'gateway.sqlite'}"), clock=SetClock())
    return home


@pytest.fixture
def settings(tmp_path: Path, database: str, prepared_home: Path) -> Settings:
    """Return the settings of a demo state in a temporary folder, with its keys made."""
    settings = demo_settings(tmp_path / "home", database)
    shutil.copytree(prepared_home, settings.home)
    if not database.startswith("sqlite"):
        (settings.home / SEEN).unlink()  # it remembers the other database
        prepare(settings, clock=SetClock())
    return settings


@pytest.fixture(scope="session")
def materials(prepared_home: Path) -> Materials:
    """Return the keys, policy and partners of every copy of the demo state, read once: that is most of a start."""
    return read_materials(demo_settings(prepared_home, f"sqlite:///{prepared_home / 'gateway.sqlite'}"))


@pytest.fixture
def gateway(settings: Settings, clock: SetClock, materials: Materials) -> Iterator[Gateway]:
    """Return a finished gateway on its own SQLite file."""
    built = build(settings, clock=clock, materials=materials)
    yield built
    built.tools.store.close()
