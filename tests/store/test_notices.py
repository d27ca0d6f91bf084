"""Notices, and who owes a receipt, on either database."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.errors import LogUnavailableError
from gateway.model.notices import MessageKind, NoticeKind
from gateway.model.views import PartState
from gateway.store.notice_ports import NoticeState, Owed
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, DISCLOSURE, MESSAGE, NOTICE, PART, RECEIPT

pytestmark = on_both

DAY = dt.timedelta(days=1)
NAMES = "abcdefg"


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Return a store with one message of each kind that the question about receipts must tell apart."""
    states = dict.fromkeys(NAMES, PartState.DELIVERED) | {"a": PartState.RELEASED, "b": PartState.VOIDED}
    told = {"d": "opened", "e": "not_for_us", "f": "destroyed"}

    def add(unit: Unit) -> None:
        for name in NAMES:
            index = unit.append(b"leaf")
            unit.disclosures.add(replace(DISCLOSURE, id=f"d{name}", idempotency_tag=name, leaf_index=index))
            part = replace(PART, id=f"p{name}", disclosure_id=f"d{name}", leaf_index=index)
            unit.disclosures.add_part(replace(part, kind=MessageKind.RECALL, about="m0") if name == "g" else part)
            row = replace(MESSAGE, message_id=name, part_id=f"p{name}", leaf_index=index, state=states[name])
            unit.outbox.add(replace(row, urgent=name == "g", destroy_by="2026-12-01"))
        for name, state in told.items():
            index = unit.append(b"leaf")
            unit.outbox.add_receipt(replace(RECEIPT, leaf_index=index, message_id=name, state=state, token=name))

    store.write(add)
    return store


def owed(store: SqlStore, before: dt.datetime, on: dt.date) -> dict[str, Owed]:
    """Return what is owed, by message."""
    with store.read() as unit:
        return {found.message_id: found for found in unit.notices.owed(sent_before=before, on=on)}


def test_a_notice_of_a_message_that_is_not_there_is_refused(store: SqlStore) -> None:
    """The database itself keeps them together, so that an erasure finds them."""
    with pytest.raises(LogUnavailableError):
        store.write(lambda unit: unit.notices.add(replace(NOTICE, message_id="nothing")))


def test_only_what_left_without_any_receipt_or_was_refused_is_owed_before_its_day(filled: SqlStore) -> None:
    """Not what was voided, not what was answered, and nothing that was sent after the moment asked for."""
    on = AT.date()
    assert sorted(owed(filled, AT, on)) == ["a", "c", "e", "g"]
    assert sorted(owed(filled, AT - DAY, on)) == ["e"]


def test_after_its_day_destruction_is_owed_of_whatever_arrived(filled: SqlStore) -> None:
    """But not on the day itself, not of what never arrived, and not where it was told or settled."""
    assert sorted(owed(filled, AT - DAY, dt.date(2026, 12, 1))) == ["e"]
    assert sorted(owed(filled, AT - DAY, dt.date(2026, 12, 2))) == ["c", "d", "e", "g"]
    filled.write(lambda unit: unit.outbox.settle("c"))
    assert sorted(owed(filled, AT - DAY, dt.date(2026, 12, 2))) == ["d", "e", "g"]


def test_what_is_owed_comes_with_what_was_told_and_the_urgent_first(filled: SqlStore) -> None:
    """A recall is told apart from a disclosure."""
    found = owed(filled, AT, dt.date(2026, 12, 2))
    assert next(iter(found)) == "g"
    assert (found["g"].kind, found["g"].urgent, found["g"].disclosure_id) == (MessageKind.RECALL, True, "dg")
    assert (found["d"].receipts, found["a"].receipts) == (frozenset({"opened"}), frozenset())


def test_reminders_are_counted_by_the_moment_and_not_by_the_way(filled: SqlStore) -> None:
    """An e-mail and an event of one moment are one reminder."""

    def add(unit: Unit) -> None:
        for number, at in enumerate((AT, AT, AT + DAY)):
            unit.notices.add(replace(NOTICE, id=f"n{number}", kind=NoticeKind.REMINDER, message_id="a", created_at=at))

    filled.write(add)
    with filled.read() as unit:
        assert unit.notices.last_of("a") == {NoticeKind.REMINDER: (AT + DAY, 2)}
        assert unit.notices.last_of("b") == {}
        assert unit.notices.counts() == {NoticeState.WAITING: 3, NoticeState.SENT: 0, NoticeState.GIVEN_UP: 0}


def test_an_erasure_destroys_the_notices_of_its_messages(filled: SqlStore) -> None:
    """Or they would tell that there was a message."""
    filled.write(lambda unit: unit.notices.add(replace(NOTICE, message_id="a")))
    filled.write(lambda unit: unit.erasures.destroy_requests("case-1"))
    with filled.read() as unit:
        assert sum(unit.notices.counts().values()) == 0
