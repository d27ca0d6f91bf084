"""Rules for the whole: every route names who may use it, and no answer leaves without its headers."""

import io

import pytest
from flask import Flask

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app


def an_app(gateway: Gateway) -> Flask:
    """Return the whole application."""
    return create_app(gateway, DemoSignIn(DEMO_PEOPLE))


def test_every_route_names_its_roles(gateway: Gateway) -> None:
    """A route without roles is a route that nobody decided about."""
    app = an_app(gateway)
    nameless = [
        rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "roles")
    ]
    assert nameless == []


def test_every_answer_is_kept_out_of_caches_and_frames(gateway: Gateway) -> None:
    """Also errors carry the headers."""
    client = an_app(gateway).test_client()
    for path in ("/healthz", "/aanmelden", "/nowhere", "/api/v1/inbox", "/api/v1/nowhere"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_staff_without_a_session_cannot_submit(gateway: Gateway) -> None:
    """The staff API is closed to whoever did not sign in."""
    app = an_app(gateway)
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/api/v1/disclosure-requests", json={})
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/aanmelden", "/verstrekkingen/nieuw", "/oauth/token"])
def test_a_file_is_refused_before_it_is_put_anywhere(gateway: Gateway, path: str) -> None:
    """No page takes one, and a large one would be put on disk in clear while it is read."""
    app = an_app(gateway)
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post(path, data={"person": DEMO_PEOPLE[0].id, "file": (io.BytesIO(b"x"), "x.txt")})
    expected = 303 if path == "/verstrekkingen/nieuw" else 415  # nobody is signed in: the body is not even looked at
    assert answer.status_code == expected


def test_a_body_over_the_limit_is_refused(gateway: Gateway) -> None:
    """Large bodies are refused before they are read."""
    app = an_app(gateway)
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/api/v1/disclosure-requests", data=b"x" * 100_000, content_type="application/json")
    assert answer.status_code in {403, 413}
