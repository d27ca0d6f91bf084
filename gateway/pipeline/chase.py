"""Chases receipts that are missing: shows them to the team, counts them, and reminds the partner and the team."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from gateway.model.notices import Missing, NoticeKind, OwedLine
from gateway.pipeline.remind import remind_approvers
from gateway.pipeline.tell import tell_partner, tell_team
from gateway.pipeline.tools import Tools
from gateway.receipt.overdue import Patience, missing
from gateway.store.notice_ports import Owed
from gateway.store.ports import Unit

MOST = 5
"""Reminders of one message at most: after that the team telephones."""


def find_owed(unit: Unit, patience: Patience, now: dt.datetime) -> Sequence[OwedLine]:
    """Return the receipts that are missing now, the urgent and then the oldest first."""
    found = []
    for owed in unit.notices.owed(sent_before=now - patience.shortest, on=now.date()):
        what = missing(owed, patience, now)
        if what is not None:
            _, often = unit.notices.last_of(owed.message_id).get(NoticeKind.REMINDER, (None, 0))
            found.append(
                OwedLine(
                    owed.disclosure_id,
                    owed.message_id,
                    owed.partner,
                    owed.kind,
                    what,
                    owed.urgent,
                    _since(owed, what),
                    often,
                )
            )
    return found


def _since(owed: Owed, what: Missing) -> dt.datetime:
    if what is Missing.UNDESTROYED and owed.destroy_by is not None:
        return dt.datetime.combine(dt.date.fromisoformat(owed.destroy_by), dt.time(), dt.UTC)
    return owed.sent_at


def sweep(tools: Tools) -> None:
    """Count what is missing, and remind who has not been reminded for as long as a receipt may take; approvers too."""
    remind_approvers(tools)
    now = tools.clock()
    with tools.store.read() as unit:
        lines = find_owed(unit, tools.patience, now)
        due = [line for line in lines if _is_due(tools, unit, line, now) != (False, False)]
    tools.metrics.owed(Counter(line.what.value for line in lines))
    for line in due:

        def remind(unit: Unit, line: OwedLine = line) -> None:
            partner, team = _is_due(tools, unit, line, now)  # again: another process may have been first
            if partner:
                tell_partner(
                    tools, unit, line.partner, line.message_id, urgent=line.urgent, at=now, kind=NoticeKind.REMINDER
                )
            if team:
                tell_team(tools, unit, line.message_id, urgent=line.urgent, at=now)

        tools.store.write(remind)


def _is_due(tools: Tools, unit: Unit, line: OwedLine, now: dt.datetime) -> tuple[bool, bool]:
    """Say whether the partner, and whether the team, is to be told now."""
    told, pause = unit.notices.last_of(line.message_id), tools.patience.of(urgent=line.urgent)
    channels, wishes = tools.channels, tools.partners.get(line.partner)

    def again(kind: NoticeKind, most: int) -> bool:
        last, often = told.get(kind, (None, 0))
        return last is None or (often < most and last + pause <= now)

    ways = wishes is not None and (
        (channels.email and wishes.notices.by_email) or (channels.webhook and wishes.notices.webhook is not None)
    )
    # A message that can be opened no more is not worth a reminder to fetch it: the team calls, and sends it again.
    lapsed = line.what is Missing.UNANSWERED and line.since + tools.lifetime <= now
    partner = ways and line.what is not Missing.NOT_FOR_US and not lapsed and again(NoticeKind.REMINDER, MOST)
    return partner, channels.team and again(NoticeKind.ATTENTION, MOST if line.urgent else 1)
