"""One's own request stays one's own: in a second session, after signing in again with other roles, everywhere.

Two accounts of one human are one identity where the provider tells it (docs/sign_in.md, `person`); tests/web/oidc has
that. Here the same identity comes by every way that there is.
"""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from gateway.model.views import DisclosureView, PartState
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.builders import ADVICE
from tests.conftest import NOON
from tests.web.approvals.conftest import BRAM, FLEUR, MERYEM, OTTO, SANNE, Browser, place

ALL_ROLES = SANNE.roles | MERYEM.roles | FLEUR.roles | OTTO.roles
DEEDS = {
    "goedkeuren": {},
    "weigeren": {"reasons": "facts", "helps": "nothing"},
    "adviseren": {"advice": "positive"},
    "vragen": {"reasons": "need"},
}


def later(gateway: Gateway, person: Person) -> FlaskClient:
    """Return a browser in which the same identity signed in with these roles, in a process of its own."""
    app = create_app(gateway, DemoSignIn((*DEMO_PEOPLE[1:], person)))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/aanmelden", data={"person": person.id}).status_code == 303
    return client


@pytest.mark.control("DPIA-08")
@pytest.mark.parametrize("who", ["a second session", "with every role", "under another name"])
def test_no_session_or_role_of_the_requester_says_anything_of_their_request(
    gateway: Gateway, browser: Browser, waiting: DisclosureView, advised: DisclosureView, who: str
) -> None:
    """By the pages and the interface: approve, refuse, advise and ask are all refused, and nothing is written."""
    person = {
        "a second session": SANNE,
        "with every role": Person(SANNE.id, SANNE.name, ALL_ROLES),
        "under another name": Person(SANNE.id, BRAM.name, ALL_ROLES),
    }[who]
    first, second = browser(SANNE), later(gateway, person)
    gateway.team.advise(advised.id, advised.parts[0].id, ADVICE, True, FLEUR)
    before = gateway.team.log_summary().entries
    for client in (first, second):
        for view in (waiting, advised):
            part = view.parts[0]
            for deed, sent in DEEDS.items():
                answer = client.post(f"{place(view)}/{deed}", data={**sent, "digest": part.digest})
                assert answer.status_code == 403, deed
            sheet = {"part": part.id, "digest": part.digest}
            answer = client.post(f"/api/v1/disclosure-requests/{view.id}/approval", json=sheet)
            assert answer.status_code == 403
    assert gateway.team.log_summary().entries == before
    for view in (waiting, advised):
        assert gateway.team.follow(view.id, SANNE).parts[0].state is PartState.WAITING


def test_a_session_that_signs_in_as_somebody_else_is_that_person(
    app: Flask, gateway: Gateway, waiting: DisclosureView
) -> None:
    """The browser of a requester in which a colleague signs in acts as the colleague, and back as the requester."""
    client, part = app.test_client(), waiting.parts[0]
    for person, status in ((SANNE, 403), (BRAM, 303)):
        client.post("/aanmelden", data={"person": person.id})
        assert client.post(f"{place(waiting)}/goedkeuren", data={"digest": part.digest}).status_code == status
    client.post("/aanmelden", data={"person": SANNE.id})
    other = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 9)).encode(), SANNE)
    answer = client.post(f"{place(other)}/goedkeuren", data={"digest": other.parts[0].digest})
    assert answer.status_code == 403
