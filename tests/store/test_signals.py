"""Signals and absences on either database: one key one signal, closed lookups, and deletion by age."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.errors import LogUnavailableError, NotFoundError
from gateway.store.people_ports import StoredSignal
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.store.rows import AT, DISCLOSURE, MESSAGE, PART, SIGNAL

pytestmark = on_both

DAY = dt.timedelta(days=1)


def add(unit: SqlUnit, *signals: StoredSignal) -> None:
    """Keep signals, each with an entry."""
    for signal in signals:
        unit.signals.add(replace(signal, leaf_index=unit.append(b"leaf")))


def test_one_key_is_one_signal(store: SqlStore) -> None:
    """The database itself refuses a second, so two programs at the same moment make one."""
    store.write(lambda unit: add(unit, SIGNAL))
    with pytest.raises(LogUnavailableError):
        store.write(lambda unit: add(unit, replace(SIGNAL, id="s2")))
    with store.read() as unit:
        assert unit.signals.by_idempotency("key 1") == SIGNAL
        assert unit.signals.by_idempotency("key 2") is None


def test_a_signal_is_handled_once(store: SqlStore) -> None:
    """Who was first stays; one that is not there cannot be handled."""
    store.write(lambda unit: add(unit, SIGNAL))
    store.write(lambda unit: unit.signals.handle("s1", by="demo:sanne", at=AT))
    for signal_id in ("s1", "s2"):
        with pytest.raises(NotFoundError):
            store.write(lambda unit, one=signal_id: unit.signals.handle(one, by="demo:bram", at=AT))  # type: ignore[misc]
    with store.read() as unit:
        (kept,) = unit.signals.since(AT - DAY)
    assert (kept.handled_by, kept.handled_at) == ("demo:sanne", AT)


def test_signals_are_listed_and_deleted_by_age(store: SqlStore) -> None:
    """After a moment, newest first; up to a moment, gone and returned."""
    later = replace(SIGNAL, id="s2", idempotency_tag="key 2", received_at=AT + DAY)
    store.write(lambda unit: add(unit, SIGNAL, later))
    with store.read() as unit:
        assert [one.id for one in unit.signals.since(AT - DAY)] == ["s2", "s1"]
        assert [one.id for one in unit.signals.since(AT)] == ["s2"]
    gone = store.write(lambda unit: unit.signals.forget_until(AT))
    assert [one.id for one in gone] == ["s1"]
    with store.read() as unit:
        assert [one.id for one in unit.signals.since(AT - DAY)] == ["s2"]


def test_a_message_is_found_and_lifted_by_its_own_partner_alone(store: SqlStore) -> None:
    """Another partner's name, or another id, finds and lifts nothing."""

    def fill(unit: SqlUnit) -> None:
        index = unit.append(b"leaf")
        unit.disclosures.add(replace(DISCLOSURE, id="d1", leaf_index=index))
        unit.disclosures.add_part(replace(PART, id="p1", disclosure_id="d1"))
        unit.outbox.add(replace(MESSAGE, leaf_index=index, message_id="m1", part_id="p1", partner="avim"))
        unit.circumstances.open_hold(["a", "b"], "d1", AT)
        unit.circumstances.open_hold(["b"], "another", AT)

    store.write(fill)
    for message, partner in (("m1", "politie"), ("m2", "avim")):
        store.write(lambda unit, m=message, p=partner: unit.signals.lift_for_message(m, partner=p))  # type: ignore[misc]
        with store.read() as unit:
            assert not unit.signals.is_addressed(message, partner=partner)
            assert unit.circumstances.held(["a"])
    store.write(lambda unit: unit.signals.lift_for_message("m1", partner="avim"))
    with store.read() as unit:
        assert unit.signals.is_addressed("m1", partner="avim")
        assert (unit.circumstances.held(["a"]), unit.circumstances.held(["b"])) == (False, True)
    store.write(lambda unit: unit.circumstances.lift_tags(["b", "c"]))
    with store.read() as unit:
        assert not unit.circumstances.held(["b"])


def test_a_desk_has_one_absence(store: SqlStore) -> None:
    """The newest counts, for its own partner."""
    for until in ("2026-12-01", "2026-12-05"):
        store.write(lambda unit, day=until: unit.signals.set_away("avim", day, unit.append(b"leaf")))  # type: ignore[misc]
    with store.read() as unit:
        assert unit.signals.away("avim") == "2026-12-05"
        assert unit.signals.away("belle") is None
