"""A real gateway with its pages, and people who are signed in, each in a browser of their own."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from gateway.model.views import DisclosureView
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Return what opens a browser for somebody."""

    def open_browser(person: Person) -> FlaskClient:
        client = app.test_client()
        assert client.post("/aanmelden", data={"person": person.id}).status_code == 303
        return client

    return open_browser


@pytest.fixture
def waiting(gateway: Gateway) -> DisclosureView:
    """Return a request of Sanne's to a landlord, which waits for a colleague."""
    return gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)


@pytest.fixture
def advised(gateway: Gateway) -> DisclosureView:
    """Return a request of Sanne's about a tenant, which waits for the FG's advice and then for the manager."""
    return gateway.team.submit(json.dumps(cases.landlord_about_tenant(NOON.date(), 2)).encode(), SANNE)


@pytest.fixture
def urgent(gateway: Gateway) -> DisclosureView:
    """Return a hand-over of Sanne's to AVIM, which waits for its review."""
    return gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 3, "protect_victim")).encode(), SANNE)


def place(view: DisclosureView) -> str:
    """Return the address of a request's only part."""
    return f"/verstrekkingen/{view.id}/onderdelen/{view.parts[0].id}"


def shown(client: FlaskClient, path: str) -> str:
    """Return a page that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)
