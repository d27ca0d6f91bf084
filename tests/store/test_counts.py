"""Counts of erased decisions: a number that rises, and nothing beside it."""

from dataclasses import replace

from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import DETAIL, KEY, TALLY


@on_both
def test_a_count_rises_and_keeps_its_first_box(store: SqlStore) -> None:
    """The box says the same each time, under a fresh nonce: the first one is as good as any."""
    store.write(lambda unit: unit.counts.add(TALLY))
    store.write(lambda unit: unit.counts.add(replace(TALLY, box=b"another", count=4)))
    store.write(lambda unit: unit.counts.add(replace(TALLY, tag="f" * 64, count=1)))
    with store.read() as unit:
        assert unit.counts.all() == [replace(TALLY, count=7), replace(TALLY, tag="f" * 64, count=1)]


@on_both
def test_a_case_that_is_destroyed_leaves_its_leaves_alone(store: SqlStore) -> None:
    """Key and details go, the entries stay; other cases keep theirs."""

    def fill(store: SqlStore) -> None:
        store.write(lambda unit: [unit.append(b"leaf") for _ in range(3)])
        store.write(lambda unit: unit.cases.add_key(KEY))
        store.write(lambda unit: unit.cases.add_key(replace(KEY, case_id="case-2", tag="tag-2")))
        for index, case_id in enumerate(("case-1", "case-2", "case-1")):
            detail = replace(DETAIL, leaf_index=index, case_id=case_id)
            store.write(lambda unit, detail=detail: unit.cases.add_detail(detail))  # type: ignore[misc]  # a default

    fill(store)
    with store.read() as unit:
        assert list(unit.cases.indexes_of("case-1")) == [0, 2]
    store.write(lambda unit: unit.cases.destroy("case-1"))
    with store.read() as unit:
        kept = unit.cases.entries(0, 9)
        assert [entry.leaf_index for entry in kept] == [0, 1, 2]
        assert [entry.detail is None for entry in kept] == [True, False, True]
        assert [entry.wrapped is None for entry in kept] == [True, False, True]
        assert unit.cases.key_of("case-1") is None
        assert unit.cases.key_of("case-2") is not None
