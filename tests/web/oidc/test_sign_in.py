"""Signing in with a real provider: who gets in, as what, for how long, and who does not."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.model.identity import IdentityProvider
from gateway.pipeline.sessions import Sessions
from gateway.web.oidc.signin import OidcSignIn
from gateway.wsgi import create_app
from tests.conftest import SetClock
from tests.web.oidc.signing_in import ADDRESS, Browser, provider_for, running_provider

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    """Run one provider for all tests of this file."""
    with running_provider(ADDRESS) as issuer:
        yield provider_for(issuer, tmp_path_factory.mktemp("oidc"))


@pytest.fixture
def client(gateway: Gateway, provider: IdentityProvider, clock: SetClock) -> FlaskClient:
    """Return a browser's connection to a gateway that knows the provider."""
    clock.now = dt.datetime.now(dt.UTC)  # noqa: TID251  # the provider's clock is the machine's
    people = OidcSignIn([provider], Sessions(gateway.tools.store, clock, gateway.tools.lookup.account), address=ADDRESS)
    app = create_app(gateway, people)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def reason(browser: Browser, account: str, *, strong: bool = False) -> tuple[int, str]:
    """Return status and text of a sign-in that is refused."""
    answer = browser.sign_in(account, strong=strong)
    assert browser.client.get("/").status_code == 303
    assert browser.client.get("/postvak").status_code in {303, 404}
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.control("DPIA-08")
@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("gast", "heeft hier geen rol"),
        ("wouter", "heeft hier geen rol"),
        ("twee", "meer dan één organisatie"),
        ("fleur", "extra controle nodig"),
    ],
)
def test_unknown_means_no(client: FlaskClient, account: str, words: str) -> None:
    """No role, an unknown partner, two sides at once, or too weak a sign-in: nobody signs in, and the page says why."""
    status, html = reason(Browser.new(client), account)
    assert status == 403
    assert words in html


def test_whoever_says_no_at_the_provider_is_not_signed_in(client: FlaskClient) -> None:
    """The provider's error comes back as a page of ours, not as a fault of the server."""
    status, html = reason(Browser.new(client), "nobody")
    assert status == 400
    assert "the person said no" not in html


@pytest.mark.parametrize("change", ["state", "no state", "other browser", "twice", "late code", "mixed in"])
def test_an_answer_to_a_sign_in_that_this_browser_did_not_begin_is_400(client: FlaskClient, change: str) -> None:
    """A forged or stolen answer signs nobody in; none of it is a fault of the server."""
    browser = Browser.new(client)
    back = browser.at_provider(browser.leave(), "sanne")
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    if change == "twice":
        assert browser.come_back(back).status_code == 200
        browser.client.post("/afmelden")
    elif change == "other browser":
        browser = Browser.new(client.application.test_client())
    elif change == "late code":
        query["code"] = "invented"
    elif change == "mixed in":
        query["iss"] = "https://elsewhere.example"
    else:
        query["state"] = "" if change == "no state" else "forged" * 5
    answer = browser.client.get(urlsplit(back).path, query_string=query)
    assert answer.status_code == 400
    assert browser.client.get("/").status_code == 303


def test_what_is_asked_of_the_provider_is_bound_to_this_browser(client: FlaskClient) -> None:
    """Authorization code with PKCE S256, state and nonce, each new; the verifier is not sent along."""
    first, second = (parse_qs(urlsplit(Browser.new(client).leave()).query) for _ in range(2))
    for asked in (first, second):
        assert asked["response_type"] == ["code"]
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == [f"{ADDRESS}/aanmelden/gemeente/terug"]
        assert len(asked["state"][0]) >= 16
        assert len(asked["nonce"][0]) >= 16
        assert "code_verifier" not in asked
    assert not {first[name][0] for name in ("state", "nonce", "code_challenge")} & {
        second[name][0] for name in ("state", "nonce", "code_challenge")
    }


