"""Overwriting what was deleted: whatever could not be done is named, and nobody waits long for it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gateway.errors import LogUnavailableError
from gateway.store import clean as module
from gateway.store.clean import Cleaned, clean, count_traces, files_of
from gateway.store.engine import open_engine
from tests.databases import POSTGRESQL

served = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)


def test_a_database_that_is_damaged_is_said_not_to_answer(tmp_path: Path) -> None:
    """Nothing is called clean that was not looked at."""
    (tmp_path / "x.sqlite").write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(LogUnavailableError):
        clean(engine, rewrite=True)
    engine.dispose()


def _tables_left(cleaned: Cleaned) -> list[str]:
    """Return the tables; not the WAL: all tests on this server share it, and may have filled it."""
    return [name for name in cleaned.left if name != "pg_wal"]


@served
def test_a_large_table_is_rewritten_only_when_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody waits for a table that is rewritten; until it is, it is named."""
    monkeypatch.setattr(module, "LARGE", 0)
    assert set(_tables_left(clean(engine))) == set(module.TOUCHED)
    assert _tables_left(clean(engine, large=True)) == []


@served
def test_a_table_that_somebody_reads_is_named(engine: Engine) -> None:
    """Waiting for it would make everybody else wait behind us."""
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM outbox"))
        assert _tables_left(clean(engine)) == ["outbox"]


@served
def test_a_wal_that_may_not_be_turned_over_is_named(engine: Engine) -> None:
    """The administrator of PostgreSQL may grant it; until then the bytes stand there."""
    with engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS plain"))
        connection.execute(text("CREATE ROLE plain LOGIN"))
        for table in module.TOUCHED:
            connection.execute(text(f"ALTER TABLE {table} OWNER TO plain"))
    other = open_engine(engine.url.set(username="plain").render_as_string(hide_password=False))
    assert clean(other).left == ("pg_wal",)
    other.dispose()
    with engine.begin() as connection:
        connection.execute(text("REASSIGN OWNED BY plain TO gateway"))
        connection.execute(text("DROP OWNED BY plain"))


def test_a_clean_database_stays_clean(engine: Engine) -> None:
    """Cleaning is harmless, whenever it is done."""
    assert clean(engine) == clean(engine) == Cleaned(())


def test_only_the_files_of_sqlite_are_looked_into(tmp_path: Path) -> None:
    """A server's are on another machine, or not ours to read."""
    assert files_of("postgresql://gateway@127.0.0.1/gateway") == ()
    for name in ("x", "x-wal", "x-other"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in files_of(f"sqlite:///{tmp_path / 'x'}")] == ["x", "x-wal"]


def test_traces_are_counted_once_each_in_whichever_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty file holds none, and one that stands across two blocks is found too."""
    for name, data in (("a", b"..one..two.."), ("b", b"two"), ("c", b"")):
        (tmp_path / name).write_bytes(data)
    traces = [b"one", b"two", b"three"]
    assert count_traces(sorted(tmp_path.iterdir()), traces) == 2
    for size in range(1, 6):
        monkeypatch.setattr(module, "BLOCK", size)
        assert count_traces(sorted(tmp_path.iterdir()), traces) == 2
    assert count_traces(sorted(tmp_path.iterdir()), []) == 0
