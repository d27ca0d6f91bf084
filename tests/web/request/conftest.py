"""What the tests of a request's pages share: the whole app on a real gateway, and people in browsers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from gateway.model.people import Person
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.web.request.checking import shown_on

SANNE, BRAM = DEMO_PEOPLE[0], DEMO_PEOPLE[1]
CHOICE = {
    "recipient": "dudok-wonen",
    "ground": "illegal_sex_work",
    "purpose": "prevent_recurrence",
    "role1": "facilitator",
}
CASE = {
    "case_ref": "Z-2026-501",
    "case-data-dwelling_address-postcode": "1299 za",
    "case-data-dwelling_address-number": "12",
    "case-data-dwelling_address-addition": "bis",
    "case-data-finding_code": "GEB-1",
}
PAPER = {"evidence": "report RVB-2026-112", "day": "20", "month": "11", "year": "2026"}


def fact(name: str, value: str, ref: str = "s1", **paper: str) -> dict[str, str]:
    """Return the inputs of a fact with its document and date."""
    inputs = {f"{ref}-fact-{name}-{part}": typed for part, typed in (PAPER | paper).items()}
    return {f"{ref}-fact-{name}": value} | inputs


FACTS = {
    **fact("illegality_established", "yes"),
    **fact("subject_is_sex_worker", "no"),
    **fact("subject_minor", "no"),
}
DATA = {"s1-provenance": "own"}
PAGES = {"zaak": CASE, "s1-feiten": FACTS, "s1-gegevens": DATA}


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn((*DEMO_PEOPLE, *DEMO_EMPLOYEES)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def browser_of(app: Flask, who: Person) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    assert client.post("/aanmelden", data={"person": who.id}).status_code == 303
    return client


@pytest.fixture
def sanne(app: Flask) -> FlaskClient:
    """Return a supervisor's browser."""
    return browser_of(app, SANNE)


def begin(client: FlaskClient, **changed: str) -> str:
    """Choose, and return the address of the draft."""
    answer = client.post("/verstrekkingen/nieuw", data=CHOICE | changed)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def send(client: FlaskClient, draft: str) -> TestResponse:
    """Press the button of the check page."""
    shown = shown_on(client.get(f"{draft}/controle").get_data(as_text=True))
    return client.post(f"{draft}/indienen", data={"shown": shown})


def fill(client: FlaskClient, draft: str, **changed: str) -> str:
    """Send every page in, as the pages themselves lead; return where they lead in the end."""
    place = str(client.get(draft).location)
    for _ in range(10):
        key = place.rpartition("/")[2]
        if key not in PAGES:
            break
        names = {name: value for name, value in changed.items() if name in PAGES[key]}
        place = str(client.post(place, data=PAGES[key] | names).location)
    return place
