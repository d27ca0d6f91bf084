"""Finds a message that its partner may fetch, with the detail of the leaf that proves it."""

from gateway.errors import NotFoundError
from gateway.model.views import PartState
from gateway.store.ports import Unit
from gateway.store.records import Detail, OutboxRow

FETCHABLE = {PartState.RELEASED, PartState.DELIVERED}


def fetchable(unit: Unit, message_id: str, *, partner: str) -> tuple[OutboxRow, Detail]:
    """Return a message that this partner may fetch, with the detail of its leaf.

    :raises NotFoundError: absent, another partner's, voided, recalled or erased; the answer is the same for all.
    """
    row = unit.outbox.get(message_id, partner=partner)
    detail = unit.cases.detail(row.leaf_index)
    if row.state not in FETCHABLE or detail is None or detail.recipient_salt is None:
        raise NotFoundError("there is no such message", hint="list the inbox for the messages that wait for you")
    return row, detail
