"""Who names a deputy, for how long, and who may agree or end it; test_never_own.py has the rules in general."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.approve import deputies, duties
from gateway.errors import InvalidRequestError
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Text
from gateway.store.approval_ports import DeputyState
from tests.store.rows import DEPUTY

DAY = DEPUTY.begins
GIVER = Person(DEPUTY.giver, "A", frozenset({StaffRole.MANAGER}))
COLLEAGUE = Person(DEPUTY.deputy, "B", frozenset({StaffRole.SUPERVISOR}))
OFFICER = Person("demo:otto", "C", frozenset({StaffRole.PRIVACY_OFFICER}))


@pytest.mark.parametrize(
    ("role", "identity", "begins", "ends", "wrong"),
    [
        ("", "demo:bram", 0, 1, {"role"}),
        ("supervisor", "demo:bram", 0, 1, {"role"}),
        ("fg", "Bram", 0, 1, {"deputy"}),
        ("fg", "demo:bram\n", 0, 1, {"deputy"}),
        ("fg", "demo:bram", -1, 1, {"begins"}),
        ("fg", "demo:bram", None, 1, {"begins"}),
        ("fg", "demo:bram", 366, 367, {"begins"}),
        ("fg", "demo:bram", 1, 0, {"ends"}),
        ("fg", "demo:bram", 0, None, {"ends"}),
        ("fg", "demo:bram", 0, 61, {"ends"}),
        ("", "", None, None, {"role", "deputy", "begins"}),
    ],
)
def test_a_deputy_is_named_in_full_or_not_at_all(
    role: str, identity: str, begins: int | None, ends: int | None, wrong: set[str]
) -> None:
    """A role that has deputies, an identity, and two days: not in the past, at most 60 days apart."""
    first = None if begins is None else DAY + dt.timedelta(days=begins)
    last = None if ends is None else DAY + dt.timedelta(days=ends)
    with pytest.raises(InvalidRequestError) as caught:
        deputies.check_named(role, identity, first, last, on=DAY)
    assert set(caught.value.fields) == wrong


def test_the_longest_time_that_somebody_is_away() -> None:
    """Sixty days from the first day on, up to a year ahead."""
    first = DAY + dt.timedelta(days=365)
    last = first + dt.timedelta(days=60)
    assert deputies.check_named("manager", "demo:bram", first, last, on=DAY) is StaffRole.MANAGER


@pytest.mark.parametrize(
    ("person", "change", "reason"),
    [
        (GIVER, {}, deputies.NOT_YOURS),
        (replace(COLLEAGUE, roles=frozenset({StaffRole.PRIVACY_OFFICER})), {}, deputies.WRONG_ROLE),
        (COLLEAGUE, {"role": StaffRole.FG}, deputies.WRONG_ROLE),
        (COLLEAGUE, {"state": DeputyState.ENDED}, deputies.OVER),
        (COLLEAGUE, {"state": DeputyState.AGREED}, deputies.OVER),
        (COLLEAGUE, {"ends": DAY - dt.timedelta(days=1)}, deputies.OVER),
        (COLLEAGUE, {}, None),
    ],
)
def test_only_who_was_named_agrees_and_only_in_a_role_that_fits(
    person: Person, change: dict[str, object], reason: Text | None
) -> None:
    """A supervisor does not stand in for the FG: whoever asks for hand-overs does not also supervise them."""
    named = replace(DEPUTY, state=DeputyState.NAMED)
    assert deputies.may_agree(replace(named, **change), person, on=DAY) is reason  # type: ignore[arg-type]  # by case


def test_a_manager_and_a_privacy_officer_can_end_it_and_a_stranger_cannot() -> None:
    """A privacy officer, because a role may be taken away while its deputy goes on."""
    stranger = replace(OFFICER, id="demo:x", roles=frozenset({StaffRole.SUPERVISOR}))
    assert [deputies.may_end(DEPUTY, one, on=DAY) for one in (GIVER, COLLEAGUE, OFFICER)] == [None] * 3
    assert deputies.may_end(DEPUTY, stranger, on=DAY) is deputies.NOT_YOURS
    assert [deputies.may_know(DEPUTY, one) for one in (GIVER, COLLEAGUE, OFFICER, stranger)] == [True] * 3 + [False]
    assert deputies.may_end(replace(DEPUTY, state=DeputyState.ENDED), GIVER, on=DAY) is deputies.OVER
    assert deputies.may_end(DEPUTY, GIVER, on=DEPUTY.ends + dt.timedelta(days=1)) is deputies.OVER


def test_whose_role_was_taken_away_stands_in_for_nobody() -> None:
    """It fitted when they agreed; it must fit when they act."""
    assert duties.in_place_of(StaffRole.MANAGER, [DEPUTY], person=COLLEAGUE, on=DAY) == DEPUTY.giver
    moved = replace(COLLEAGUE, roles=frozenset({StaffRole.PRIVACY_OFFICER}))
    assert duties.in_place_of(StaffRole.MANAGER, [DEPUTY], person=moved, on=DAY) is None
