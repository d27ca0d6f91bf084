"""Messages, receipts and what partners show at the door, on either database."""

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest

from gateway.errors import DuplicateRequestError, LogUnavailableError, NotFoundError
from gateway.model.views import PartState
from gateway.store.records import OutboxRow
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.store.rows import AT, DISCLOSURE, GRANT, MESSAGE, PART, RECEIPT

pytestmark = on_both

LATER = GRANT.expires


def queue(row: OutboxRow, unit: SqlUnit) -> None:
    """Queue a message."""
    unit.outbox.add(row)


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Return a store with two messages, for Belle and for AVIM."""

    def add(unit: SqlUnit) -> None:
        for number, partner in ((1, "belle"), (2, "avim")):
            index = unit.append(b"leaf")
            unit.disclosures.add(replace(DISCLOSURE, id=f"d{number}", idempotency_tag=f"t{number}", leaf_index=index))
            unit.disclosures.add_part(replace(PART, id=f"p{number}", disclosure_id=f"d{number}", leaf_index=index))
            row = replace(MESSAGE, message_id=f"m{number}", part_id=f"p{number}", partner=partner, leaf_index=index)
            unit.outbox.add(row)

    store.write(add)
    return store


def test_anothers_message_and_an_absent_one_get_the_same_answer(filled: SqlStore) -> None:
    """A partner cannot learn that a message for somebody else exists."""
    told = set()
    with filled.read() as unit:
        for message_id in ("m2", "m9"):
            with pytest.raises(NotFoundError) as caught:
                unit.outbox.get(message_id, partner="belle")
            told.add((str(caught.value), caught.value.hint))
        assert len(told) == 1
        assert [row.message_id for row in unit.outbox.of_partner("belle")] == ["m1"]
        assert list(unit.outbox.of_partner("dudok-wonen")) == []


@pytest.mark.parametrize("row", [replace(MESSAGE, leaf_index=9), replace(MESSAGE, part_id="p9", leaf_index=1)])
def test_a_message_without_its_leaf_or_part_is_refused(filled: SqlStore, row: OutboxRow) -> None:
    """The database itself keeps them together."""
    row = replace(row, message_id="m3")
    with pytest.raises(LogUnavailableError):
        filled.write(lambda unit: unit.outbox.add(row))
    with filled.read() as unit:
        assert len(unit.outbox.of_partner("belle")) == 1


def test_a_leaf_carries_one_message(filled: SqlStore) -> None:
    """Neither the same leaf, nor the same part, nor the same id can be used twice."""
    doubles = [
        replace(MESSAGE, message_id="m3", part_id="p2"),
        replace(MESSAGE, message_id="m1", part_id="p2", leaf_index=1),
    ]
    for row in doubles:
        with pytest.raises(LogUnavailableError):
            filled.write(partial(queue, row))
    with filled.read() as unit:
        assert len(unit.outbox.of_partner("belle")) == 1


def test_a_message_comes_back_as_it_was(filled: SqlStore) -> None:
    """By id, by partner and by part."""
    with filled.read() as unit:
        row = unit.outbox.get("m1", partner="belle")
        assert row == replace(MESSAGE, message_id="m1", part_id="p1")
        assert unit.outbox.of_part("p1") == row
        assert unit.outbox.of_part("p9") is None


def test_a_state_is_changed_for_one_message(filled: SqlStore) -> None:
    """The other one keeps its own."""
    filled.write(lambda unit: unit.outbox.change_state("m1", PartState.VOIDED))
    with filled.read() as unit:
        assert unit.outbox.get("m1", partner="belle").state is PartState.VOIDED
        assert unit.outbox.get("m2", partner="avim").state is PartState.RELEASED


def test_the_same_receipt_is_kept_once(filled: SqlStore) -> None:
    """Sent again it is known; another one for the same message is added, in order."""
    filled.write(lambda unit: unit.outbox.add_receipt(RECEIPT))
    with pytest.raises(DuplicateRequestError):
        filled.write(lambda unit: unit.outbox.add_receipt(replace(RECEIPT, leaf_index=1)))
    second = replace(RECEIPT, leaf_index=1, state="destroyed", token="eyJ.other")
    filled.write(lambda unit: unit.outbox.add_receipt(second))
    with filled.read() as unit:
        assert list(unit.outbox.receipts("m1")) == [RECEIPT, second]
        assert list(unit.outbox.receipts("m2")) == []


def test_a_receipt_without_its_message_is_refused(filled: SqlStore) -> None:
    """Nobody acknowledges what was never there."""
    with pytest.raises(LogUnavailableError):
        filled.write(lambda unit: unit.outbox.add_receipt(replace(RECEIPT, message_id="m9")))


def test_an_assertion_is_accepted_once_and_the_job_goes_on(store: SqlStore) -> None:
    """A replay is told as False, and does not spoil the transaction that found it."""

    def show(unit: SqlUnit) -> tuple[bool, bool, bool]:
        first, again, other = (unit.door.remember_assertion(tag, expires=LATER) for tag in ("a", "a", "b"))
        return first, again, other

    assert store.write(show) == (True, False, True)
    assert store.write(lambda unit: unit.door.remember_assertion("a", expires=LATER)) is False


def test_a_token_is_good_until_it_expires(store: SqlStore) -> None:
    """Not a microsecond longer, and an unknown one never."""
    store.write(lambda unit: unit.door.add_token("digest", GRANT))
    with store.read() as unit:
        assert unit.door.token_grant("digest", now=LATER - dt.timedelta(microseconds=1)) == GRANT
        assert unit.door.token_grant("digest", now=LATER) is None
        assert unit.door.token_grant("other", now=AT) is None


def test_what_is_over_is_forgotten_and_no_more(store: SqlStore) -> None:
    """A token or assertion that is still good stays."""

    def fill(unit: SqlUnit) -> None:
        for name, expires in (("old", AT), ("new", LATER)):
            unit.door.add_token(name, replace(GRANT, expires=expires))
            unit.door.remember_assertion(name, expires=expires)
        unit.door.forget_expired(AT)

    store.write(fill)
    with store.read() as unit:
        assert unit.door.token_grant("old", now=AT - dt.timedelta(days=1)) is None
        assert unit.door.token_grant("new", now=AT) == GRANT
    assert store.write(lambda unit: unit.door.remember_assertion("old", expires=LATER)) is True
    assert store.write(lambda unit: unit.door.remember_assertion("new", expires=LATER)) is False
