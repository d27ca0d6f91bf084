"""A real gateway with its pages, and somebody of the team in a browser without JavaScript."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from gateway.model.people import Person
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
INPUT = re.compile(r'<(?:input|textarea|select)(?! type="hidden")[^>]* name="([^"]+)"')


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn((*DEMO_PEOPLE, *DEMO_EMPLOYEES)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def as_person(app: Flask) -> Callable[[Person], FlaskClient]:
    """Return what signs somebody in."""

    def signed(who: Person) -> FlaskClient:
        client = app.test_client()
        assert client.post("/aanmelden", data={"person": who.id}).status_code == 303
        return client

    return signed


def form_of(html: str) -> dict[str, list[str]]:
    """Return the hidden inputs of the main form, as a browser would send them; not those of the menus."""
    main = html[html.index("<main") : html.index("</main>")]
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(main):
        found.setdefault(name, []).append(value)
    return found


def inputs_of(html: str) -> set[str]:
    """Return the names of the inputs that a person sees."""
    return set(INPUT.findall(html[html.index("<main") : html.index("</main>")]))
