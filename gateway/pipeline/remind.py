"""Tells approvers and their deputies again that something has waited for long; never what, or in which request."""

import datetime as dt

from gateway.pipeline.queue import MOST
from gateway.pipeline.release import REVIEW_WITHIN
from gateway.pipeline.tell import notify_approver
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit

REVIEW_PAUSE = REVIEW_WITHIN / 4
"""A review is reminded this often: four times within its time, unless the settings say more often."""


def remind_approvers(tools: Tools) -> None:
    """Queue one notice when anything is due for one; `gateway.pipeline.chase.sweep` calls this every minute."""
    channels, now = tools.channels, tools.clock()
    if not channels.approvers and not channels.deputies:
        return
    with tools.store.read() as unit:
        due = _is_due(tools, unit, now)

    def remind(unit: Unit) -> None:
        if _is_due(tools, unit, now):  # again: another process may have been first
            notify_approver(tools, unit, urgent=False, at=now)

    if due:
        tools.store.write(remind)


def _is_due(tools: Tools, unit: Unit, now: dt.datetime) -> bool:
    """Say whether anything waits for longer than a pause, of which nobody was told for as long.

    Of a review people are told as soon as there is one.
    """
    last = unit.approvals.last_told()
    for part_id in unit.approvals.open_parts(MOST):
        part = unit.disclosures.part(part_id)
        if part.review_due is not None:
            since, pause = part.review_due - REVIEW_WITHIN, min(REVIEW_PAUSE, tools.channels.remind_after)
            if last is None or last < since or last + pause <= now:
                return True
            continue
        since, pause = unit.disclosures.get(part.disclosure_id).submitted_at, tools.channels.remind_after
        if since + pause <= now and (last is None or last + pause <= now):
            return True
    return False
