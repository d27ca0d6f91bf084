"""What still waits for a second pair of eyes, and what was said by telephone, on either database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine, text

from gateway.model.notices import MessageKind
from gateway.model.urgent import OpenReview
from gateway.model.views import PartState
from gateway.store.ports import Unit
from gateway.store.records import Judgement
from gateway.store.reviews import OPEN, ORAL
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, DISCLOSURE, PART

HOUR = dt.timedelta(hours=1)
STATES = {
    "waiting": PartState.WAITING,
    "left": PartState.RELEASED,
    "fetched": PartState.DELIVERED,
    "voided": PartState.VOIDED,
    "recalled": PartState.RECALLED,
    "good": PartState.DELIVERED,
    "bad": PartState.RELEASED,
    "other": PartState.DELIVERED,
    "told": PartState.DELIVERED,
}


def fill(store: SqlStore) -> None:
    """Keep a part in each state, what is due first last; two are reviewed, one has no review, one was told by phone."""

    def add(unit: Unit) -> None:
        for number, (name, state) in enumerate(STATES.items()):
            index = unit.append(b"leaf")
            at = AT + number * HOUR
            unit.disclosures.add(
                replace(DISCLOSURE, id=f"d{name}", idempotency_tag=name, leaf_index=index, submitted_at=at)
            )
            due = None if name == "other" else AT - number * HOUR
            part = replace(PART, id=name, disclosure_id=f"d{name}", leaf_index=index, state=state, review_due=due)
            unit.disclosures.add_part(replace(part, kind=MessageKind.ORAL) if name == "told" else part)
        for name in ("good", "bad"):
            index = unit.append(b"leaf")
            unit.disclosures.add_judgement(Judgement(name, "demo:bram", f"review_{name}", "digest", AT, index))
        index = unit.append(b"leaf")
        unit.disclosures.add_judgement(Judgement("left", "demo:bram", "advise_positive", "digest", AT, index))

    store.write(add)


def waiting(store: SqlStore) -> Sequence[OpenReview]:
    """Return what waits."""
    with store.read() as unit:
        return unit.reviews.open()


@on_both
def test_what_left_and_nobody_looked_at_waits_the_first_due_in_front(store: SqlStore) -> None:
    """Not what never left, was taken back or was reviewed; advice is no review."""
    assert waiting(store) == []
    fill(store)
    assert [one.part_id for one in waiting(store)] == ["told", "fetched", "left"]
    told = waiting(store)[0]
    assert told == OpenReview("dtold", "told", "belle", "demo:sanne", MessageKind.ORAL, AT - 8 * HOUR)


@on_both
def test_what_was_told_is_found_by_its_kind(store: SqlStore) -> None:
    """And nothing else is."""
    fill(store)
    with store.read() as unit:
        assert unit.reviews.oral(9) == ["dtold"]
        assert unit.reviews.oral(0) == []


def test_both_questions_use_an_index_of_their_own(engine: Engine) -> None:
    """The overview asks them each time, and few of all parts are urgent."""
    for statement, index in ((OPEN, "part_review"), (ORAL, "part_oral")):
        words = statement.words(engine.dialect).sql.replace("?", "9")
        with engine.connect() as connection:
            plan = " ".join(str(row) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {words}")))
        assert index in plan
