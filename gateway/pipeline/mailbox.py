"""The inbox as a partner's own people see it: what waits, what was opened, who looks while a desk is away.

A person opens a message through the same checks as a program (`gateway.pipeline.hand_over`). That a person did, and
who, is an entry of type `access`.
"""

import datetime as dt
from collections.abc import Sequence

from gateway.errors import InvalidRequestError
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
"""After which a message that nobody opened is shown as overdue, and its reminder goes out."""
LONGEST_ABSENCE = dt.timedelta(days=60)
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


def away_until(tools: Tools, partner_id: str, at: dt.datetime) -> dt.date | None:
    """Return the last day that the partner's desk is away, when it is away now."""
    with tools.store.read() as unit:
        kept = unit.signals.away(partner_id)
    until = None if kept is None else dt.date.fromisoformat(kept)
    return until if until is not None and until >= at.date() else None


def set_away(tools: Tools, by: Employee, until: dt.date | None, at: dt.datetime) -> None:
    """Note until which day a desk is away, or that it is back (None); the log says who noted it.

    :raises InvalidRequestError: the day is past, or more than 60 days ahead.
    """
    today = at.date()
    if until is not None and not today <= until <= today + LONGEST_ABSENCE:
        raise InvalidRequestError(
            "the last day of an absence lies within 60 days from now",
            hint="choose another day",
            fields={"until": "day"},
        )
    day = until or today - dt.timedelta(days=1)

    def commit(unit: Unit) -> None:
        case_id, key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
        told: dict[str, Json] = {"kind": "desk_away", "partner": by.partner, "until": day.isoformat(), "by": by.id}
        entry = Entry(LeafType.REVIEW, "desk_away", tools.policy.bundle.digest, told)
        index = tools.recorder.record(unit, entry, case_id=case_id, case_key=key, at=at)
        unit.signals.set_away(by.partner, day.isoformat(), index)

    tools.store.write(commit)


def addressees(tools: Tools, partner_id: str, at: dt.datetime) -> tuple[str, ...]:
    """Return whom a content-free notice goes to: the desk, and the substitute while the desk is away."""
    partner = tools.partner(partner_id)
    substitute = partner.substitute
    away = substitute is not None and away_until(tools, partner_id, at) is not None
    return (partner.contact.email, substitute.email) if substitute is not None and away else (partner.contact.email,)


def reminders(tools: Tools, at: dt.datetime) -> dict[str, int]:
    """Return how many messages of each partner are overdue: for notices, which say no more than that."""
    counted = {one: sum(line.overdue for line in mailbox(tools, one, at)) for one in tools.partners}
    return {partner: count for partner, count in counted.items() if count}
