"""PostgreSQL's own messages do not quote what was being stored, whatever its administrator asked for."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from gateway.store.engine import open_engine
from tests.databases import POSTGRESQL

CANARY = "kwispelhoorntje"
FAILING = text("SELECT CAST(:word AS text), 1 / CAST(:none AS integer)")


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
@pytest.mark.parametrize("ours", [True, False])
def test_a_failing_statement_is_logged_without_its_values(database: str, ours: bool) -> None:
    """Our connections ask for it; the same statement on a plain connection shows that it would be quoted."""
    admin = create_engine(make_url(database).set(drivername="postgresql+psycopg"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = make_url(database).database
        connection.execute(text(f"ALTER DATABASE {name} SET log_parameter_max_length_on_error = -1"))
        folder = Path(str(connection.execute(text("SHOW data_directory")).scalar())).parent
    messages = folder / "messages"
    before = messages.stat().st_size
    admin.dispose()
    engine = open_engine(database) if ours else create_engine(admin.url)
    with pytest.raises(DBAPIError), engine.connect() as connection:
        connection.execute(FAILING, {"word": CANARY, "none": 0})
    engine.dispose()
    said = messages.read_bytes()[before:]
    assert b"division by zero" in said
    assert (CANARY.encode() in said) is not ours
