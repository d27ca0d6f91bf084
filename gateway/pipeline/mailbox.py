"""The inbox as a partner's own people see it: what waits, and what was opened.

A person opens a message through the same checks as a program (`gateway.pipeline.hand_over`). That a person did, and
who, is an entry of type `access`.
"""

import datetime as dt
from collections.abc import Sequence

from gateway.log.envelope import Envelope
from gateway.log.recorder import Entry
from gateway.model.leaf import LeafType
from gateway.model.mail import MailLine
from gateway.model.people import Employee
from gateway.model.terms import Json
from gateway.pipeline import hand_over
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit

OVERDUE = dt.timedelta(hours=24)
"""After which a message that nobody opened is shown as overdue; `gateway.pipeline.chase` sends the reminders."""
OPENED = frozenset({"opened", "acted", "destroyed"})


def mailbox(tools: Tools, partner_id: str, at: dt.datetime) -> Sequence[MailLine]:
    """Return the partner's own messages, newest first; nothing of what is in them."""
    with tools.store.read() as unit:
        rows = [row for row in unit.outbox.of_partner(partner_id) if row.state in hand_over.LISTED]
        receipts = {row.message_id: unit.outbox.receipts(row.message_id) for row in rows}
    lines = []
    for row in reversed(rows):
        state, said = hand_over.LISTED[row.state], {kept.state for kept in receipts[row.message_id]}
        opened = bool(said & OPENED)
        lines.append(
            MailLine(
                message_id=row.message_id,
                sent_at=row.sent_at,
                state="opened" if opened and state == "delivered" else state,
                overdue=not opened and state != "recalled" and "not_for_us" not in said and row.sent_at + OVERDUE <= at,
            )
        )
    return lines


def open_message(tools: Tools, by: Employee, message_id: str, at: dt.datetime) -> Envelope:
    """Hand a message to a person of its partner, and log who it was; the same refusals as for a program.

    :raises NotFoundError: not this partner's, or it no longer may leave: nobody can tell which.
    """
    handed = hand_over.envelope(tools, by.partner, message_id, at)

    def commit(unit: Unit) -> None:
        row = unit.outbox.get(message_id, partner=by.partner)
        _, told, _ = tools.recorder.read(unit, row.leaf_index)
        disclosure = unit.disclosures.get(unit.disclosures.part(row.part_id).disclosure_id)
        detail: dict[str, Json] = {"kind": "fetched", "message": message_id, "by": by.id, "by_name": by.name}
        tools.recorder.record(
            unit,
            Entry(
                LeafType.ACCESS,
                "fetched",
                tools.policy.bundle.digest,
                detail,
                prev=row.leaf_index,
                urgent=tools.is_urgent(str(told["ground"])),
            ),
            case_id=disclosure.case_id,
            case_key=tools.recorder.case_key(unit, disclosure.case_id),
            at=at,
        )

    tools.store.write(commit)
    return handed
