"""Separation of duties, refusals first."""

import datetime as dt

import pytest

from gateway.approve import duties
from gateway.model.decision import Approval
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text, Truth
from gateway.model.views import PartState
from gateway.store.records import Judgement, StoredPart

AT = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
SUPERVISOR = Person("p:1", "A", frozenset({StaffRole.SUPERVISOR}))
COLLEAGUE = Person("p:2", "B", frozenset({StaffRole.SUPERVISOR}))
MANAGER = Person("p:3", "C", frozenset({StaffRole.MANAGER}))
FG = Person("p:4", "D", frozenset({StaffRole.FG}))
BOTH = Person("p:5", "E", frozenset({StaffRole.FG, StaffRole.MANAGER}))


def a_part(approval: Approval, state: PartState = PartState.WAITING) -> StoredPart:
    """Return a part of a request."""
    return StoredPart("part", "disclosure", approval, state, b"n" * 32, "sha256:0", None, None, None)


def said(person: Person, kind: str) -> Judgement:
    """Return something that a person said."""
    return Judgement("part", person.id, kind, "sha256:0", AT, 1)


@pytest.mark.parametrize(
    ("approval", "judgements", "person", "reason"),
    [
        (Approval.PRE_TWO, [], SUPERVISOR, duties.OWN_REQUEST),
        (Approval.PRE_TWO, [], FG, duties.NO_ROLE),
        (Approval.PRE_FG, [said(FG, "advise_positive")], COLLEAGUE, duties.NO_ROLE),
        (Approval.PRE_FG, [], MANAGER, duties.ADVICE_FIRST),
        (Approval.PRE_FG, [said(BOTH, "advise_positive")], BOTH, duties.OWN_ADVICE),
    ],
)
def test_who_may_not_approve(approval: Approval, judgements: list[Judgement], person: Person, reason: Text) -> None:
    """Not the requester, not without the role, not before the advice, not whoever advised."""
    assert duties.may_approve(a_part(approval), judgements, requester=SUPERVISOR.id, person=person) is reason


@pytest.mark.parametrize("state", [state for state in PartState if state is not PartState.WAITING])
def test_nothing_is_approved_twice(state: PartState) -> None:
    """Only a part that waits can be approved."""
    part = a_part(Approval.PRE_TWO, state)
    assert duties.may_approve(part, [], requester=SUPERVISOR.id, person=COLLEAGUE) is duties.NOT_WAITING


def test_a_second_person_and_a_manager_may_approve() -> None:
    """Another supervisor frees pre_two; a manager decides pre_fg after advice, also when it was negative."""
    requester = SUPERVISOR.id
    assert duties.may_approve(a_part(Approval.PRE_TWO), [], requester=requester, person=COLLEAGUE) is None
    for kind in duties.ADVICE:
        heard = [said(FG, kind)]
        assert duties.may_approve(a_part(Approval.PRE_FG), heard, requester=requester, person=MANAGER) is None


def test_negative_advice_binds_a_colleague_but_not_a_manager() -> None:
    """The FG never decides: negative advice is no `no` for the mandated manager."""
    assert duties.advice_fact(Approval.PRE_TWO, "negative") is Truth.NO
    assert duties.advice_fact(Approval.PRE_FG, "negative") is Truth.YES
    assert duties.advice_fact(Approval.PRE_FG, None) is Truth.NO


@pytest.mark.parametrize("state", [state for state in PartState if state is not PartState.WAITING])
def test_nothing_is_advised_on_after_it_was_decided(state: PartState) -> None:
    """Advice that comes too late would only look as if it had been weighed."""
    part = a_part(Approval.PRE_FG, state)
    assert duties.may_advise(part, requester=SUPERVISOR.id, person=FG) is duties.NOT_WAITING


def test_the_fg_does_not_advise_on_a_request_of_their_own() -> None:
    """Whoever asks for something does not also supervise it."""
    assert duties.may_advise(a_part(Approval.PRE_FG), requester=FG.id, person=FG) is duties.OWN_REQUEST


def test_the_fg_does_not_review() -> None:
    """The FG advises and supervises; a review is a decision."""
    urgent = a_part(Approval.POST_24H, PartState.RELEASED)
    assert duties.may_review(urgent, [], requester=SUPERVISOR.id, person=FG) is duties.NO_ROLE


@pytest.mark.parametrize("state", [PartState.WAITING, PartState.REFUSED, PartState.RECALLED])
def test_what_did_not_leave_or_was_called_back_is_not_reviewed(state: PartState) -> None:
    """A review is about a release that stands."""
    part = a_part(Approval.POST_24H, state)
    assert duties.may_review(part, [], requester=SUPERVISOR.id, person=COLLEAGUE) is duties.NOTHING_TO_REVIEW


def test_who_may_advise_and_review() -> None:
    """Only the FG advises; only another person reviews an urgent release, once."""
    requester = SUPERVISOR.id
    assert duties.may_advise(a_part(Approval.PRE_FG), requester=requester, person=COLLEAGUE) is duties.NO_ROLE
    assert duties.may_advise(a_part(Approval.PRE_FG), requester=requester, person=FG) is None
    urgent = a_part(Approval.POST_24H, PartState.DELIVERED)
    assert duties.may_review(urgent, [], requester=requester, person=SUPERVISOR) is duties.OWN_REQUEST
    assert duties.may_review(urgent, [], requester=requester, person=COLLEAGUE) is None
    again = [said(COLLEAGUE, duties.REVIEW_GOOD)]
    assert duties.may_review(urgent, again, requester=requester, person=MANAGER) is duties.ALREADY
    calm = a_part(Approval.PRE_TWO, PartState.DELIVERED)
    assert duties.may_review(calm, [], requester=requester, person=COLLEAGUE) is duties.NOTHING_TO_REVIEW


@pytest.mark.parametrize("state", PartState)
@pytest.mark.parametrize("kind", ["key_revoked", "approve"])
def test_only_a_message_that_was_stopped_for_its_key_is_sent_again(state: PartState, kind: str) -> None:
    """It never left; what lapsed for another reason must not be sent again just so."""
    part = a_part(Approval.NONE, state)
    expected = state is PartState.VOIDED and kind == "key_revoked"
    assert duties.send_again(part, [said(MANAGER, kind)]) is expected
    assert not duties.send_again(part, [])
