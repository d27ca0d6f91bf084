"""No path leads to one's own request: over any people, roles, deputies, days and order of what is said.

A session is not among what is drawn, because no session is among what the duties see: who somebody is in two sessions
is one identity. tests/web/approvals/test_two_sessions.py shows that for pages and interface.
"""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.approve import deputies as naming
from gateway.approve import duties
from gateway.model.decision import Approval
from gateway.model.people import Person, StaffRole
from gateway.model.views import PartState
from gateway.store.approval_ports import DeputyState, StoredDeputy
from gateway.store.records import Judgement, StoredPart

DAY = dt.date(2026, 11, 26)
AT = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
IDS = ("gemeente:a", "gemeente:b", "keten:c")

ids = st.sampled_from(IDS)
roles = st.frozensets(st.sampled_from(StaffRole), max_size=2)
people = st.builds(Person, ids, st.just("x"), roles)
# What is open and lasts is drawn more often than what is over: there the rules bite.
begin = st.integers(-3, 1).map(lambda n: DAY + dt.timedelta(days=n))
end = st.integers(-1, 3).map(lambda n: DAY + dt.timedelta(days=n))
some_deputies = st.lists(
    st.builds(
        StoredDeputy,
        st.just("d"),
        ids,
        ids,
        st.sampled_from([StaffRole.MANAGER, StaffRole.FG]),
        begin,
        end,
        st.sampled_from([DeputyState.AGREED, DeputyState.AGREED, *DeputyState]),
        st.just(b""),
        st.just(0),
    ),
    max_size=6,
)
KINDS = ("advise_positive", "advise_negative", duties.ASK, duties.ANSWER, duties.REVIEW_GOOD, duties.REVIEW_BAD)
judgements = st.lists(
    st.builds(
        Judgement,
        st.just("p"),
        ids,
        st.sampled_from(KINDS),
        st.just("sha256:0"),
        st.just(AT),
        st.just(1),
        st.none() | ids,
    ),
    max_size=4,
)
parts = st.builds(
    StoredPart,
    st.just("p"),
    st.just("d"),
    st.sampled_from([Approval.PRE_FG, Approval.PRE_FG, *Approval]),
    st.sampled_from([PartState.WAITING] * 6 + [*PartState]),
    st.just(b"n" * 32),
    st.just("sha256:0"),
    st.none(),
    st.none(),
    st.none(),
)


def lasts(deputies: Sequence[StoredDeputy], giver: str, person: Person) -> bool:
    """Say, in the plainest words, whether the person acts in the giver's place today."""
    return any(
        (one.giver, one.deputy, one.state) == (giver, person.id, DeputyState.AGREED) and one.begins <= DAY <= one.ends
        for one in deputies
    )


@pytest.mark.control("DPIA-08")
@settings(max_examples=400)
@given(parts, judgements, ids, people, some_deputies)
def test_whoever_decides_had_no_other_part_in_it(
    part: StoredPart, said: list[Judgement], requester: str, person: Person, deputies: list[StoredDeputy]
) -> None:
    """Neither they nor in whose place they act made the request or advised; and a role stands behind it today."""
    who = {"requester": requester, "person": person, "deputies": deputies, "on": DAY}
    if duties.may_approve(part, said, requester=requester, person=person, deputies=deputies, on=DAY) is None:
        giver = duties.decides_for(part, said, requester=requester, person=person, deputies=deputies, on=DAY)
        advised = {one.person for one in said if one.kind in duties.ADVICE}
        advised |= {one.instead_of for one in said if one.kind in duties.ADVICE and one.instead_of}
        assert part.state is PartState.WAITING
        assert not {person.id, giver} & {requester, *advised}
        own = StaffRole.MANAGER in person.roles
        own |= part.approval is not Approval.PRE_FG and StaffRole.SUPERVISOR in person.roles
        assert own is (giver is None)
        assert own or (giver is not None and lasts(deputies, giver, person))
        assert part.approval is not Approval.PRE_FG or advised
    if duties.may_advise(part, requester=requester, person=person, deputies=deputies, on=DAY) is None:
        giver = duties.advises_for(requester=requester, person=person, deputies=deputies, on=DAY)
        assert requester not in {person.id, giver}
        assert (StaffRole.FG in person.roles) is (giver is None)
        assert giver is None or lasts(deputies, giver, person)
    if duties.may_review(part, said, requester=requester, person=person) is None:
        assert person.id != requester
    if duties.may_ask(part, said, **who) is None:  # type: ignore[arg-type]  # the same four as above
        assert person.id != requester
    if duties.may_answer(part, said, requester=requester, person=person) is None:
        assert person.id == requester


@settings(max_examples=400)
@given(parts, judgements, ids, people, some_deputies)
def test_what_waits_for_somebody_is_exactly_what_they_may_do(
    part: StoredPart, said: list[Judgement], requester: str, person: Person, deputies: list[StoredDeputy]
) -> None:
    """A line of the queue without a reason can be acted on; one with a reason cannot; and nothing is left out."""
    task = duties.task_of(part, said, requester=requester, person=person, deputies=deputies, on=DAY)
    may = {
        "answer": duties.may_answer(part, said, requester=requester, person=person),
        "review": duties.may_review(part, said, requester=requester, person=person),
        "decide": duties.may_approve(part, said, requester=requester, person=person, deputies=deputies, on=DAY),
        "advise": duties.may_advise(part, requester=requester, person=person, deputies=deputies, on=DAY),
    }
    if task is not None:
        assert may[task[0].value] == task[1]
    needed = [name for name, reason in may.items() if reason is None and name != "advise"]
    if part.approval is Approval.PRE_FG and duties.advice(said) is None and may["advise"] is None:
        needed.append("advise")
    assert (task is not None and task[1] is None) is bool(needed)


@given(people, ids, st.sampled_from(StaffRole))
def test_only_an_own_role_is_given_and_never_to_oneself(person: Person, identity: str, role: StaffRole) -> None:
    """A deputy has no deputy: what somebody may do in another's place is not theirs to give."""
    may = naming.may_name(role, person, identity) is None
    assert may is (role in {StaffRole.MANAGER, StaffRole.FG} and role in person.roles and identity != person.id)


@given(some_deputies.filter(bool), people)
def test_nobody_becomes_a_deputy_without_agreeing_or_against_their_role(
    deputies: list[StoredDeputy], person: Person
) -> None:
    """Only who was named agrees, once, in time, and with a role that fits; either of the two or an officer ends it."""
    one = deputies[0]
    fits = {
        StaffRole.MANAGER: {StaffRole.SUPERVISOR, StaffRole.MANAGER},
        StaffRole.FG: {StaffRole.PRIVACY_OFFICER, StaffRole.FG},
    }
    agrees = naming.may_agree(one, person, on=DAY) is None
    named = one.deputy == person.id and one.state is DeputyState.NAMED and one.ends >= DAY
    assert agrees is (named and bool(fits[one.role] & person.roles))
    ends = naming.may_end(one, person, on=DAY) is None
    theirs = person.id in {one.giver, one.deputy} or StaffRole.PRIVACY_OFFICER in person.roles
    assert ends is (theirs and one.state is not DeputyState.ENDED and one.ends >= DAY)
