"""Drafts on either database: their owner's alone, gone when over, and counted without anybody's name."""

import datetime as dt
from dataclasses import replace

from gateway.model.draft import Abandoned
from gateway.store.draft_ports import StoredDraft
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, DRAFT

pytestmark = on_both

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


def found(store: SqlStore, *, owner: str = DRAFT.owner, now: dt.datetime = AT) -> StoredDraft | None:
    """Return the draft as a person finds it at a moment."""
    with store.read() as unit:
        return unit.drafts.get(DRAFT.id, owner=owner, now=now)


def test_a_draft_of_another_or_that_is_over_is_not_found(store: SqlStore) -> None:
    """To the second; another can neither change nor delete it."""
    store.write(lambda unit: unit.drafts.add(DRAFT))
    assert found(store, owner="demo:bram") is None
    assert found(store, now=AT + DAY) is None
    store.write(lambda unit: unit.drafts.change(DRAFT.id, owner="demo:bram", ground="x", box=b"other"))
    assert store.write(lambda unit: unit.drafts.remove(DRAFT.id, owner="demo:bram")) is None
    assert found(store, now=AT + DAY - SECOND) == DRAFT


def test_a_draft_changes_and_goes(store: SqlStore) -> None:
    """What it holds is replaced as a whole, and deleting says what there was."""
    store.write(lambda unit: unit.drafts.add(DRAFT))
    store.write(lambda unit: unit.drafts.change(DRAFT.id, owner=DRAFT.owner, ground="statistics", box=b"new"))
    changed = replace(DRAFT, ground="statistics", box=b"new")
    assert found(store) == changed
    assert store.write(lambda unit: unit.drafts.remove(DRAFT.id, owner=DRAFT.owner)) == changed
    assert found(store) is None


def test_what_is_over_is_deleted_and_the_rest_stays(store: SqlStore) -> None:
    """A person's list has the same ones, oldest first."""
    later = replace(DRAFT, id="e" * 32, created_at=AT + SECOND, expires=AT + DAY + SECOND)
    for row in (later, DRAFT):
        store.write(lambda unit, row=row: unit.drafts.add(row))  # type: ignore[misc]  # mypy cannot infer it
    with store.read() as unit:
        assert list(unit.drafts.of_owner(DRAFT.owner, now=AT)) == [DRAFT, later]
        assert list(unit.drafts.of_owner(DRAFT.owner, now=AT + DAY)) == [later]
        assert list(unit.drafts.of_owner("demo:bram", now=AT)) == []
    assert list(store.write(lambda unit: unit.drafts.forget_expired(AT + DAY))) == [DRAFT]
    assert list(store.write(lambda unit: unit.drafts.forget_expired(AT + DAY))) == []


def test_the_abandoned_are_counted_by_month_and_ground(store: SqlStore) -> None:
    """The table knows nothing else."""
    for month, ground in (("2026-11", "care_consent"), ("2026-10", "statistics"), ("2026-11", "care_consent")):
        store.write(lambda unit, m=month, g=ground: unit.drafts.count_abandoned(m, g))  # type: ignore[misc]  # as above
    with store.read() as unit:
        assert list(unit.drafts.abandoned()) == [
            Abandoned("2026-10", "statistics", 1),
            Abandoned("2026-11", "care_consent", 2),
        ]
