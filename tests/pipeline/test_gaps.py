"""Asking for a rule that is not there: counted once a person and day, told once, sealed, and open until answered."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import InvalidRequestError, NotPermittedError
from gateway.keep.retention import purge
from gateway.model.gaps import GapAnswer
from gateway.model.notices import OFFICER, Channels, NoticeKind
from gateway.pipeline.gaps import answer_gap, ask_for_rule, find_gap, list_gaps
from gateway.pipeline.tools import Tools
from tests.conftest import NOON

SANNE, BRAM, _, FLEUR, OTTO = DEMO_PEOPLE
WHAT = ("belle", "enforcement", "sex_worker")
DAY = dt.timedelta(days=1)


@pytest.fixture
def tools(gateway: Gateway) -> Tools:
    """Return the tools of a gateway whose privacy officer has a mailbox."""
    return replace(gateway.tools, channels=Channels(email=True, officer=True))


def test_nobody_but_the_team_asks_and_nobody_but_the_officer_answers(tools: Tools) -> None:
    """The FG supervises; a supervisor cannot answer a colleague."""
    with pytest.raises(NotPermittedError):
        ask_for_rule(tools, *WHAT, FLEUR, NOON)
    ask_for_rule(tools, *WHAT, SANNE, NOON)
    (gap,) = list_gaps(tools, NOON)
    with pytest.raises(NotPermittedError):
        answer_gap(tools, gap.tag, GapAnswer.STAYS_CLOSED, None, BRAM, NOON)


def test_a_person_counts_once_a_day_and_the_officer_is_told_once(tools: Tools) -> None:
    """Two clicks are one; a colleague and another day count; the notice holds nothing of what was asked."""
    for person, at in ((SANNE, NOON), (SANNE, NOON), (BRAM, NOON), (SANNE, NOON + DAY)):
        ask_for_rule(tools, *WHAT, person, at)
    (gap,) = list_gaps(tools, NOON + DAY)
    assert (gap.asked, gap.first, gap.last) == (3, NOON.date(), (NOON + DAY).date())
    with tools.store.read() as unit:
        notices = [notice for notice, _ in unit.notices.due(NOON + DAY, 9)]
        (kept,) = unit.gaps.all()
    assert [(one.kind, one.recipient, one.message_id) for one in notices] == [(NoticeKind.QUESTION, OFFICER, None)]
    assert not any(word.encode() in kept.box for word in WHAT)


def test_who_asked_is_forgotten_and_the_count_stays(tools: Tools) -> None:
    """After three days not even a hash says who asked on which day."""
    ask_for_rule(tools, *WHAT, SANNE, NOON)
    purge(tools.store, NOON + 5 * DAY)
    assert tools.store.write(lambda unit: unit.gaps.forget_asks("9999-01-01")) == 0
    (gap,) = list_gaps(tools, NOON + 5 * DAY)
    assert gap.asked == 1


def test_an_answer_closes_it_until_a_promised_day_is_past(tools: Tools) -> None:
    """Asking again changes nothing while it is answered; once the day of a promised rule is past it is open again."""
    ask_for_rule(tools, *WHAT, SANNE, NOON)
    (gap,) = list_gaps(tools, NOON)
    with pytest.raises(InvalidRequestError):
        answer_gap(tools, gap.tag, GapAnswer.RULE_COMING, None, OTTO, NOON)
    answer_gap(tools, gap.tag, GapAnswer.RULE_COMING, (NOON + 3 * DAY).date(), OTTO, NOON)
    ask_for_rule(tools, *WHAT, BRAM, NOON + DAY)
    (gap,) = list_gaps(tools, NOON + DAY)
    assert (gap.asked, gap.answer, gap.is_open((NOON + DAY).date())) == (1, GapAnswer.RULE_COMING, False)
    ask_for_rule(tools, *WHAT, BRAM, NOON + 9 * DAY)
    (gap,) = list_gaps(tools, NOON + 9 * DAY)
    assert (gap.asked, gap.is_open((NOON + 9 * DAY).date())) == (2, True)
    answer_gap(tools, gap.tag, GapAnswer.STAYS_CLOSED, NOON.date(), OTTO, NOON + 9 * DAY)
    told = find_gap(tools, *WHAT, NOON + 9 * DAY)
    assert told is not None
    assert (told.answer, told.due, told.answered) == (GapAnswer.STAYS_CLOSED, None, (NOON + 9 * DAY).date())


def test_the_log_says_who_answered_what(tools: Tools) -> None:
    """The entry is closed; the words of the policy and the officer's name stand in its sealed detail."""
    ask_for_rule(tools, *WHAT, SANNE, NOON)
    (gap,) = list_gaps(tools, NOON)
    answer_gap(tools, gap.tag, GapAnswer.OTHER_WAY, None, OTTO, NOON)
    with tools.store.read() as unit:
        kept = unit.gaps.get(gap.tag)
        assert kept is not None
        assert kept.leaf_index is not None
        leaf, detail, _ = tools.recorder.read(unit, kept.leaf_index)
    assert (leaf.type, leaf.outcome) == ("review", "gap_answered")
    assert (detail["by"], detail["answer"], detail["recipient_kind"]) == (OTTO.id, "other_way", "belle")
