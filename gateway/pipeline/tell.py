"""Queues notices, in the same transaction as what they tell of: a notice never leaves before COMMIT, and none is lost.

`notify_approver` is the one place from which approvers and their deputies are told: by the mailboxes of the settings.
"""

import datetime as dt
import uuid

from gateway.model.calendar import local_day
from gateway.model.notices import APPROVERS, DEPUTIES, OFFICER, SUBSTITUTE, TEAM, Channel, NoticeKind
from gateway.pipeline.absence import needs_substitute
from gateway.pipeline.tools import Tools
from gateway.store.notice_ports import StoredNotice
from gateway.store.ports import Unit


def tell_partner(
    tools: Tools,
    unit: Unit,
    partner_id: str,
    message_id: str,
    *,
    urgent: bool,
    at: dt.datetime,
    kind: NoticeKind = NoticeKind.MESSAGE,
) -> int:
    """Queue a notice for each way on which this partner wants to be told; return how many. Its words never say why."""
    partner = tools.partners.get(partner_id)
    if partner is None:
        return 0
    ways = [(Channel.EMAIL, partner_id)] if tools.channels.email and partner.notices.by_email else []
    if ways and needs_substitute(unit, partner, local_day(at)):
        ways.append((Channel.EMAIL, partner_id + SUBSTITUTE))
    if tools.channels.webhook and partner.notices.webhook is not None:
        ways.append((Channel.WEBHOOK, partner_id))
    for way, recipient in ways:
        unit.notices.add(StoredNotice(str(uuid.uuid4()), kind, way, recipient, message_id, urgent, at, at))
    return len(ways)


def tell_team(tools: Tools, unit: Unit, message_id: str | None, *, urgent: bool, at: dt.datetime) -> None:
    """Tell the team that something waits for it: a receipt is missing, or a message must be looked at."""
    if tools.channels.team:
        unit.notices.add(
            StoredNotice(str(uuid.uuid4()), NoticeKind.ATTENTION, Channel.EMAIL, TEAM, message_id, urgent, at, at)
        )


def notify_approver(tools: Tools, unit: Unit, *, urgent: bool, at: dt.datetime) -> None:
    """Tell whoever may approve, and their deputies, that something waits; not what, of whom, or in which request."""
    whom = [APPROVERS] if tools.channels.approvers else []
    if tools.channels.deputies and unit.approvals.has_deputies(on=local_day(at)):
        whom.append(DEPUTIES)
    for one in whom:
        notice = StoredNotice(str(uuid.uuid4()), NoticeKind.APPROVAL, Channel.EMAIL, one, None, urgent, at, at)
        unit.notices.add(notice)


def tell_officer(tools: Tools, unit: Unit, at: dt.datetime) -> None:
    """Tell the privacy officer that a question waits; not which."""
    if tools.channels.officer:
        unit.notices.add(
            StoredNotice(str(uuid.uuid4()), NoticeKind.QUESTION, Channel.EMAIL, OFFICER, None, False, at, at)
        )


def given_up(tools: Tools, unit: Unit, notice: StoredNotice) -> None:
    """Tell the team that a partner could not be told; that the team itself could not, nobody is told."""
    if notice.recipient not in {TEAM, APPROVERS, OFFICER, DEPUTIES}:
        tell_team(tools, unit, notice.message_id, urgent=notice.urgent, at=tools.clock())
