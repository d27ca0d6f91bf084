"""The start page says how a request stands, once."""

import json
import time

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON

SANNE, BRAM, *_ = DEMO_PEOPLE


def test_what_waits_says_so_once_and_no_more_when_it_left(gateway: Gateway) -> None:
    """The decision asked for an approval and the part waits for one: that is one thing. Approved, it waits no more."""
    view = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 9)).encode(), SANNE)
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/aanmelden", data={"person": SANNE.id})
    assert client.get("/").get_data(as_text=True).count("Wacht op goedkeuring") == 1
    gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    html = client.get("/").get_data(as_text=True)
    assert "Klaar voor de ontvanger" in html
    assert "Wacht op goedkeuring" not in html


def test_the_red_button_stands_once_on_the_overview(gateway: Gateway) -> None:
    """It is in the head of every page; the overview adds the other urgent ways, and what was told by telephone."""
    client = create_app(gateway, DemoSignIn(DEMO_PEOPLE)).test_client()
    with client.session_transaction() as session:
        session["person"], session["since"] = SANNE.id, int(time.time())
    html = client.get("/").get_data(as_text=True)
    assert [html.count(place) for place in ("/spoed/uitbuiting", "/spoed/gevaar", '"/mondeling"')] == [1, 1, 1]
