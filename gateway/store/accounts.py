"""Entries with all that the store keeps beside them, many to a statement (`coverage_ports.Accounts`)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, or_, select

from gateway.store.cells import blob, number, text
from gateway.store.coverage_ports import Kept
from gateway.store.schema import case_key, detail, leaf, outbox, receipt
from gateway.store.session import Row, Session, Statement

_ANSWERED, _ANY_RECEIPT = outbox.alias("answered"), receipt.alias("any_receipt")
KEPT = Statement(
    select(
        leaf.c.idx,
        leaf.c.entry,
        detail.c.case_id,
        case_key.c.case_id,
        detail.c.recipient_salt,
        outbox.c.partner,
        outbox.c.message,
        outbox.c.state,
        exists().where(_ANY_RECEIPT.c.message_id == outbox.c.message_id).label("acknowledged"),
        receipt.c.state,
        _ANSWERED.c.leaf_index,
    )
    .select_from(
        leaf.outerjoin(detail, detail.c.idx == leaf.c.idx)
        .outerjoin(case_key, case_key.c.case_id == detail.c.case_id)
        .outerjoin(outbox, outbox.c.leaf_index == leaf.c.idx)
        .outerjoin(receipt, receipt.c.leaf_index == leaf.c.idx)
        .outerjoin(_ANSWERED, _ANSWERED.c.message_id == receipt.c.message_id)
    )
    .where(leaf.c.idx >= bindparam("start"), leaf.c.idx < bindparam("stop"))
    .order_by(leaf.c.idx)
)
# Also rows within the log's size whose entry is gone: foreign keys hold only for who does not switch them off.
STRAYS = {
    table.name: Statement(
        select(index)
        .select_from(table.outerjoin(leaf, leaf.c.idx == index))
        .where(or_(leaf.c.idx.is_(None), index >= bindparam("size"), index < 0))
        .limit(1)
    )
    for table, index in ((detail, detail.c.idx), (outbox, outbox.c.leaf_index), (receipt, receipt.c.leaf_index))
}


class SqlAccounts:
    """Entries and what is beside them, on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def kept(self, start: int, stop: int) -> Sequence[Kept]:
        """Return the entries of [start, stop) in order, each with what is kept beside it."""
        return [_kept(row) for row in self._session.rows(KEPT, {"start": start, "stop": stop})]

    def strays(self, size: int) -> Sequence[str]:
        """Name the tables with rows that belong to no entry of a log of `size`."""
        return [name for name, wanted in STRAYS.items() if self._session.row(wanted, {"size": size}) is not None]


def _kept(row: Row) -> Kept:
    index, entry, case_id, key_id, salt, partner, message, state, acknowledged, receipt_state, answered = row
    return Kept(
        leaf_index=number(index),
        entry=blob(entry),
        detail=case_id is not None,
        wrapped=key_id is not None,
        recipient_salt=None if salt is None else blob(salt),
        partner=None if partner is None else text(partner),
        message=None if message is None else text(message),
        state=None if state is None else text(state),
        acknowledged=bool(acknowledged),
        receipt_of=None if receipt_state is None else -1 if answered is None else number(answered),
        receipt_state=None if receipt_state is None else text(receipt_state),
    )
