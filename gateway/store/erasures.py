"""What an erasure destroys beside key and details, and the entries that erasures explain (`ports.Erasures`)."""

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, insert, select, update

from gateway.store.cells import blob, number
from gateway.store.records import ErasedSet
from gateway.store.schema import (
    disclosure,
    erased,
    judgement,
    notice,
    outbox,
    ownership_doubt,
    part,
    pickup,
    receipt,
    withdrawal,
)
from gateway.store.session import Session, Statement, Value

ONE = 0  # the id of the only row
_REQUESTS = select(disclosure.c.id).where(disclosure.c.case_id == bindparam("case_id"))
_PARTS = select(part.c.id).where(part.c.disclosure_id.in_(_REQUESTS))
_MESSAGES = select(outbox.c.message_id).where(outbox.c.part_id.in_(_PARTS))
# In this order, so that no row ever points at one that is gone.
DROP = tuple(
    Statement(clause)
    for clause in (
        delete(notice).where(notice.c.message_id.in_(_MESSAGES)),
        delete(receipt).where(receipt.c.message_id.in_(_MESSAGES)),
        delete(pickup).where(pickup.c.message_id.in_(_MESSAGES)),
        delete(outbox).where(outbox.c.part_id.in_(_PARTS)),
        delete(ownership_doubt).where(ownership_doubt.c.disclosure_id.in_(_REQUESTS)),
        delete(judgement).where(judgement.c.part_id.in_(_PARTS)),
        delete(part).where(part.c.disclosure_id.in_(_REQUESTS)),
        delete(disclosure).where(disclosure.c.case_id == bindparam("case_id")),
    )
)
FORGET_MOMENT = Statement(update(withdrawal).where(withdrawal.c.tag == bindparam("which")).values(at=""))
EXPLAINED = Statement(select(erased.c.leaf_index, erased.c.salt, erased.c.bits))
EXPLAIN = Statement(
    update(erased).where(erased.c.id == ONE).values({name: bindparam(name) for name in ("leaf_index", "salt", "bits")})
)
FIRST = Statement(insert(erased))


class SqlErasures:
    """Erasures on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def destroy_requests(self, case_id: str) -> None:
        """Delete every request of a case with its parts, judgements, messages, links, notices and receipts."""
        for statement in DROP:
            self._session.run(statement, {"case_id": case_id})

    def forget_moments(self, consents: Iterable[str]) -> None:
        """Forget when these consents were withdrawn."""
        for tag in sorted(set(consents)):
            self._session.run(FORGET_MOMENT, {"which": tag})

    def explained(self) -> ErasedSet | None:
        """Return the set of erased entries; None before the first erasure."""
        row = self._session.row(EXPLAINED, {})
        return None if row is None else ErasedSet(number(row[0]), blob(row[1]), blob(row[2]))

    def explain(self, erased: ErasedSet) -> None:
        """Replace the set."""
        values: dict[str, Value] = {"leaf_index": erased.leaf_index, "salt": erased.salt, "bits": erased.bits}
        if self._session.run(EXPLAIN, values) == 0:
            self._session.run(FIRST, {"id": ONE, **values})
