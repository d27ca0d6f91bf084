"""The start page says how a request stands, once."""

import json
import time

import pytest
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from gateway.model.views import DisclosureView
from gateway.pipeline import show
from gateway.web import worklist
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON

SANNE, BRAM, *_ = DEMO_PEOPLE


def waiting(gateway: Gateway, number: int) -> DisclosureView:
    """Return a request of Sanne's that waits for a colleague."""
    return gateway.team.submit(json.dumps(cases.landlord(NOON.date(), number)).encode(), SANNE)


def signed_in(gateway: Gateway, person: Person) -> FlaskClient:
    """Return somebody's browser."""
    client = create_app(gateway, DemoSignIn(DEMO_PEOPLE)).test_client()
    with client.session_transaction() as session:
        session["person"], session["since"] = person.id, int(time.time())
    return client


def test_what_waits_is_listed_however_many_requests_came_after(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of one's own requests ends somewhere, and says so; what somebody must do does not fall off it."""
    for place in (show, worklist):
        monkeypatch.setattr(place, "OWN_LISTED", 2)
    old = waiting(gateway, 1)
    released = [
        gateway.team.submit(json.dumps(cases.help_with_consent(NOON.date(), number, "offer_help")).encode(), SANNE).id
        for number in (2, 3, 4)
    ]
    assert [line.id for line in gateway.team.lines(BRAM)] == [old.id]
    assert {line.id for line in gateway.team.lines(SANNE)} == {old.id, *released[1:]}
    assert "Dit zijn uw nieuwste verzoeken." in signed_in(gateway, SANNE).get("/").get_data(as_text=True)
    assert "Dit zijn uw nieuwste verzoeken." not in signed_in(gateway, BRAM).get("/").get_data(as_text=True)


def test_what_waits_says_so_once_and_no_more_when_it_left(gateway: Gateway) -> None:
    """The decision asked for an approval and the part waits for one: that is one thing. Approved, it waits no more."""
    view = waiting(gateway, 9)
    client = signed_in(gateway, SANNE)
    assert client.get("/").get_data(as_text=True).count("Wacht op goedkeuring") == 1
    gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    html = client.get("/").get_data(as_text=True)
    assert "Klaar voor de ontvanger" in html
    assert "Wacht op goedkeuring" not in html


def test_the_red_button_stands_once_on_the_overview(gateway: Gateway) -> None:
    """It is in the head of every page; the overview adds the other urgent ways, and what was told by telephone."""
    html = signed_in(gateway, SANNE).get("/").get_data(as_text=True)
    assert [html.count(place) for place in ("/spoed/uitbuiting", "/spoed/gevaar", '"/mondeling"')] == [1, 1, 1]
