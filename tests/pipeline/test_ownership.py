"""The land register beside the holdings: it is evidence, sets no fact, and a contradiction reaches the officers."""

import datetime as dt
import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import InvalidRequestError, NotPermittedError
from gateway.model.people import Person
from gateway.model.request import Owner
from gateway.model.terms import Json
from gateway.model.timeline import OwnershipView
from gateway.model.views import DisclosureView
from gateway.pipeline.follow_desk import FollowDesk
from tests.conftest import NOON
from tests.databases import on_both

SANNE, BRAM, _, FLEUR, OTTO = DEMO_PEOPLE
DAY = NOON.date()
SEEN = {"owner": "recipient", "evidence": "KAD-2026-7", "date": DAY.isoformat()}
ELSEWHERE: dict[str, Json] = {"postcode": "1299ZZ", "number": 99}


def submit(gateway: Gateway, number: int, *, dwelling: Json = None, **check: str) -> DisclosureView:
    """Submit a request to a landlord with what was seen in the land register."""
    request = cases.landlord(DAY, number)
    if dwelling is not None:
        told = json.loads(json.dumps(request))
        told["subjects"][0]["data"]["dwelling_address"] = dwelling
        request = told
    return gateway.team.submit(json.dumps({**request, "ownership_check": {**SEEN, **check}}).encode(), SANNE)


def seen(gateway: Gateway, view: DisclosureView) -> OwnershipView:
    """Return what the page of the request tells."""
    found = FollowDesk(gateway.tools).history(view.id, SANNE).ownership
    assert found is not None
    return found


@pytest.mark.parametrize(
    "check",
    [
        {"owner": "Fatima Verzonnen"},
        {"evidence": "gezien door Fatima"},
        {"evidence": ""},
        {"date": (DAY + dt.timedelta(days=1)).isoformat()},
        {"date": "gisteren"},
        {"name": "Fatima"},
    ],
)
def test_a_check_has_a_closed_form(gateway: Gateway, check: dict[str, str]) -> None:
    """One of three answers, the number of an extract, a day that was; nobody's name has a place."""
    with pytest.raises(InvalidRequestError) as caught:
        submit(gateway, 1, **check)
    assert "Fatima" not in f"{caught.value} {caught.value.fields}"


@pytest.mark.control("DPIA-05")
@on_both
def test_what_the_register_says_releases_nothing(gateway: Gateway) -> None:
    """A dwelling that is not in the holdings stays unshared, whatever somebody saw; the officers are told."""
    plain = gateway.team.submit(json.dumps(cases.landlord(DAY, 1)).encode(), SANNE)
    agreed = submit(gateway, 2)
    assert agreed.outcome is plain.outcome
    assert seen(gateway, agreed) == OwnershipView(Owner.RECIPIENT, "KAD-2026-7", DAY, disagrees=False, old=False)
    claimed = submit(gateway, 3, dwelling=ELSEWHERE)
    assert claimed.parts == ()
    assert not any(field.state == "released" for subject in claimed.subjects for field in subject.fields)
    assert seen(gateway, claimed).disagrees
    contradicted = submit(gateway, 4, owner="someone_else")
    assert contradicted.outcome is plain.outcome  # the policy decides on the holdings
    assert seen(gateway, contradicted).disagrees
    listed = FollowDesk(gateway.tools).doubts(OTTO)
    assert [one.disclosure_id for one in listed] == [contradicted.id, claimed.id]
    assert listed[0].leaf_index == contradicted.leaf_index


@pytest.mark.control("DPIA-05")
def test_a_look_of_more_than_thirty_days_ago_is_a_doubt(gateway: Gateway) -> None:
    """Thirty days exactly is not; an answer that it was unclear contradicts nothing."""
    for days, old in ((30, False), (31, True)):
        view = submit(gateway, 10 + days, date=(DAY - dt.timedelta(days=days)).isoformat())
        assert seen(gateway, view).old is old
    assert not seen(gateway, submit(gateway, 9, owner="unclear")).disagrees
    assert len(FollowDesk(gateway.tools).doubts(FLEUR)) == 1


@pytest.mark.parametrize("person", [SANNE, BRAM])
def test_the_list_is_for_officers(gateway: Gateway, person: Person) -> None:
    """A supervisor sees it on the request itself."""
    with pytest.raises(NotPermittedError):
        FollowDesk(gateway.tools).doubts(person)


def test_a_request_without_a_check_says_nothing_of_one(gateway: Gateway) -> None:
    """As every request of before."""
    view = gateway.team.submit(json.dumps(cases.landlord(DAY, 1)).encode(), SANNE)
    assert FollowDesk(gateway.tools).history(view.id, SANNE).ownership is None
