"""The day full of canaries on a database server, whose own files, journal and messages are searched as well."""

import secrets
from pathlib import Path

import pytest

from gateway.demo.postgres import create_database
from tests.canaries.journey import Traveller
from tests.canaries.places import execute
from tests.canaries.rules import broken
from tests.machine import need_postgres

WORDY = {"log_statement": "all", "log_error_verbosity": "verbose", "log_parameter_max_length_on_error": "-1"}
"""What a curious administrator sets, so that PostgreSQL's own messages tell as much as they can."""


@pytest.mark.stress
def test_no_canary_is_found_on_a_database_server(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each rule of `tests.canaries.rules` holds, also when the server writes down every statement with its values."""
    need_postgres()
    name = f"canaries_{secrets.token_hex(8)}"
    database = create_database(request.getfixturevalue("postgres"), name)
    for setting, value in WORDY.items():
        execute(database, f"ALTER DATABASE {name} SET {setting} = '{value}'")
    seen = Traveller(tmp_path / "home", tmp_path / "work", database).travel()
    assert broken(seen) == {}
