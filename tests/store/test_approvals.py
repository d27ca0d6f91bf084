"""What waits for a judgement, decisions against advice, and deputies, on either database."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.errors import DuplicateRequestError, NotFoundError
from gateway.model.decision import Approval
from gateway.model.notices import NoticeKind
from gateway.model.views import PartState
from gateway.store.approval_ports import DeputyState
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, DEPUTY, DISCLOSURE, JUDGEMENT, NOTICE, PART

pytestmark = on_both

DAY = dt.timedelta(days=1)


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Return a store with a part of each state, before and after release, the later ones asked for earlier."""

    def add(unit: Unit) -> None:
        for number, state in enumerate(PartState):
            for approval in (Approval.PRE_TWO, Approval.POST_24H):
                name = f"{state.value}-{approval.value}"[:30]
                index, at = unit.append(b"leaf"), AT - number * DAY
                unit.disclosures.add(
                    replace(DISCLOSURE, id=name, idempotency_tag=name, leaf_index=index, submitted_at=at)
                )
                due = AT - number * DAY if approval is Approval.POST_24H else None
                unit.disclosures.add_part(
                    replace(PART, id=name, disclosure_id=name, approval=approval, state=state, review_due=due)
                )
        last = replace(DISCLOSURE, id="old", idempotency_tag="old", leaf_index=unit.append(b"leaf"))
        unit.disclosures.add(replace(last, submitted_at=AT - 90 * DAY))
        unit.disclosures.add_part(replace(PART, id="old", disclosure_id="old"))

    store.write(add)
    return store


def test_what_is_open_comes_in_order_of_its_deadline_then_its_age(filled: SqlStore) -> None:
    """Nothing that was decided, refused, voided or recalled; a review that was done is open no more."""

    def open_parts(limit: int = 9) -> list[str]:
        with filled.read() as unit:
            return list(unit.approvals.open_parts(limit))

    waits = ["old", "waiting-pre_two"]
    assert open_parts() == ["delivered-post_24h", "released-post_24h", "waiting-post_24h", *waits]
    assert open_parts(1) == ["delivered-post_24h"]
    for name, kind in (("delivered-post_24h", "review_bad"), ("released-post_24h", "review_good"), ("old", "ask_back")):
        filled.write(
            lambda unit, name=name, kind=kind: unit.disclosures.add_judgement(  # type: ignore[misc]  # bound by default
                replace(JUDGEMENT, part_id=name, kind=kind)
            )
        )
    assert open_parts() == ["waiting-post_24h", *waits]


def test_a_decision_against_advice_is_found_with_its_request_and_in_whose_place_it_was(filled: SqlStore) -> None:
    """The newest first; others are not marked."""
    said = [
        replace(JUDGEMENT, part_id="old", leaf_index=1, against=True, instead_of="demo:meryem"),
        replace(JUDGEMENT, part_id="old", leaf_index=2),
        replace(JUDGEMENT, part_id="waiting-pre_two", leaf_index=3, kind="refuse", against=True),
    ]
    for one in said:
        filled.write(lambda unit, one=one: unit.disclosures.add_judgement(one))  # type: ignore[misc]  # bound by default
    with filled.read() as unit:
        assert unit.approvals.against_advice(9) == [("waiting-pre_two", said[2]), ("old", said[0])]
        assert unit.approvals.against_advice(1) == [("waiting-pre_two", said[2])]
        assert unit.disclosures.judgements("old") == said[:2]


def test_when_approvers_were_last_told(store: SqlStore) -> None:
    """Of notices for approvals alone."""

    def last() -> dt.datetime | None:
        with store.read() as unit:
            return unit.approvals.last_told()

    other = replace(NOTICE, message_id=None, kind=NoticeKind.ATTENTION, created_at=AT + DAY)
    store.write(lambda unit: unit.notices.add(other))
    assert last() is None
    for number in (1, 0):
        told = replace(other, id=f"{number}", kind=NoticeKind.APPROVAL, created_at=AT + number * dt.timedelta(hours=1))
        store.write(lambda unit, told=told: unit.notices.add(told))  # type: ignore[misc]  # bound by default
    assert last() == AT + dt.timedelta(hours=1)


def test_a_deputy_acts_on_the_days_of_it_after_agreeing(store: SqlStore) -> None:
    """From the first to the last day, both included; not before agreeing, not after it was ended."""
    first, last = DEPUTY.begins, DEPUTY.ends

    def runs(on: dt.date) -> tuple[int, bool, int]:
        with store.read() as unit:
            found = unit.approvals
            everybody = len(found.deputies(on=on))
            return len(found.stands_in(DEPUTY.deputy, on=on)), found.has_deputies(on=on), everybody

    def change(state: DeputyState, was: DeputyState) -> None:
        store.write(lambda unit: unit.approvals.change_deputy(replace(DEPUTY, state=state, box=b"new"), was=was))

    def add(unit: Unit) -> None:
        unit.append(b"leaf")
        unit.approvals.add_deputy(replace(DEPUTY, state=DeputyState.NAMED))

    store.write(add)
    assert runs(first) == (0, False, 1)
    with pytest.raises(DuplicateRequestError):
        change(DeputyState.ENDED, DeputyState.AGREED)
    change(DeputyState.AGREED, DeputyState.NAMED)
    assert [runs(on) for on in (first - DAY, first, last, last + DAY)] == [
        (0, False, 1),
        (1, True, 1),
        (1, True, 1),
        (0, False, 0),
    ]
    with store.read() as unit:
        assert unit.approvals.deputy(DEPUTY.id) == replace(DEPUTY, box=b"new")
        assert [len(unit.approvals.deputies_of(who)) for who in (DEPUTY.giver, DEPUTY.deputy, "demo:x")] == [1, 1, 0]
        assert unit.approvals.stands_in(DEPUTY.giver, on=first) == []
        with pytest.raises(NotFoundError):
            unit.approvals.deputy("1" * 32)
    change(DeputyState.ENDED, DeputyState.AGREED)
    assert runs(first) == (0, False, 0)


def test_a_deputyship_that_is_long_over_is_forgotten(store: SqlStore) -> None:
    """Who acted for whom stays in the log; the list is for now."""

    def add(unit: Unit) -> None:
        unit.append(b"leaf")
        unit.approvals.add_deputy(DEPUTY)
        unit.approvals.forget_deputies(DEPUTY.ends)

    store.write(add)
    with store.read() as unit:
        assert len(unit.approvals.deputies_of(DEPUTY.giver)) == 1
    store.write(lambda unit: unit.approvals.forget_deputies(DEPUTY.ends + DAY))
    with store.read() as unit:
        assert unit.approvals.deputies_of(DEPUTY.giver) == []
