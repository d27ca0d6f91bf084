"""Sessions of people on either database: one that is over is never found, whatever made it end."""

import datetime as dt
from dataclasses import replace

from gateway.store.people_ports import StoredSignIn
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, SIGN_IN

pytestmark = on_both

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
ROW = SIGN_IN


def found(store: SqlStore, now: dt.datetime) -> StoredSignIn | None:
    """Return the session as it is found at a moment."""
    with store.read() as unit:
        return unit.sign_ins.get(ROW.digest, now=now)


def test_a_session_that_is_idle_old_or_removed_is_not_found(store: SqlStore) -> None:
    """At the very moment it is over; prolonging one that is over brings it back no more."""
    store.write(lambda unit: unit.sign_ins.add(ROW))
    assert found(store, AT + 20 * MINUTE) is None
    store.write(lambda unit: unit.sign_ins.prolong(ROW.digest, idle_ends=AT + 2 * HOUR, now=AT + 20 * MINUTE))
    assert found(store, AT + 20 * MINUTE) is None
    store.write(lambda unit: unit.sign_ins.prolong(ROW.digest, idle_ends=AT + 2 * HOUR, now=AT))
    assert found(store, AT + HOUR - MINUTE) == replace(ROW, idle_ends=AT + 2 * HOUR)
    assert found(store, AT + HOUR) is None
    store.write(lambda unit: unit.sign_ins.remove(ROW.digest))
    assert found(store, AT) is None


def test_what_is_over_is_dropped_and_what_is_not_stays(store: SqlStore) -> None:
    """The table holds nobody who left."""
    other = replace(ROW, digest="sha256:" + "b" * 64, idle_ends=AT + MINUTE)
    for row in (ROW, other):
        store.write(lambda unit, row=row: unit.sign_ins.add(row))  # type: ignore[misc]  # mypy cannot infer it
    store.write(lambda unit: unit.sign_ins.forget_ended(AT + MINUTE))
    assert found(store, AT) == ROW
    with store.read() as unit:
        assert unit.sign_ins.get(other.digest, now=AT) is None


def test_the_oldest_sessions_of_an_account_end_and_no_other_account_loses_any(store: SqlStore) -> None:
    """The newest are those that end last; none kept means all of them end."""
    mine = [replace(ROW, digest=f"sha256:{number:064}", ends=AT + number * HOUR) for number in (3, 1, 2)]
    other = replace(ROW, owner="owner 2")
    for row in (*mine, other):
        store.write(lambda unit, row=row: unit.sign_ins.add(row))  # type: ignore[misc]  # mypy cannot infer it
    store.write(lambda unit: unit.sign_ins.remove_oldest(ROW.owner, keep=2))
    with store.read() as unit:
        assert [unit.sign_ins.get(row.digest, now=AT) is not None for row in mine] == [True, False, True]
    store.write(lambda unit: unit.sign_ins.remove_oldest(ROW.owner, keep=0))
    with store.read() as unit:
        assert [unit.sign_ins.get(row.digest, now=AT) for row in mine] == [None] * 3
    assert found(store, AT) == other
