"""Holdings, holds and withdrawn consents on either database; every change raises the revision."""

from collections.abc import Callable

import pytest

from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.store.rows import AT

pytestmark = on_both


def revision(store: SqlStore) -> int:
    """Return the number of changes so far."""
    with store.read() as unit:
        return unit.circumstances.revision()


@pytest.mark.parametrize(
    "change",
    [
        lambda unit: unit.circumstances.replace_holdings("dudok-wonen", ["a"]),
        lambda unit: unit.circumstances.replace_holdings("dudok-wonen", []),
        lambda unit: unit.circumstances.open_hold(["a"], "d1", AT),
        lambda unit: unit.circumstances.lift_hold("d1"),
        lambda unit: unit.circumstances.withdraw(["a"], AT),
    ],
    ids=["holdings", "no holdings", "hold", "lift", "withdraw"],
)
def test_every_change_raises_the_revision(store: SqlStore, change: Callable[[SqlUnit], object]) -> None:
    """What was decided before it must be decided again."""
    assert revision(store) == 0
    store.write(change)
    assert revision(store) == 1
    store.write(change)
    assert revision(store) == 2


def test_nothing_is_owned_held_or_withdrawn_at_first(store: SqlStore) -> None:
    """An empty list of tags asks nothing and finds nothing."""
    with store.read() as unit:
        assert unit.circumstances.has_holdings("dudok-wonen") is False
        assert list(unit.circumstances.owned_by("dudok-wonen", ["a", "b"])) == [False, False]
        for tags in ([], ["a"]):
            assert unit.circumstances.held(tags) is False
            assert unit.circumstances.withdrawn(tags) is False


def test_holdings_are_a_partners_own_and_replaced_whole(store: SqlStore) -> None:
    """A dwelling that was sold is no longer theirs, and never anybody else's."""
    count = store.write(lambda unit: unit.circumstances.replace_holdings("dudok-wonen", ["b", "a", "a"]))
    assert count == 2
    store.write(lambda unit: unit.circumstances.replace_holdings("gooi-wonen", ["c"]))
    store.write(lambda unit: unit.circumstances.replace_holdings("dudok-wonen", ["b", "d"]))
    with store.read() as unit:
        assert list(unit.circumstances.owned_by("dudok-wonen", ["a", "b", "c", "d"])) == [False, True, False, True]
        assert list(unit.circumstances.owned_by("gooi-wonen", ["c", "b"])) == [True, False]
        assert unit.circumstances.has_holdings("gooi-wonen") is True


def test_a_hold_stays_until_the_last_signal_about_it_is_lifted(store: SqlStore) -> None:
    """Two hand-overs may hold the same address; lifting one does not lift the other."""
    store.write(lambda unit: unit.circumstances.open_hold(["a", "a", "b"], "d1", AT))
    store.write(lambda unit: unit.circumstances.open_hold(["b", "c"], "d2", AT))
    assert store.write(lambda unit: unit.circumstances.lift_hold("d1")) == 2
    with store.read() as unit:
        assert [unit.circumstances.held([tag]) for tag in "abc"] == [False, True, True]
        assert unit.circumstances.held(["a", "c"]) is True
    assert store.write(lambda unit: unit.circumstances.lift_hold("d1")) == 0


def test_a_consent_can_be_withdrawn_twice(store: SqlStore) -> None:
    """The second time changes nothing about it."""
    for _ in range(2):
        store.write(lambda unit: unit.circumstances.withdraw(["a", "a"], AT))
    with store.read() as unit:
        assert unit.circumstances.withdrawn(["b", "a"]) is True
        assert unit.circumstances.withdrawn(["b"]) is False
