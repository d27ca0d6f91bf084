"""Separation of duties, refusals first."""

import datetime as dt

import pytest

from gateway.approve import duties
from gateway.model.approvals import Task
from gateway.model.decision import Approval
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text, Truth
from gateway.model.views import PartState
from gateway.store.approval_ports import DeputyState, StoredDeputy
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


def a_deputy(giver: Person, deputy: Person, role: StaffRole = StaffRole.MANAGER) -> StoredDeputy:
    """Return a deputyship of one day that was agreed to."""
    return StoredDeputy("d", giver.id, deputy.id, role, AT.date(), AT.date(), DeputyState.AGREED, b"", 0)


OFFICER = Person("p:6", "F", frozenset({StaffRole.PRIVACY_OFFICER}))
WAITS = a_part(Approval.PRE_FG)


@pytest.mark.parametrize(
    ("requester", "heard", "reason"),
    [
        (COLLEAGUE, FG, duties.OWN_REQUEST),  # the manager is away, and the deputy made the request
        (MANAGER, FG, duties.INVOLVED),  # the manager made it, and names somebody to approve it
        (SUPERVISOR, COLLEAGUE, duties.OWN_ADVICE),
        (SUPERVISOR, MANAGER, duties.INVOLVED),  # the manager advised, as the FG that they are too
        (SUPERVISOR, FG, None),
    ],
)
def test_a_deputy_decides_on_nothing_that_either_of_the_two_had_a_part_in(
    requester: Person, heard: Person, reason: Text | None
) -> None:
    """Who acts in somebody's place has their hands tied as that person has, and their own as well."""
    deputies = [a_deputy(MANAGER, COLLEAGUE)]
    said_so = [said(heard, "advise_positive")]
    found = duties.may_approve(
        WAITS, said_so, requester=requester.id, person=COLLEAGUE, deputies=deputies, on=AT.date()
    )
    assert found is reason
    in_place = duties.decides_for(
        WAITS, said_so, requester=requester.id, person=COLLEAGUE, deputies=deputies, on=AT.date()
    )
    assert in_place == (None if reason is duties.INVOLVED else MANAGER.id)


def test_advice_given_in_somebodys_place_binds_both() -> None:
    """A privacy officer advises for the FG; neither of them decides then, also not as manager."""
    advised = Judgement("part", OFFICER.id, "advise_positive", "sha256:0", AT, 1, BOTH.id)
    assert duties.advisers([advised]) == {OFFICER.id, BOTH.id}
    assert duties.may_approve(WAITS, [advised], requester=SUPERVISOR.id, person=BOTH) is duties.OWN_ADVICE


def test_the_fgs_deputy_does_not_advise_on_what_the_fg_asked_for() -> None:
    """Nor on their own request, nor without the deputyship."""
    deputies = [a_deputy(FG, OFFICER, StaffRole.FG)]

    def may(requester: Person, deputies: list[StoredDeputy]) -> Text | None:
        return duties.may_advise(WAITS, requester=requester.id, person=OFFICER, deputies=deputies, on=AT.date())

    assert may(SUPERVISOR, []) is duties.NO_ROLE
    assert may(OFFICER, deputies) is duties.OWN_REQUEST
    assert may(FG, deputies) is duties.INVOLVED
    assert may(SUPERVISOR, deputies) is None


def test_a_question_is_open_until_it_is_answered() -> None:
    """One at a time, by whoever may decide or advise; the requester alone answers; a decision needs no answer."""
    asked, answered = said(MANAGER, duties.ASK), said(SUPERVISOR, duties.ANSWER)
    requester = SUPERVISOR.id
    assert duties.may_ask(WAITS, [], requester=requester, person=SUPERVISOR) is duties.NO_ROLE
    assert duties.may_ask(WAITS, [], requester=requester, person=COLLEAGUE) is duties.NO_ROLE
    assert duties.may_ask(a_part(Approval.PRE_TWO), [], requester=requester, person=SUPERVISOR) is duties.OWN_REQUEST
    for person in (MANAGER, FG):
        assert duties.may_ask(WAITS, [], requester=requester, person=person) is None
        assert duties.may_ask(WAITS, [asked], requester=requester, person=person) is duties.OPEN_QUESTION
        assert duties.may_ask(WAITS, [asked, answered], requester=requester, person=person) is None
    assert duties.may_answer(WAITS, [], requester=requester, person=SUPERVISOR) is duties.NO_QUESTION
    assert duties.may_answer(WAITS, [asked], requester=requester, person=MANAGER) is duties.NOT_YOURS
    assert duties.may_answer(WAITS, [asked], requester=requester, person=SUPERVISOR) is None
    decided = a_part(Approval.PRE_FG, PartState.REFUSED)
    assert duties.may_answer(decided, [asked], requester=requester, person=SUPERVISOR) is duties.NOT_WAITING
    heard = [said(FG, "advise_positive"), asked]
    assert duties.may_approve(WAITS, heard, requester=requester, person=MANAGER) is None


def test_which_decision_differs_from_the_advice() -> None:
    """The latest advice counts; without advice nothing differs."""
    positive, negative = said(FG, "advise_positive"), said(FG, "advise_negative")
    for heard, approving, refusing in (
        ([], False, False),
        ([positive], False, True),
        ([positive, negative], True, False),
    ):
        assert duties.against_advice(heard, approves=True) is approving
        assert duties.against_advice(heard, approves=False) is refusing


@pytest.mark.parametrize(
    ("part", "judgements", "person", "expected"),
    [
        (WAITS, [], COLLEAGUE, None),
        (WAITS, [], OFFICER, None),
        (WAITS, [], MANAGER, (Task.DECIDE, duties.ADVICE_FIRST)),
        (WAITS, [], FG, (Task.ADVISE, None)),
        (WAITS, [said(FG, "advise_negative")], FG, None),
        (WAITS, [said(FG, "advise_negative")], MANAGER, (Task.DECIDE, None)),
        (WAITS, [said(MANAGER, duties.ASK)], SUPERVISOR, (Task.ANSWER, None)),
        (a_part(Approval.PRE_TWO), [], SUPERVISOR, (Task.DECIDE, duties.OWN_REQUEST)),
        (a_part(Approval.POST_24H, PartState.RELEASED), [], SUPERVISOR, (Task.REVIEW, duties.OWN_REQUEST)),
        (a_part(Approval.POST_24H, PartState.RELEASED), [], COLLEAGUE, (Task.REVIEW, None)),
        (a_part(Approval.POST_24H, PartState.RELEASED), [said(MANAGER, duties.REVIEW_GOOD)], COLLEAGUE, None),
        (a_part(Approval.PRE_FG, PartState.REFUSED), [], FG, None),
    ],
)
def test_what_somebody_sees_waiting(
    part: StoredPart, judgements: list[Judgement], person: Person, expected: tuple[Task, Text | None] | None
) -> None:
    """Of their own roles alone; with the reason when it is not for them."""
    assert duties.task_of(part, judgements, requester=SUPERVISOR.id, person=person) == expected


def test_an_fg_who_asked_for_it_sees_why_they_do_not_advise() -> None:
    """It waits for another FG."""
    assert duties.task_of(WAITS, [], requester=FG.id, person=FG) == (Task.ADVISE, duties.OWN_REQUEST)
