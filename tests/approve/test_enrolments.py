"""Two different people confirm a partner's keys; each has one word, and the role for it."""

from dataclasses import replace

import pytest

from gateway.approve.enrolments import NO_ROLE, OFFICERS, TWICE, may_confirm
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import StaffRole
from tests.store.rows import CONFIRMATION

OTTO = DEMO_PEOPLE[4]


@pytest.mark.parametrize("role", StaffRole)
def test_only_officers_confirm(role: StaffRole) -> None:
    """The privacy officer and the manager; not the FG, not who asks for hand-overs."""
    person = replace(OTTO, roles=frozenset({role}))
    assert may_confirm([], person) == (None if role in OFFICERS else NO_ROLE)


def test_whoever_confirmed_has_no_second_word() -> None:
    """By identity, whatever the name or role is now."""
    again = replace(OTTO, name="x", roles=frozenset({StaffRole.MANAGER}))
    assert may_confirm([CONFIRMATION], again) == TWICE
    assert may_confirm([replace(CONFIRMATION, person="demo:meryem")], again) is None
