"""Combinations without a rule on either database: one question a person and day, one row, and nothing in clear."""

from dataclasses import replace

from gateway.store.writer import SqlStore, SqlUnit
from tests.databases import on_both
from tests.store.rows import GAP

pytestmark = on_both


def test_a_question_is_kept_once(store: SqlStore) -> None:
    """The second with the same tag is known; after a while nobody knows who asked, and the counts stay."""
    assert store.write(lambda unit: unit.gaps.note_ask("t1", "2026-11-24"))
    assert not store.write(lambda unit: unit.gaps.note_ask("t1", "2026-11-24"))
    assert store.write(lambda unit: unit.gaps.note_ask("t2", "2026-11-27"))
    store.write(lambda unit: unit.gaps.put(GAP))
    assert store.write(lambda unit: unit.gaps.forget_asks("2026-11-27")) == 1
    assert not store.write(lambda unit: unit.gaps.note_ask("t2", "2026-11-27"))
    with store.read() as unit:
        assert unit.gaps.get(GAP.tag) == GAP


def test_a_combination_has_one_row(store: SqlStore) -> None:
    """What is put takes the place of what was kept; another tag finds nothing; all are in order of their tags."""

    def answer(unit: SqlUnit) -> None:
        index = unit.append(b"leaf")
        unit.gaps.put(replace(GAP, asked=2, answer="rule_coming", due="2027-01-01", leaf_index=index))

    other = replace(GAP, tag="1" * 64)
    store.write(lambda unit: unit.gaps.put(GAP))
    store.write(lambda unit: unit.gaps.put(other))
    store.write(answer)
    with store.read() as unit:
        assert unit.gaps.get("0" * 64) is None
        first, second = unit.gaps.all()
    assert first == other
    assert (second.asked, second.answer, second.due, second.leaf_index) == (2, "rule_coming", "2027-01-01", 0)


def test_figures_are_published_once(store: SqlStore) -> None:
    """The second word on a month changes nothing; a month of which nothing was said has none."""
    store.write(lambda unit: unit.figures.publish("2026-10", "first"))
    store.write(lambda unit: unit.figures.publish("2026-10", "second"))
    with store.read() as unit:
        assert unit.figures.published("2026-10") == "first"
        assert unit.figures.published("2026-09") is None
