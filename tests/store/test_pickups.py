"""Links that open once, on either database."""

import datetime as dt

import pytest

from gateway.model.views import PartState
from gateway.store.pickup_ports import Pickup
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.store.rows import AT, DISCLOSURE, KEY, MESSAGE, PART, PICKUP

pytestmark = on_both


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Return a store with one link."""

    def job(unit: SqlUnit) -> None:
        unit.append(b"leaf")
        unit.cases.add_key(KEY)
        unit.disclosures.add(DISCLOSURE)
        unit.disclosures.add_part(PART)
        unit.outbox.add(MESSAGE)
        unit.pickups.add(PICKUP)

    store.write(job)
    return store


def kept(store: SqlStore) -> Pickup:
    """Return the link."""
    with store.read() as unit:
        found = unit.pickups.by_link(PICKUP.link_tag)
        assert found == unit.pickups.of_message("m1")
    assert found is not None
    return found


def test_a_link_comes_back_as_it_was_kept_with_its_message(filled: SqlStore) -> None:
    """Whoever looks sees the message's part, partner and state too."""
    found = kept(filled)
    assert found.secret == PICKUP.secret
    assert (found.part_id, found.partner, found.state, found.sealed_at) == ("p1", "belle", PartState.RELEASED, AT)
    assert (found.code_tag, found.expires, found.wrong, found.opened_at) == (None, None, 0, None)
    with filled.read() as unit:
        assert unit.pickups.by_link("b" * 64) is None
        assert unit.pickups.unopened("demo:sanne") == [("d1", found)]
        assert unit.pickups.unopened("demo:bram") == []


def test_who_claims_second_gets_nothing(filled: SqlStore) -> None:
    """One row, one browser."""
    assert filled.write(lambda unit: unit.pickups.claim("m1", "c" * 64, AT))
    assert not filled.write(lambda unit: unit.pickups.claim("m1", "d" * 64, AT))
    assert kept(filled).browser_tag == "c" * 64
    with filled.read() as unit:
        assert unit.pickups.unopened("demo:sanne") == []


def test_the_secret_goes_when_the_letter_is_made_or_it_waited_too_long(filled: SqlStore) -> None:
    """Not a moment before, and never comes back."""
    assert filled.write(lambda unit: unit.pickups.forget_old_secrets(AT - dt.timedelta(microseconds=1))) == 0
    assert kept(filled).secret is not None
    assert filled.write(lambda unit: unit.pickups.forget_old_secrets(AT)) == 1
    assert kept(filled).secret is None
    filled.write(lambda unit: unit.pickups.made("m1", expires=AT))
    assert kept(filled).expires == AT


def test_every_refusal_is_counted_and_a_wrong_code_against_its_link(filled: SqlStore) -> None:
    """One row is written whatever the link: an unknown one is as much work as a known one."""
    for tag, wrong in ((PICKUP.link_tag, 1), (PICKUP.link_tag, 0), ("b" * 64, 1)):
        filled.write(lambda unit, tag=tag, wrong=wrong: unit.pickups.count_refusal(tag, wrong=wrong))  # type: ignore[misc]  # mypy cannot infer it
    assert kept(filled).wrong == 1
