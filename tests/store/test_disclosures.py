"""Cases, requests, parts and judgements on either database."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.errors import DuplicateRequestError, LogUnavailableError, NotFoundError
from gateway.model.decision import Approval
from gateway.model.views import PartState
from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.store.rows import AT, DETAIL, DISCLOSURE, JUDGEMENT, KEY, PART

pytestmark = on_both


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Return a store with one case, one request and one part."""

    def add(unit: SqlUnit) -> None:
        unit.append(b"leaf")
        unit.cases.add_key(KEY)
        unit.cases.add_detail(DETAIL)
        unit.disclosures.add(DISCLOSURE)
        unit.disclosures.add_part(PART)

    store.write(add)
    return store


def test_what_is_not_there_is_none_or_not_found(store: SqlStore) -> None:
    """An erased key or detail is None; a request or part that never was is an error."""
    with store.read() as unit:
        assert unit.cases.key(tag="tag-1") is None
        assert unit.cases.key_of("case-1") is None
        assert unit.cases.detail(0) is None
        assert unit.disclosures.by_idempotency("once") is None
        assert list(unit.disclosures.of_requester(DISCLOSURE.requester, 10)) == []
        assert list(unit.disclosures.parts("d1")) == []
        assert list(unit.disclosures.judgements("p1")) == []
        for ask in (unit.disclosures.get, unit.disclosures.part):
            with pytest.raises(NotFoundError):
                ask("d1")


def test_an_idempotency_key_is_used_once(filled: SqlStore) -> None:
    """The database itself refuses a second request under the same key."""
    with pytest.raises(DuplicateRequestError):
        filled.write(lambda unit: unit.disclosures.add(replace(DISCLOSURE, id="d2")))
    with filled.read() as unit, pytest.raises(NotFoundError):
        unit.disclosures.get("d2")


def test_a_part_changes_only_from_the_state_it_has(filled: SqlStore) -> None:
    """Of two people who decide at once, the second is told that it changed."""
    released = replace(PART, state=PartState.RELEASED, leaf_index=0, message_id="m1", review_due=AT)
    filled.write(lambda unit: unit.disclosures.change_part(released, was=PartState.WAITING))
    refused = replace(PART, state=PartState.REFUSED)
    with pytest.raises(DuplicateRequestError, match="changed in the meantime"):
        filled.write(lambda unit: unit.disclosures.change_part(refused, was=PartState.WAITING))
    with filled.read() as unit:
        assert unit.disclosures.part("p1") == released


def test_nothing_refers_to_what_is_not_there(filled: SqlStore) -> None:
    """Foreign keys are kept: no detail without its leaf, no part without its request, no judgement without its part."""
    with pytest.raises(LogUnavailableError):
        filled.write(lambda unit: unit.cases.add_detail(replace(DETAIL, leaf_index=7)))
    with pytest.raises(LogUnavailableError):
        filled.write(lambda unit: unit.disclosures.add_part(replace(PART, id="p2", disclosure_id="d9")))
    with pytest.raises(LogUnavailableError):
        filled.write(lambda unit: unit.disclosures.add_judgement(replace(JUDGEMENT, part_id="p9")))


def test_what_was_stored_comes_back_as_it_was(filled: SqlStore) -> None:
    """Bytes with zeroes, moments to the microsecond, and what is empty stays empty."""
    with filled.read() as unit:
        assert unit.cases.key(tag="tag-1") == unit.cases.key_of("case-1") == KEY
        assert unit.cases.detail(0) == DETAIL
        assert unit.disclosures.get("d1") == unit.disclosures.by_idempotency("once") == DISCLOSURE
        assert unit.disclosures.part("p1") == PART


def test_a_destroyed_request_is_gone_and_the_row_stays(filled: SqlStore) -> None:
    """Nothing of it waits any more."""
    filled.write(lambda unit: unit.disclosures.forget_box("d1"))
    with filled.read() as unit:
        assert unit.disclosures.get("d1") == replace(DISCLOSURE, box=None)


def test_the_newest_requests_come_first(filled: SqlStore) -> None:
    """Text order of the stored moments is time order, also across a second and a year."""
    moments = [AT + step for step in (dt.timedelta(microseconds=1), dt.timedelta(seconds=1), dt.timedelta(days=400))]

    def add(unit: SqlUnit) -> None:
        for number, at in enumerate(moments):
            row = replace(DISCLOSURE, id=f"e{number}", submitted_at=at, idempotency_tag=f"t{number}")
            unit.disclosures.add(row)

    filled.write(add)
    with filled.read() as unit:
        assert [row.id for row in unit.disclosures.of_requester(DISCLOSURE.requester, 3)] == ["e2", "e1", "e0"]


def test_the_parts_come_with_the_least_strict_approval_first(filled: SqlStore) -> None:
    """What leaves at once is shown before what waits."""

    def add(unit: SqlUnit) -> None:
        for approval in (Approval.PRE_FG, Approval.POST_24H, Approval.PRE_TWO):
            unit.disclosures.add_part(replace(PART, id=approval.value, approval=approval))

    filled.write(add)
    with filled.read() as unit:
        found = [part.approval for part in unit.disclosures.parts("d1")]
    assert found == [Approval.NONE, *sorted(found[1:], key=lambda approval: approval.strictness)]
    assert len(found) == 4


def test_judgements_keep_their_order(filled: SqlStore) -> None:
    """The last advice counts, so the order in which people spoke is kept."""
    said = [replace(JUDGEMENT, kind=kind) for kind in ("advise_positive", "advise_negative", "approve")]

    def speak(unit: SqlUnit) -> None:
        for judgement in said:
            unit.disclosures.add_judgement(judgement)

    filled.write(speak)
    with filled.read() as unit:
        assert list(unit.disclosures.judgements("p1")) == said
