"""What happened with a request is told from the log: every step once, in order, and names only to who may see them."""

import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from gateway.errors import NotFoundError, NotPermittedError
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json
from gateway.pipeline.follow_desk import FollowDesk
from gateway.pipeline.inbox_desk import InboxDesk
from tests.conftest import NOON, SetClock
from tests.databases import on_both
from tests.pipeline.test_recalls import acknowledge, helped, submit

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
OUTSIDER = Person("demo:iris", "Iris (toezichthouder, verzonnen)", frozenset({StaffRole.SUPERVISOR}))
DAY = NOON.date()


def told(gateway: Gateway, disclosure_id: str, by: Person = SANNE) -> list[tuple[str, str | None]]:
    """Return what happened and who did it."""
    return [(event.what, event.who) for event in FollowDesk(gateway.tools).history(disclosure_id, by).events]


def test_nobody_is_told_of_what_is_not_there_or_not_theirs(gateway: Gateway) -> None:
    """An unknown id, one that is none, and whoever has no role of the team."""
    view = submit(gateway, cases.help_with_consent(DAY, 1, "offer_help"))
    desk = FollowDesk(gateway.tools)
    for wrong in ("0" * 32, "../etc", ""):
        with pytest.raises(NotFoundError):
            desk.history(wrong, SANNE)
    with pytest.raises(NotPermittedError):
        desk.history(view.id, Person("demo:niemand", "Niemand", frozenset()))


@pytest.mark.parametrize(
    ("request_of", "rests"),
    [
        (cases.help_with_consent(DAY, 1, "offer_help"), True),
        (cases.landlord(DAY, 2), False),
        (cases.urgent(DAY, 3, "protect_victim"), False),
    ],
)
def test_consent_can_be_withdrawn_only_where_a_request_rests_on_it(
    gateway: Gateway, request_of: dict[str, Json], *, rests: bool
) -> None:
    """An urgent hand-over rests on no consent, so nobody is offered a button that could only be refused."""
    view = submit(gateway, request_of)
    assert FollowDesk(gateway.tools).history(view.id, SANNE).by_consent is rests


@on_both
def test_every_step_stands_in_order_with_its_time_and_its_entry(gateway: Gateway, clock: SetClock) -> None:
    """Submitted, sealed, fetched, confirmed, destroyed; what only looked is not a step."""
    view, envelope = helped(gateway)
    gateway.team.follow(view.id, OTTO)  # an officer looks: that is in the logbook
    acknowledge(gateway, "belle", envelope, "opened")
    clock.now = NOON.replace(hour=14)
    acknowledge(gateway, "belle", envelope, "destroyed")
    events = FollowDesk(gateway.tools).history(view.id, SANNE).events
    assert [event.what for event in events] == ["decision", "release", "fetched_by_program", "opened", "destroyed"]
    assert [event.at for event in events] == [NOON] * 4 + [clock.now]
    indexes = [event.leaf_index for event in events]
    assert indexes[2] is None
    known = [index for index in indexes if index is not None]
    assert known == sorted(known)
    assert known[0] == view.leaf_index


def test_names_are_for_who_had_a_part_in_it_and_for_the_officers(gateway: Gateway) -> None:
    """Another supervisor of the team sees the steps, and nobody's name."""
    view = submit(gateway, cases.landlord_too_much(DAY, 3))
    (part,) = view.parts
    gateway.team.approve(view.id, part.id, part.digest, BRAM)
    named = [("decision", SANNE.name), ("approve", BRAM.name), ("release", None)]
    for person in (SANNE, BRAM, MERYEM, FLEUR, OTTO):
        assert told(gateway, view.id, person) == named
    assert told(gateway, view.id, OUTSIDER) == [(what, None) for what, _ in named]


def test_of_a_partners_people_nobody_here_sees_a_name(gateway: Gateway) -> None:
    """It is enough that one of them opened it; the step stands once."""
    ada = DEMO_EMPLOYEES[0]
    view = submit(gateway, cases.urgent(DAY, 5, "protect_victim"))
    InboxDesk(gateway.tools, gateway.partners).open_message(ada, str(view.parts[0].message_id))
    assert told(gateway, view.id) == [("decision", SANNE.name), ("release", None), ("fetched", None)]


def test_another_request_on_the_same_case_has_a_timeline_of_its_own(gateway: Gateway) -> None:
    """What was done with the one is no step of the other."""
    first, _ = helped(gateway)
    again = {**cases.help_with_consent(DAY, 1, "offer_help"), "idempotency_key": "another-" + "k" * 16}
    second = submit(gateway, again)
    gateway.team.withdraw_consent(first.id, SANNE)
    assert ("consent_withdrawn", SANNE.name) in told(gateway, first.id)
    assert told(gateway, second.id) == [("decision", SANNE.name), ("release", None)]
    assert json.dumps(told(gateway, first.id)).count("recall_sealed") == 1
