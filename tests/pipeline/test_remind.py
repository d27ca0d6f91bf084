"""Approvers and deputies are told that something waits: content-free, again after a time, and not too often."""

import datetime as dt
import json
from collections import Counter
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.notices import Channels, NoticeKind
from gateway.pipeline.approvals_desk import ApprovalsDesk
from gateway.pipeline.chase import sweep
from gateway.pipeline.desk import TeamDesk
from gateway.pipeline.tools import Tools
from tests.builders import ADVICE
from tests.conftest import NOON, SetClock

SANNE, BRAM, MERYEM, FLEUR, _ = DEMO_PEOPLE
HOUR = dt.timedelta(hours=1)
ALL = Channels(email=True, team=True, approvers=True, deputies=True, remind_after=10 * HOUR)


@pytest.fixture
def tools(gateway: Gateway) -> Tools:
    """Return the tools of a gateway that sends e-mail."""
    return replace(gateway.tools, channels=ALL)


def told(tools: Tools) -> Counter[str]:
    """Count the notices that tell of approvals, by who is told; none names a message."""
    with tools.store.read() as unit:
        due = [notice for notice, _ in unit.notices.due(tools.clock() + 1000 * HOUR, 99)]
    approvals = [notice for notice in due if notice.kind is NoticeKind.APPROVAL]
    assert all(notice.message_id is None for notice in approvals)
    return Counter(notice.recipient for notice in approvals)


def test_what_waits_is_told_once_and_again_after_the_time_of_the_settings(tools: Tools, clock: SetClock) -> None:
    """Not each minute, not for each request, and no more once it was decided."""
    view = TeamDesk(tools).submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)
    for hours, expected in ((0, 1), (9, 1), (10, 2), (11, 2), (20, 3)):
        clock.now = NOON + hours * HOUR
        sweep(tools)
        assert told(tools) == {"approvers": expected}
    ApprovalsDesk(tools).refuse(view.id, view.parts[0].id, ["facts"], ["nothing"], "", BRAM)
    clock.now = NOON + 90 * HOUR
    sweep(tools)
    assert told(tools) == {"approvers": 3}


def test_a_review_is_told_at_once_and_often_within_its_day(tools: Tools, clock: SetClock) -> None:
    """It is due in 24 hours: every 6 hours, until it is done."""
    view = TeamDesk(tools).submit(json.dumps(cases.urgent(NOON.date(), 1, "protect_victim")).encode(), SANNE)
    for hours, expected in ((0, 1), (5, 1), (6, 2), (12, 3)):
        clock.now = NOON + hours * HOUR
        sweep(tools)
        assert told(tools)["approvers"] == expected
    TeamDesk(tools).review(view.id, view.parts[0].id, True, BRAM)
    clock.now = NOON + 23 * HOUR
    sweep(tools)
    assert told(tools)["approvers"] == 3


def test_deputies_are_told_while_somebody_has_one(tools: Tools, clock: SetClock) -> None:
    """From agreeing on, to the last day; an answer and the FG's advice are told as well."""
    desk, team, day = ApprovalsDesk(tools), TeamDesk(tools), NOON.date()
    desk.name_deputy("manager", BRAM.id, day, day, MERYEM)
    view = team.submit(json.dumps(cases.landlord_about_tenant(day, 1)).encode(), SANNE)
    assert told(tools) == {"approvers": 1}
    desk.agree(desk.deputies(BRAM)[0].id, BRAM)
    team.advise(view.id, view.parts[0].id, ADVICE, True, FLEUR)
    assert told(tools) == {"approvers": 2, "deputies": 1}
    desk.ask_back(view.id, view.parts[0].id, "need", "", MERYEM)
    desk.answer(view.id, view.parts[0].id, "yes", "", SANNE)
    assert told(tools) == {"approvers": 3, "deputies": 2}
    clock.now = NOON + 24 * HOUR
    sweep(tools)
    assert told(tools) == {"approvers": 4, "deputies": 2}


def test_without_a_mailbox_nobody_is_told(tools: Tools) -> None:
    """And a mailbox of deputies alone is told only of them."""
    for channels in (Channels(email=True), Channels(email=True, deputies=True)):
        quiet = replace(tools, channels=channels)
        TeamDesk(quiet).submit(json.dumps(cases.landlord(NOON.date(), 1 + channels.deputies)).encode(), SANNE)
        sweep(quiet)
        assert told(tools) == {}
