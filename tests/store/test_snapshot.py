"""One moment of the whole store leaves a database and enters an empty one, on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gateway.crypto.notes import NoteSigner
from gateway.errors import ConfigError, GatewayError, LogTamperedError
from gateway.log.appender import Log
from gateway.log.audit import verify_log
from gateway.log.leaf import encode
from gateway.store import schema
from gateway.store.engine import is_current, is_new, migrate, open_engine
from gateway.store.rows import Column, Group, Kind, Row, Shape
from gateway.store.schema import REVISION
from gateway.store.snapshot import BLOCK, SHAPES, refill, snapshot
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.log.sample_log import ORIGIN, SIGNER, VKEY, leaf_at
from tests.store.rows import (
    AT,
    BUNDLE,
    CONFIRMATION,
    DEPUTY,
    DETAIL,
    DISCLOSURE,
    DOUBT,
    DRAFT,
    ENROLMENT,
    ERASED,
    GAP,
    GRANT,
    INCIDENT,
    JUDGEMENT,
    KEY,
    MESSAGE,
    NOTICE,
    PART,
    PARTNER_KEY,
    PICKUP,
    RECEIPT,
    SIGN_IN,
    SIGNAL,
    TALLY,
)

SIZE = BLOCK + 70
UNKNOWN = Shape("no_such_table", (Column("word", Kind.TEXT, False),))
Rows = dict[str, list[Row]]


LATER = NoteSigner.generate("example.com/log/2027")


def writer(engine: Engine) -> SqlStore:
    """Return a store with a real log, whose second volume it may begin."""
    return SqlStore(engine, Log(SIGNER, ORIGIN, later=[LATER], begins=LATER).open_batch)


def append(unit: SqlUnit, first: int, count: int) -> None:
    """Append entries of the sample log."""
    for index in range(first, first + count):
        unit.append(encode(leaf_at(index)))


def fill(engine: Engine) -> None:
    """Put rows into every table, and more than one block into the log."""
    migrate(engine)
    store = writer(engine)
    for first in range(0, SIZE, 90):
        store.write(lambda unit, first=first: append(unit, first, min(90, SIZE - first)))  # type: ignore[misc]  # a default

    def others(unit: SqlUnit) -> None:
        unit.cases.add_key(KEY)
        unit.cases.add_detail(DETAIL)
        unit.cases.add_detail(replace(DETAIL, leaf_index=1, recipient_salt=b"\xff" * 32))
        unit.disclosures.add(DISCLOSURE)
        unit.disclosures.add(replace(DISCLOSURE, id="d2", idempotency_tag="other", box=None))
        unit.disclosures.add_part(PART)
        unit.disclosures.add_part(replace(PART, id="p2", message_id="m2", leaf_index=3, review_due=AT))
        unit.disclosures.add_judgement(JUDGEMENT)
        unit.disclosures.add_judgement(replace(JUDGEMENT, person="demo:fleur", kind="advise_positive"))
        unit.outbox.add(MESSAGE)
        unit.outbox.add_receipt(RECEIPT)
        unit.pickups.add(PICKUP)
        unit.pickups.count_refusal(PICKUP.link_tag, wrong=1)
        unit.circumstances.replace_holdings("dudok-wonen", ["one", "two"])
        unit.circumstances.open_hold(["place"], "d1", AT)
        unit.circumstances.withdraw(["consent"], AT)
        unit.door.remember_assertion("jti", expires=AT)
        unit.door.add_token("digest", GRANT)
        unit.bundles.add(BUNDLE)
        unit.counts.add(TALLY)
        unit.cosignatures.add(90, "w.example+01020304", "a line\n", AT)
        unit.erasures.explain(ERASED)
        unit.notices.add(NOTICE)
        unit.partner_keys.add(PARTNER_KEY)
        unit.enrolments.add(ENROLMENT)
        unit.enrolments.confirm(CONFIRMATION)
        unit.sign_ins.add(SIGN_IN)
        unit.drafts.count_abandoned("2026-11", "care_consent")
        unit.signals.add(SIGNAL)
        unit.gaps.put(GAP)
        unit.gaps.note_ask(GAP.tag, GAP.first_on)
        unit.figures.publish("2026-10", "{}")
        unit.incidents.add_doubt(DOUBT)
        unit.approvals.add_deputy(DEPUTY)
        unit.signals.set_away("belle", "2026-12-01", 0)

    def next_year(unit: SqlUnit) -> None:
        unit.book.begin(LATER.name)
        append(unit, 0, 1)

    store.write(others)
    store.write(next_year)


def rows_of(engine: Engine) -> Rows:
    """Return every row of every table; each kind of database orders texts its own way, so they are sorted here."""
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in schema.metadata.sorted_tables
        }


def groups_of(engine: Engine) -> list[Group]:
    """Return all groups of a snapshot."""
    with snapshot(engine) as taken:
        return list(taken.groups())


def put(target: Engine, groups: Sequence[Group], *, then: Exception | None = None) -> None:
    """Fill the target with these rows, or fail at the end of them."""
    shapes = {shape.table: shape for shape in (*SHAPES, UNKNOWN)}
    with refill(target, REVISION) as filling:
        for group in groups:
            filling.insert(shapes[group.table], group)
        filling.go_on_counting(SHAPES)
        if then is not None:
            raise then


def move(source: Engine, target: Engine) -> None:
    """Fill the target with what the source holds."""
    put(target, groups_of(source))


def test_a_draft_or_an_incident_is_in_no_backup(target: Engine) -> None:
    """Its key stands in its row: it would outlive what it opens."""
    migrate(target)
    store = writer(target)
    store.write(lambda unit: unit.drafts.add(DRAFT))
    store.write(lambda unit: unit.incidents.add(INCIDENT))
    assert rows_of(target)["draft"]
    assert rows_of(target)["incident"]
    assert {"draft", "incident"}.isdisjoint(group.table for group in groups_of(target))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return a full SQLite database, which no test changes."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('source') / 'full.sqlite'}")
    fill(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def target(database: str) -> Iterator[Engine]:
    """Return a database without tables."""
    engine = open_engine(database)
    yield engine
    engine.dispose()


@on_both
@pytest.mark.parametrize("table", ["withdrawal", "leaf"])
def test_a_database_that_is_not_empty_is_never_filled(source: Engine, target: Engine, table: str) -> None:
    """One row in any table is enough; it stays, and nothing comes beside it."""
    migrate(target)
    row = "('x', 'y')" if table == "withdrawal" else "(0, '')"
    with target.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} VALUES {row}"))  # noqa: S608  # two constants of this test
    before = rows_of(target)
    with pytest.raises(ConfigError, match="not empty"):
        move(source, target)
    assert rows_of(target) == before


@on_both
def test_a_database_that_is_somebody_elses_is_never_filled(source: Engine, target: Engine) -> None:
    """Tables of another program with rows in them: not even our tables are made there."""
    with target.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (word TEXT)"))
        connection.execute(text("INSERT INTO theirs VALUES ('kept')"))
    with pytest.raises(ConfigError, match="not empty"):
        move(source, target)
    assert is_new(target)


@on_both
@pytest.mark.parametrize("made", [False, True])
def test_tables_of_a_version_that_nobody_knows_are_refused(target: Engine, made: bool) -> None:
    """A backup of a newer program, and a database that has other tables than the backup."""
    if made:
        migrate(target)
    with pytest.raises(ConfigError, match="version"), refill(target, "9999"):
        pass
    assert is_new(target) is not made


@on_both
@pytest.mark.parametrize("stop", [1, 3, 30])
def test_a_refill_that_fails_leaves_nothing(source: Engine, target: Engine, stop: int) -> None:
    """One transaction: wherever it stops, the tables are there and empty, and it can be tried again."""
    with pytest.raises(RuntimeError, match="on purpose"):
        put(target, groups_of(source)[:stop], then=RuntimeError("on purpose"))
    assert not any(rows_of(target).values())
    move(source, target)
    assert rows_of(target) == rows_of(source)


@on_both
def test_rows_that_the_database_does_not_take_are_refused(source: Engine, target: Engine) -> None:
    """A double key, or a detail without its leaf; the message quotes no value."""
    groups = groups_of(source)
    detail = next(group for group in groups if group.table == "detail")
    for wrong in ([groups[1], groups[1]], [detail], [Group(UNKNOWN.table, [("x",)])]):
        with pytest.raises(ConfigError) as caught:
            put(target, wrong)
        assert "case-1" not in caught.value.message + caught.value.hint
    assert not any(rows_of(target).values())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO leaf VALUES (5000, x'00')",
        "INSERT INTO leaf VALUES (-1, x'00')",
        "INSERT INTO node VALUES (0, 5000, x'00')",
        "INSERT INTO node VALUES (40, 0, x'00')",
        "INSERT INTO checkpoint VALUES (5000, 'note')",
        "INSERT INTO checkpoint VALUES (0, 'note')",
    ],
)
def test_rows_that_belong_to_no_entry_stop_a_snapshot(database: str, statement: str) -> None:
    """They would silently be left behind; an alteration must be looked at instead."""
    engine = open_engine(database)
    migrate(engine)
    writer(engine).write(lambda unit: append(unit, 0, 20))
    with engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(LogTamperedError, match="belong to no entry"):
        groups_of(engine)
    engine.dispose()


@on_both
def test_every_row_makes_the_round_trip_byte_for_byte(source: Engine, target: Engine, tmp_path: Path) -> None:
    """SQLite to the target and back to SQLite: every table has rows, and all are the same."""
    again = open_engine(f"sqlite:///{tmp_path / 'again.sqlite'}")
    move(source, target)
    move(target, again)
    whole = rows_of(source)
    assert [name for name, rows in whole.items() if not rows] == ["draft", "incident"]  # which no backup has
    assert rows_of(target) == whole
    assert rows_of(again) == whole
    with SqlStore(again, None).read() as unit:
        reports = [verify_log(unit.book.volume(number), vkey=vkey) for number, vkey in enumerate((VKEY, LATER.vkey))]
    assert [(report.problem, report.entries) for report in reports] == [(None, SIZE), (None, 1)]
    assert is_current(again)
    again.dispose()


@on_both
def test_a_filled_database_goes_on(source: Engine, target: Engine) -> None:
    """The log grows on, what was recorded can be referred to, and numbers are counted on from the highest."""
    move(source, target)
    store = writer(target)

    def go_on(unit: SqlUnit) -> None:
        append(unit, SIZE, 1)
        unit.disclosures.add_judgement(replace(JUDGEMENT, person="demo:otto", leaf_index=SIZE))

    store.write(go_on)
    with store.read() as unit:
        assert (unit.book.size(), unit.log.head().size) == (SIZE + 2, 2)
        assert [said.person for said in unit.disclosures.judgements("p1")] == ["demo:bram", "demo:fleur", "demo:otto"]
    for table in ("leaf", "node", "checkpoint"):
        with pytest.raises(Exception, match="append-only"), target.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # three constants of this test


@on_both
def test_a_snapshot_is_of_one_moment(target: Engine) -> None:
    """What others commit while it is read is not in it: neither entries nor anything else."""
    migrate(target)
    store = writer(target)
    store.write(lambda unit: append(unit, 0, 40))
    stop = threading.Event()
    problems: list[GatewayError] = []

    def go_on() -> None:
        size = 40
        try:
            while not stop.is_set():
                store.write(lambda unit, size=size: append(unit, size, 3))  # type: ignore[misc]  # a default
                store.write(lambda unit, size=size: unit.circumstances.replace_holdings("belle", [str(size)]))  # type: ignore[misc]
                size += 3
        except GatewayError as error:
            problems.append(error)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        for _ in range(5):
            with snapshot(target) as taken:
                size = taken.log.head().size
                counted = {"leaf": 0, "head": 0}
                for group in taken.groups():
                    counted[group.table] = counted.get(group.table, 0) + len(group.rows)
                assert taken.log.head().size == size == counted["leaf"]
                assert counted.get("holding", 0) <= 1
    finally:
        stop.set()
        thread.join()
    assert problems == []


@on_both
def test_an_empty_store_has_an_empty_snapshot(target: Engine) -> None:
    """Tables without rows give no groups."""
    migrate(target)
    assert groups_of(target) == []
