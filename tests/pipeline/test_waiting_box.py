"""What is kept of a request while it waits: what could leave, and the addresses that a hold may be about."""

import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.terms import Json, members
from gateway.model.views import DisclosureView, PartState
from gateway.pipeline.judgement import open_request
from tests.conftest import NOON

SANNE, BRAM, *_ = DEMO_PEOPLE
DAY = NOON.date()
HOME: dict[str, Json] = {"postcode": "1299ZH", "number": 21}
MORE: dict[str, Json] = {
    "name": "Vera Verzonnen",
    "bsn": "111222333",
    "work_name": "Werknaam Verzonnen",
    "health_info": "iets over gezondheid",
    "email": "vera@voorbeeld.example",
    "home_address": HOME,
}


def submit(gateway: Gateway) -> DisclosureView:
    """Submit a request to a landlord that also holds what he could never read."""
    request = cases.landlord(DAY, 1)
    subjects = request["subjects"]
    assert isinstance(subjects, list)
    members(members(subjects[0])["data"]).update(MORE)
    return gateway.team.submit(json.dumps(request).encode(), SANNE)


def test_what_could_never_leave_is_not_kept(gateway: Gateway) -> None:
    """Not even encrypted: no row releases a BSN or a work name to a landlord, and one may release a name."""
    view = submit(gateway)
    with gateway.tools.store.read() as unit:
        (subject,) = open_request(gateway.tools, unit, unit.disclosures.get(view.id)).subjects
    assert {"dwelling_address", "finding_code", "name"} <= subject.data.keys()
    assert not subject.data.keys() & {"bsn", "work_name", "health_info", "email"}
    assert subject.provenance.keys() == subject.data.keys()
    assert subject.data["home_address"] == HOME


def test_it_can_still_be_approved(gateway: Gateway) -> None:
    """The digest is over what would leave, and that is all there."""
    view = submit(gateway)
    after = gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    assert after.parts[0].state is PartState.RELEASED


@pytest.mark.parametrize("address", [HOME, cases.ADDRESS])
def test_a_hold_on_any_address_of_the_request_still_stops_it(gateway: Gateway, address: dict[str, Json]) -> None:
    """Also one that would not have left."""
    view = submit(gateway)
    signal = cases.urgent(DAY, 2, "protect_victim", address=address)
    gateway.team.submit(json.dumps(signal).encode(), SANNE)
    after = gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    assert after.parts[0].state is PartState.VOIDED
