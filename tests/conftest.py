"""Fixtures that every room of the tests may use: a real gateway on a temporary SQLite file, and a clock that is set."""

import datetime as dt
import io
import logging
import secrets
import shutil
from collections.abc import Callable, Iterator
from functools import cache
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
from tests.databases import POSTGRESQL, SQLITE, SQLITE_PREFIX, copy_database, server_of
from tests.machine import need_postgres
from tests.templates import compile_once

# A busy machine makes an example slow, never wrong: no test has a deadline.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")
compile_once()

Migrated = Callable[[str], str]
"""Takes the server of a database, nothing for SQLite; gives the database to copy."""
Prepared = Callable[[str], tuple[Path, str]]
"""Takes a server; gives the folder and the database to copy."""

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


COPIED = {"engine", "settings"}
"""Fixtures that make their database the copy of another."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run one PostgreSQL for the whole session; every test makes a database of its own on it."""
    need_postgres()
    with postgres_server() as server:
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database on SQLite, or on what `tests.databases.on_both` asks for.

    It is empty, or not there yet where a test wants the copy of another: making one twice is a second for each test.
    """
    if getattr(request, "param", SQLITE) == POSTGRESQL:
        server: str = request.getfixturevalue("postgres")
        name = f"test_{secrets.token_hex(8)}"
        return f"{server}{name}" if COPIED & set(request.fixturenames) else create_database(server, name)
    return f"{SQLITE_PREFIX}{tmp_path / 'home' / 'gateway.sqlite'}"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """Return what makes, once for each kind of database, a migrated one that others are copied from."""
    folder = tmp_path_factory.mktemp("migrated")

    @cache
    def make(server: str) -> str:
        url = create_database(server, "migrated") if server else f"{SQLITE_PREFIX}{folder / 'migrated.sqlite'}"
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        return url

    return make


@pytest.fixture
def engine(request: pytest.FixtureRequest, database: str, migrated: Migrated) -> Iterator[Engine]:
    """Return a migrated database without rows, or the gateway's own where a test has one."""
    if "settings" not in request.fixturenames:
        copy_database(migrated(server_of(database)), database)
    engine = open_engine(database)
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
    prepare(demo_settings(home, f"{SQLITE_PREFIX}{home / 'gateway.sqlite'}"), clock=SetClock())
    return home


@pytest.fixture(scope="session")
def prepared_on(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return what makes, once for a server, a copy of the demo state whose log is in a database there."""

    @cache
    def make(server: str) -> tuple[Path, str]:
        home = shutil.copytree(prepared_home, tmp_path_factory.mktemp("elsewhere") / "home")
        (home / SEEN).unlink()  # it remembers the log of the other database
        url = create_database(server, "prepared")
        prepare(demo_settings(home, url), clock=SetClock())
        return home, url

    return make


@pytest.fixture
def settings(tmp_path: Path, database: str, prepared_home: Path, prepared_on: Prepared) -> Settings:
    """Return the settings of a demo state in a temporary folder, with its keys made."""
    settings = demo_settings(tmp_path / "home", database)
    server = server_of(database)
    if server:
        home, source = prepared_on(server)
        shutil.copytree(home, settings.home)
        copy_database(source, database)
    else:
        shutil.copytree(prepared_home, settings.home)
    return settings


@pytest.fixture(scope="session")
def materials(prepared_home: Path) -> Materials:
    """Return the keys, policy and partners of every copy of the demo state, read once: that is most of a start."""
    return read_materials(demo_settings(prepared_home, f"{SQLITE_PREFIX}{prepared_home / 'gateway.sqlite'}"))


@pytest.fixture
def gateway(settings: Settings, clock: SetClock, materials: Materials) -> Iterator[Gateway]:
    """Return a finished gateway on its own SQLite file."""
    built = build(settings, clock=clock, materials=materials)
    yield built
    built.tools.store.close()
