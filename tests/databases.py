"""Runs a test on SQLite and on a real PostgreSQL: the same rules hold on both."""

import shutil
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

SQLITE, POSTGRESQL = "sqlite", "postgresql"
SQLITE_PREFIX = f"{SQLITE}:///"

on_both = pytest.mark.parametrize("database", [SQLITE, POSTGRESQL], indirect=True)
"""Marks a test or module whose rules hold on either database; without it, `database` is SQLite."""


def server_of(database: str) -> str:
    """Return the server of a database, ending in a slash; nothing for SQLite."""
    server, slash, _ = database.rpartition("/")
    return "" if database.startswith(SQLITE_PREFIX) else server + slash


def copy_database(source: str, target: str) -> None:
    """Make a database that is not there yet, as the copy of one that nobody has open: quicker than to migrate it."""
    if target.startswith(SQLITE_PREFIX):
        path = Path(target.removeprefix(SQLITE_PREFIX))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.removeprefix(SQLITE_PREFIX), path)
        return
    names = map(Identifier, (_name(target), _name(source)))
    with psycopg.connect(f"{server_of(target)}postgres", autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def _name(database: str) -> str:
    return database.rpartition("/")[2]