def test_a_supervisor_signs_in_and_out(client: FlaskClient) -> None:
    """What the claim maps to and no more; after signing out the cookie opens nothing, also not a copy of it."""
    browser = Browser.new(client)
    answer = browser.sign_in("sanne")
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0; url=/"' in answer.get_data(as_text=True)
    page = browser.client.get("/")
    assert page.status_code == 200
    assert "Sanne Verzonnen" in page.get_data(as_text=True)
    assert browser.client.get("/logboek").status_code == 403
    kept = browser.client.get_cookie("session")
    assert kept is not None
    out = browser.client.post("/afmelden")
    assert "end?client_id=gateway" in out.get_data(as_text=True)
    assert browser.client.get("/").status_code == 303
    thief = client.application.test_client()
    thief.set_cookie("session", kept.value)
    assert thief.get("/").status_code == 303


def test_a_partners_employee_is_no_member_of_staff(client: FlaskClient) -> None:
    """They come to the inbox, and no page of the team opens for them."""
    browser = Browser.new(client)
    assert "url=/postvak" in browser.sign_in("dirk").get_data(as_text=True)
    for path in ("/", "/logboek", "/verstrekkingen/nieuw"):
        assert browser.client.get(path).status_code == 403
    assert browser.client.post("/api/v1/disclosure-requests", json={}).status_code == 403


def test_a_strong_sign_in_opens_what_a_weak_one_does_not(client: FlaskClient) -> None:
    """The role that needs it is held back, with the way to get it; asked strongly, the provider is told so."""
    browser = Browser.new(client)
    weak = browser.sign_in("meryem").get_data(as_text=True)
    assert "/aanmelden/gemeente/sterk" in weak
    assert "refresh" not in weak
    assert browser.client.get("/").status_code == 200
    assert browser.client.get("/logboek").status_code == 403  # a supervisor may not, a manager may
    address = browser.leave("/aanmelden/gemeente/sterk")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["acr_values"], asked["prompt"]) == (["urn:example:strong"], ["login"])
    browser.come_back(browser.at_provider(address, "meryem", strong=True))
    assert browser.client.get("/logboek").status_code == 200


def test_a_session_begins_anew_at_each_sign_in(client: FlaskClient) -> None:
    """Fixation: a cookie from before signing in, or of another person, is worth nothing after it."""
    browser = Browser.new(client)
    browser.client.get("/aanmelden")
    browser.sign_in("sanne")
    first = browser.client.get_cookie("session")
    browser.elsewhere.cookies.clear()
    browser.sign_in("sanne")
    second = browser.client.get_cookie("session")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    thief = client.application.test_client()
    thief.set_cookie("session", first.value)
    assert thief.get("/").status_code == 303
    assert browser.client.get("/").status_code == 200


def test_a_session_ends_when_nobody_uses_it_and_when_it_is_old(client: FlaskClient, clock: SetClock) -> None:
    """20 minutes without a request, or an hour in all, as the settings say."""
    browser = Browser.new(client)
    browser.sign_in("sanne")
    for _ in range(3):
        clock.now += dt.timedelta(minutes=19)
        assert browser.client.get("/").status_code == 200
    clock.now += dt.timedelta(minutes=3)
    assert browser.client.get("/").status_code == 303
    browser.elsewhere.cookies.clear()
    browser.sign_in("sanne")
    clock.now += dt.timedelta(minutes=20)
    assert browser.client.get("/").status_code == 303


def test_the_cookies_are_for_our_pages_and_no_script(client: FlaskClient) -> None:
    """The session is SameSite=Strict; what goes along to the provider is Lax, for ten minutes."""
    browser = Browser.new(client)
    left = client.get("/aanmelden/gemeente").headers["Set-Cookie"]
    assert all(word in left for word in ("HttpOnly", "SameSite=Lax", "Path=/aanmelden", "Max-Age=600"))
    answer = browser.sign_in("sanne")
    kept = {cookie.partition("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert all(word in kept["session"] for word in ("HttpOnly", "SameSite=Strict"))
    assert "Max-Age=0" in kept["aanmelden"]


def test_nothing_about_the_person_stands_in_the_database_in_clear(
    client: FlaskClient, gateway: Gateway, provider: IdentityProvider
) -> None:
    """Neither name nor subject: the session's box opens with the cookie's token alone."""
    Browser.new(client).sign_in("sanne")
    path = gateway.settings.home / "gateway.sqlite"
    data = b"".join(file.read_bytes() for file in path.parent.glob("gateway.sqlite*"))
    assert b"sign_in" in data
    assert b"Verzonnen" not in data
    assert b"gemeente:" not in data
