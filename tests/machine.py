"""What a test needs of the machine: a part that is not there skips the test by name, but in CI all must be there."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from gateway.demo.postgres import find_postgres

NPM = Path(__file__).parent / "interop" / "node"
"""The folder of the npm packages that play a foreign client or provider, or look at pages: `npm ci` there."""
AXE = NPM / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
"""How Chromium starts in a container."""


def program(name: str) -> str | None:
    """Return where a program is; a daemon may stand where no user's PATH leads."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def need(*programs: str, npm: Sequence[str] = ()) -> None:
    """Need these programs and npm packages."""
    missing = [name for name in programs if program(name) is None]
    missing += [f"npm package {name}" for name in npm if not (NPM / "node_modules" / name).is_dir()]
    _judge(missing)


def need_postgres() -> None:
    """Need the programs of a PostgreSQL server."""
    _judge([] if find_postgres() else ["PostgreSQL"])


def _judge(missing: Sequence[str]) -> None:
    if not missing:
        return
    told = f"not on this machine: {', '.join(missing)}"
    if os.environ.get("GATEWAY_REQUIRE_ALL") == "1":
        pytest.fail(told)
    pytest.skip(told)
