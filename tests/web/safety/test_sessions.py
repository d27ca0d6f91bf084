"""Cookies: what went before a sign-in is worth nothing after it, a copy dies with the session, and scripts see none."""

import dataclasses
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.model.identity import IdentityProvider
from gateway.pipeline.sessions import Sessions
from gateway.web.oidc.claims import Admitted
from gateway.web.oidc.signin import OidcSignIn
from gateway.wsgi import create_app
from tests.web.oidc.test_claims import provider
from tests.web.safety.house import BRAM, SANNE, House
from tests.web.safety.test_forged_forms import TOKEN

ADDRESS = "http://127.0.0.1:8080"


@dataclasses.dataclass(frozen=True)
class Door:
    """An app with a provider, and a way in that leaves the provider out (tests/web/oidc has the whole way)."""

    app: Flask
    people: OidcSignIn
    provider: IdentityProvider

    def enter(self, who: object = SANNE) -> FlaskClient:
        """Return a browser with a session."""
        client = self.app.test_client()
        with self.app.test_request_context():
            token = self.people.begin(self.provider, Admitted(who, "een:" + "a" * 32))  # type: ignore[arg-type]
        with client.session_transaction() as session:
            session["person"], session["since"] = token, int(time.time())
        return client


@pytest.fixture
def door(house: House) -> Door:
    """Return the app as it is outside a demo: with identity providers, and cookies for https alone."""
    gateway = house.gateway
    keeper = Sessions(gateway.tools.store, gateway.tools.clock, gateway.tools.lookup.account)
    one = provider("een")
    people = OidcSignIn([one], keeper, address=ADDRESS)
    settings = dataclasses.replace(gateway.settings, demo=False)
    app = create_app(dataclasses.replace(gateway, settings=settings), people)
    app.config["SESSION_COOKIE_SECURE"] = False  # Flask's test browser speaks http; the flag itself is tested below
    return Door(app, people, one)


def value_of(client: FlaskClient) -> str:
    """Return the session's cookie."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def test_a_cookie_from_before_the_sign_in_opens_nothing_after_it(house: House) -> None:
    """Fixation: whoever planted it has a cookie of nobody, and its form token counts no more either."""
    client = house.strict.test_client()
    found = TOKEN.search(client.get("/aanmelden").get_data(as_text=True))
    assert found is not None
    planted = value_of(client)
    assert client.post("/aanmelden", data={"csrf_token": found[1], "person": SANNE.id}).status_code == 303
    assert value_of(client) != planted
    thief = house.strict.test_client()
    thief.set_cookie("session", planted)
    assert thief.get("/").status_code == 303
    assert client.post("/taal", data={"csrf_token": found[1]}).status_code == 400
    assert client.get("/").status_code == 200


def test_signing_out_ends_every_copy_of_the_cookie_and_no_other_session(door: Door) -> None:
    """Two sessions of one account stand apart."""
    first, second = door.enter(), door.enter()
    copy = value_of(first)
    found = TOKEN.search(first.get("/").get_data(as_text=True))
    assert found is not None
    assert first.post("/afmelden", data={"csrf_token": found[1]}).status_code == 200
    thief = door.app.test_client()
    thief.set_cookie("session", copy)
    assert [one.get("/").status_code for one in (first, thief, second)] == [303, 303, 200]


def test_another_persons_session_is_not_mixed_in(door: Door) -> None:
    """Both at once, each sees their own name."""
    mine, other = door.enter(SANNE), door.enter(BRAM)
    for client, name, absent in ((mine, "Sanne", "Bram"), (other, "Bram", "Sanne"), (mine, "Sanne", "Bram")):
        header = client.get("/toegankelijkheid").get_data(as_text=True).partition("<main")[0]
        assert name in header
        assert absent not in header


@pytest.mark.parametrize(
    "cookie", ["", "x", "a.b.c", "eyJwZXJzb24iOiJkZW1vOnNhbm5lIn0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"]
)
def test_a_cookie_that_we_did_not_sign_is_nobodys(house: House, door: Door, cookie: str) -> None:
    """Made up or altered: as if there were none."""
    for app in (house.app, door.app):
        client = app.test_client()
        client.set_cookie("session", cookie)
        assert client.get("/").status_code == 303
    altered = door.enter()
    value = value_of(altered)
    altered.set_cookie("session", value[:-2] + ("AA" if value[-2:] != "AA" else "BB"))
    assert altered.get("/").status_code == 303


def test_a_demo_identity_is_none_where_a_provider_is(door: Door) -> None:
    """Neither the form nor a cookie with an invented person's id signs anybody in outside a demo."""
    client = door.app.test_client()
    found = TOKEN.search(client.get("/aanmelden").get_data(as_text=True))
    assert found is not None
    assert client.post("/aanmelden", data={"csrf_token": found[1], "person": SANNE.id}).status_code == 400
    with client.session_transaction() as session:
        session["person"], session["since"] = SANNE.id, int(time.time())
    assert client.get("/").status_code == 303


def test_every_cookie_is_for_our_pages_alone(house: House, door: Door) -> None:
    """HttpOnly and SameSite on each; Secure outside a demo; for this host only."""
    door.app.config["SESSION_COOKIE_SECURE"] = True
    for app, secure in ((house.strict, False), (door.app, True)):
        client = app.test_client()
        answer = client.get("/aanmelden", base_url="https://localhost")
        found = TOKEN.search(answer.get_data(as_text=True))
        assert found is not None
        form = {"csrf_token": found[1], "taal": "en", "terug": "/"}
        chosen = client.post(
            "/taal", data=form, base_url="https://localhost", headers={"Referer": "https://localhost/"}
        )
        for cookie in (*answer.headers.getlist("Set-Cookie"), *chosen.headers.getlist("Set-Cookie")):
            words = {word.strip() for word in cookie.split(";")}
            assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= words, cookie
            assert ("Secure" in words) is secure
            assert not any(word.startswith("Domain") for word in words)
        assert len(chosen.headers.getlist("Set-Cookie")) >= 1
