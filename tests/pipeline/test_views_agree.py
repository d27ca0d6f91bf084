"""What the requester sees at once is what anybody finds in the store afterwards."""

import json
from collections.abc import Callable

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import NotPermittedError
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.model.views import PartState
from tests.conftest import NOON

SANNE = DEMO_PEOPLE[0]
DAY = NOON.date()


def of_two_origins() -> dict[str, Json]:
    """Return a request about two subjects, named in another order than the alphabet's, with data of three origins."""
    request = cases.urgent(DAY, 7, "protect_victim")
    subjects = request["subjects"]
    assert isinstance(subjects, list)
    victim, suspect = subjects
    assert isinstance(victim, dict)
    assert isinstance(suspect, dict)
    request["subjects"] = [
        {**victim, "ref": "z1", "provenance": {"alias": "police", "language": "own"}},
        {**suspect, "ref": "a1", "provenance": "medical"},
    ]
    return request


REQUESTS: dict[str, Callable[[], dict[str, Json]]] = {
    "released": lambda: cases.help_with_consent(DAY, 1, "offer_help"),
    "reduced": lambda: cases.help_and_name(DAY, 2, "offer_help"),
    "waits for a colleague": lambda: cases.landlord_too_much(DAY, 3),
    "waits for advice and a manager": lambda: cases.landlord_about_tenant(DAY, 4),
    "denied": lambda: cases.landlord(DAY, 5, illegality_established="unknown"),
    "urgent": lambda: cases.urgent(DAY, 6, "protect_victim"),
    "of several origins": of_two_origins,
}


def test_who_has_no_role_is_shown_nothing(gateway: Gateway) -> None:
    """Neither at once nor afterwards."""
    nobody = Person("demo:nobody", "Niemand (verzonnen)", frozenset())
    with pytest.raises(NotPermittedError):
        gateway.team.submit(json.dumps(REQUESTS["released"]()).encode(), nobody)


def test_the_answer_to_a_request_is_what_the_store_shows_afterwards(gateway: Gateway) -> None:
    """Every field of the view, in the same order, for every way a request can go; also when it is sent again."""
    states = set()
    for what, request in REQUESTS.items():
        body = json.dumps(request()).encode()
        shown = gateway.team.submit(body, SANNE)
        found = gateway.team.follow(shown.id, SANNE)
        assert shown == found, what
        assert json.dumps(shown.to_json()) == json.dumps(found.to_json()), what
        assert gateway.team.submit(body, SANNE) == found, what
        states |= {part.state for part in shown.parts}
    assert states == {PartState.RELEASED, PartState.WAITING}
