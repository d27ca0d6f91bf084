"""What an erasure deletes and replaces: rows of one case, in an order that no foreign key minds; the rest stays."""

from dataclasses import replace

from gateway.model.views import PartState
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import AT, DISCLOSURE, ERASED, JUDGEMENT, MESSAGE, PART, RECEIPT


def fill(unit: Unit) -> None:
    """Keep two requests of different cases, each with a part, a judgement, a message and a receipt."""
    for number, case_id in enumerate(("case-1", "case-2")):
        index = unit.append(b"leaf")
        one, part, message = f"d{number}", f"p{number}", f"m{number}"
        unit.disclosures.add(
            replace(DISCLOSURE, id=one, case_id=case_id, idempotency_tag=f"tag {number}", leaf_index=index)
        )
        unit.disclosures.add_part(replace(PART, id=part, disclosure_id=one, state=PartState.DELIVERED))
        unit.disclosures.add_judgement(replace(JUDGEMENT, part_id=part, leaf_index=index))
        unit.outbox.add(replace(MESSAGE, leaf_index=index, message_id=message, part_id=part))
        unit.outbox.add_receipt(replace(RECEIPT, leaf_index=index, message_id=message))


@on_both
def test_the_requests_of_one_case_go_and_those_of_another_stay(store: SqlStore) -> None:
    """Receipts, messages, judgements and parts go before what they point at."""
    store.write(fill)
    store.write(lambda unit: unit.erasures.destroy_requests("case-1"))
    with store.read() as unit:
        assert [one.id for one in unit.disclosures.of_requester(DISCLOSURE.requester, 9)] == ["d1"]
        assert [row.message_id for row in unit.outbox.of_partner("belle")] == ["m1"]
        assert len(unit.outbox.receipts("m0")) == len(unit.disclosures.judgements("p0")) == 0
        assert len(unit.outbox.receipts("m1")) == len(unit.disclosures.judgements("p1")) == 1


@on_both
def test_the_set_of_erased_entries_is_one_row_that_is_replaced(store: SqlStore) -> None:
    """Before the first erasure there is none."""
    with store.read() as unit:
        assert unit.erasures.explained() is None
    store.write(lambda unit: unit.append(b"leaf"))
    for erased in (ERASED, replace(ERASED, salt=b"\x01" * 32, bits=b"\x03")):
        store.write(lambda unit, erased=erased: unit.erasures.explain(erased))  # type: ignore[misc]  # a default
        with store.read() as unit:
            assert unit.erasures.explained() == erased


@on_both
def test_when_a_consent_was_withdrawn_is_forgotten_and_that_it_was_is_not(store: SqlStore) -> None:
    """Also of one that nobody withdrew, about which there is nothing to forget."""
    store.write(lambda unit: unit.circumstances.withdraw(["a consent"], AT))
    store.write(lambda unit: unit.erasures.forget_moments(["a consent", "another"]))
    with store.read() as unit:
        assert unit.circumstances.withdrawn(["a consent"])
        assert not unit.circumstances.withdrawn(["another"])
