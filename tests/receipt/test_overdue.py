"""Which receipt is missing, and from which moment on."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.model.notices import MessageKind, Missing
from gateway.model.views import PartState
from gateway.receipt.overdue import Patience, missing
from gateway.store.notice_ports import Owed
from tests.conftest import NOON

PATIENCE = Patience.from_text("60 minutes urgent, 3 days otherwise")
SENT = Owed("m1", "d1", "belle", MessageKind.DISCLOSURE, NOON, PartState.RELEASED, False, "2027-11-24", frozenset())
TICK = dt.timedelta(seconds=1)


@pytest.mark.parametrize("text", ["", "60 minutes", "60 minutes urgent, 3 days", "1 hour urgent, 3 days otherwise"])
def test_another_form_of_patience_is_refused(text: str) -> None:
    """The settings check it first."""
    with pytest.raises(ValueError, match="like"):
        Patience.from_text(text)


@pytest.mark.parametrize(
    ("urgent", "pause"), [(False, dt.timedelta(days=3)), (True, dt.timedelta(minutes=60))], ids=["other", "urgent"]
)
def test_a_first_receipt_is_owed_sooner_when_it_is_urgent(urgent: bool, pause: dt.timedelta) -> None:
    """To the second; and any receipt ends it."""
    sent = replace(SENT, urgent=urgent)
    assert missing(sent, PATIENCE, NOON + pause - TICK) is None
    assert missing(sent, PATIENCE, NOON + pause) is Missing.UNANSWERED
    assert missing(replace(sent, state=PartState.DELIVERED), PATIENCE, NOON + pause) is Missing.UNANSWERED
    assert missing(replace(sent, receipts=frozenset({"received"})), PATIENCE, NOON + pause) is None


@pytest.mark.parametrize("state", [PartState.VOIDED, PartState.RECALLED])
def test_what_was_stopped_or_recalled_is_not_chased_for_arrival(state: PartState) -> None:
    """Of what was recalled, the recall is chased."""
    assert missing(replace(SENT, state=state), PATIENCE, NOON + dt.timedelta(days=30)) is None


def test_destruction_is_owed_from_the_day_after_the_obligation() -> None:
    """Only of who has the message; and once it is told, nothing is missing, whatever was said before."""
    due = dt.datetime(2027, 11, 24, 23, 59, tzinfo=dt.UTC)
    got = replace(SENT, state=PartState.DELIVERED, receipts=frozenset({"opened"}))
    assert missing(got, PATIENCE, due) is None
    assert missing(got, PATIENCE, due + dt.timedelta(minutes=1)) is Missing.UNDESTROYED
    assert missing(replace(got, state=PartState.RECALLED), PATIENCE, due + TICK * 60) is Missing.UNDESTROYED
    assert missing(replace(got, destroy_by=None), PATIENCE, due + dt.timedelta(days=9)) is None
    for told in ({"opened", "destroyed"}, {"not_for_us", "destroyed"}):
        assert missing(replace(got, receipts=frozenset(told)), PATIENCE, due + dt.timedelta(days=9)) is None


def test_a_message_that_is_not_for_its_recipient_is_told_at_once() -> None:
    """Somebody made a mistake, and a stranger reads about a person."""
    got = replace(SENT, state=PartState.DELIVERED, receipts=frozenset({"not_for_us"}))
    assert missing(got, PATIENCE, NOON) is Missing.NOT_FOR_US
