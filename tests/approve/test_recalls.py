"""Who may take a message back or correct it, refusals first."""

from dataclasses import replace

import pytest

from gateway.approve import recalls
from gateway.approve.duties import NO_ROLE
from gateway.model.decision import Approval
from gateway.model.notices import MessageKind
from gateway.model.people import Person
from gateway.model.terms import Text
from gateway.model.views import PartState
from tests.approve.test_duties import COLLEAGUE, FG, MANAGER, SUPERVISOR, a_part

REQUESTER = SUPERVISOR.id


@pytest.mark.parametrize("state", [PartState.WAITING, PartState.REFUSED, PartState.VOIDED, PartState.RECALLED])
def test_what_is_not_out_is_neither_recalled_nor_corrected(state: PartState) -> None:
    """There is nothing to take back; nor is a recall itself taken back."""
    part = a_part(Approval.NONE, state)
    assert recalls.may_recall(part, requester=REQUESTER, urgent=False, person=COLLEAGUE) is recalls.NOTHING_OUT
    assert recalls.may_correct(part, requester=REQUESTER, person=COLLEAGUE) is recalls.NOTHING_OUT
    again = replace(a_part(Approval.NONE, PartState.DELIVERED), kind=MessageKind.RECALL)
    assert recalls.may_recall(again, requester=REQUESTER, urgent=False, person=COLLEAGUE) is recalls.NOTHING_OUT
    assert recalls.may_correct(again, requester=REQUESTER, person=COLLEAGUE) is recalls.NOTHING_OUT


@pytest.mark.parametrize(
    ("urgent", "person", "reason"),
    [(False, FG, NO_ROLE), (True, FG, NO_ROLE), (True, SUPERVISOR, recalls.SECOND_PERSON)],
)
def test_who_may_not_recall(urgent: bool, person: Person, reason: Text) -> None:
    """Not without the role; an urgent hand-over is never undone by whoever made it."""
    part = a_part(Approval.POST_24H, PartState.DELIVERED)
    assert recalls.may_recall(part, requester=REQUESTER, urgent=urgent, person=person) is reason


@pytest.mark.parametrize(
    ("approval", "person", "reason"),
    [
        (Approval.NONE, FG, NO_ROLE),
        (Approval.PRE_TWO, SUPERVISOR, recalls.OTHER_EYES),
        (Approval.PRE_FG, SUPERVISOR, recalls.OTHER_EYES),
        (Approval.PRE_FG, COLLEAGUE, recalls.MANAGER_FIRST),
    ],
)
def test_who_may_not_correct(approval: Approval, person: Person, reason: Text) -> None:
    """A new value is new data: it is sent by as many eyes as the first one was."""
    assert recalls.may_correct(a_part(approval, PartState.DELIVERED), requester=REQUESTER, person=person) is reason


def test_taking_back_only_narrows_so_one_person_may() -> None:
    """Whoever asked, a colleague, the manager; of an urgent hand-over a second person."""
    part = a_part(Approval.NONE, PartState.RELEASED)
    for person in (SUPERVISOR, COLLEAGUE, MANAGER):
        assert recalls.may_recall(part, requester=REQUESTER, urgent=False, person=person) is None
        assert recalls.may_correct(part, requester=REQUESTER, person=person) is None
    assert recalls.may_recall(part, requester=REQUESTER, urgent=True, person=COLLEAGUE) is None
    decided = a_part(Approval.PRE_FG, PartState.DELIVERED)
    assert recalls.may_correct(decided, requester=REQUESTER, person=MANAGER) is None
    assert (
        recalls.may_correct(a_part(Approval.PRE_TWO, PartState.DELIVERED), requester=REQUESTER, person=COLLEAGUE)
        is None
    )
