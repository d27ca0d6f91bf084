"""Approving takes a strong sign-in that is recent: by page and by API, with a real provider; nothing else does."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.identity import IdentityProvider
from gateway.model.views import DisclosureView, PartState
from gateway.pipeline.sessions import Sessions
from gateway.web.oidc.signin import OidcSignIn
from gateway.wsgi import create_app
from tests.conftest import SetClock
from tests.web.oidc.signing_in import ADDRESS, Browser, provider_for, running_provider

pytestmark = pytest.mark.node

STRONGLY = "/aanmelden/gemeente/sterk"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    """Run one provider for all tests of this file."""
    with running_provider(ADDRESS) as issuer:
        yield provider_for(issuer, tmp_path_factory.mktemp("oidc"))


@pytest.fixture
def app(gateway: Gateway, provider: IdentityProvider, clock: SetClock) -> Flask:
    """Return a gateway that knows the provider."""
    clock.now = dt.datetime.now(dt.UTC)  # noqa: TID251  # the provider's clock is the machine's
    keeper = Sessions(gateway.tools.store, clock, gateway.tools.lookup.account)
    app = create_app(gateway, OidcSignIn([provider], keeper, address=ADDRESS))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def waiting(gateway: Gateway, app: Flask) -> DisclosureView:
    """Return a request of Sanne's that a second supervisor may approve."""
    body = cases.landlord(gateway.tools.clock().date(), 7)
    return gateway.team.submit(json.dumps(body).encode(), DEMO_PEOPLE[0])


def approve(browser: Browser, view: DisclosureView) -> tuple[int, str]:
    """Press the button; return status and page."""
    part = view.parts[0]
    path = f"/verstrekkingen/{view.id}/onderdelen/{part.id}/goedkeuren"
    answer = browser.client.post(path, data={"digest": part.digest})
    return answer.status_code, answer.get_data(as_text=True)


def approve_by_program(browser: Browser, view: DisclosureView) -> tuple[int, object]:
    """Approve through the API; return status and code."""
    part = view.parts[0]
    path = f"/api/v1/disclosure-requests/{view.id}/approval"
    answer = browser.client.post(path, json={"part": part.id, "digest": part.digest})
    return answer.status_code, (answer.get_json() or {}).get("code")


def state(gateway: Gateway, view: DisclosureView) -> PartState:
    """Return how the part stands."""
    return gateway.team.follow(view.id, DEMO_PEOPLE[0]).parts[0].state


@pytest.mark.control("DPIA-08")
def test_nobody_approves_after_a_weak_sign_in_by_page_or_by_program(
    app: Flask, gateway: Gateway, waiting: DisclosureView
) -> None:
    """Both are refused and nothing is released; the page leads to a strong sign-in, and that leads back here."""
    browser = Browser.new(app.test_client())
    browser.sign_in("bram")
    status, page = approve(browser, waiting)
    assert status == 403
    assert STRONGLY in page
    assert approve_by_program(browser, waiting) == (403, "strong_sign_in_needed")
    assert state(gateway, waiting) is PartState.WAITING

    address = browser.leave(STRONGLY)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert waiting.id not in address  # where they come back to is no affair of the provider
    page = browser.come_back(browser.at_provider(address, "bram", strong=True)).get_data(as_text=True)
    assert f"url=/verstrekkingen/{waiting.id}" in page
    assert approve(browser, waiting)[0] == 303
    assert state(gateway, waiting) is PartState.RELEASED


def test_a_program_approves_after_a_strong_sign_in(app: Flask, gateway: Gateway, waiting: DisclosureView) -> None:
    """The twin of the refusal above."""
    browser = Browser.new(app.test_client())
    browser.sign_in("bram", strong=True, path=STRONGLY)
    assert approve_by_program(browser, waiting) == (200, None)
    assert state(gateway, waiting) is PartState.RELEASED


def test_a_strong_sign_in_grows_old(
    app: Flask, gateway: Gateway, waiting: DisclosureView, clock: SetClock, provider: IdentityProvider
) -> None:
    """Past the setting it counts no more, although the session goes on; looking needs none."""
    browser = Browser.new(app.test_client())
    browser.sign_in("bram", strong=True, path=STRONGLY)
    for _ in range(2):
        clock.now += provider.strong.fresh / 2 + dt.timedelta(seconds=30)
        assert browser.client.get(f"/verstrekkingen/{waiting.id}").status_code == 200
    assert approve(browser, waiting)[0] == 403
    assert approve_by_program(browser, waiting)[0] == 403
    assert state(gateway, waiting) is PartState.WAITING


def test_a_second_sign_in_that_is_not_strong_says_so(app: Flask, gateway: Gateway, waiting: DisclosureView) -> None:
    """Whoever was asked for a strong one and gave another hears that it was not enough; approving stays refused."""
    browser = Browser.new(app.test_client())
    browser.sign_in("bram")
    approve(browser, waiting)
    page = browser.sign_in("bram", path=STRONGLY).get_data(as_text=True)
    assert STRONGLY in page
    assert "refresh" not in page
    assert approve(browser, waiting)[0] == 403
    assert state(gateway, waiting) is PartState.WAITING


def test_refusing_needs_no_strong_sign_in(app: Flask, gateway: Gateway, waiting: DisclosureView) -> None:
    """What lets nothing leave is not made harder."""
    browser = Browser.new(app.test_client())
    browser.sign_in("bram")
    part = waiting.parts[0]
    answer = browser.client.post(
        f"/verstrekkingen/{waiting.id}/onderdelen/{part.id}/weigeren", data={"reason": "other"}
    )
    assert answer.status_code in {303, 400}  # 400: a reason is asked for in another way


def test_what_stands_in_an_address_leads_nowhere(app: Flask, waiting: DisclosureView) -> None:
    """Where a sign-in leads to comes from the session alone; parameters that other programs know are not read."""
    browser = Browser.new(app.test_client())
    for name in ("terug", "next", "onward", "redirect_uri", "return_to", "url"):
        there = browser.leave(f"{STRONGLY}?{name}=https://elsewhere.example/")
        assert "elsewhere" not in there
    page = browser.come_back(browser.at_provider(there, "bram", strong=True)).get_data(as_text=True)
    assert 'url=/"' in page
    assert "elsewhere" not in page


def test_an_account_has_no_more_sessions_than_its_provider_allows(
    app: Flask, provider: IdentityProvider, clock: SetClock
) -> None:
    """A new one ends the oldest; another account's stay."""
    other = Browser.new(app.test_client())
    other.sign_in("sanne")
    mine = [Browser.new(app.test_client()) for _ in range(provider.sessions + 1)]
    for browser in mine:
        clock.now += dt.timedelta(seconds=1)
        browser.sign_in("bram")
    assert [browser.client.get("/").status_code for browser in mine] == [303] + [200] * provider.sessions
    assert other.client.get("/").status_code == 200


def test_a_provider_that_is_no_longer_listed_makes_nothing_strong(
    app: Flask, gateway: Gateway, waiting: DisclosureView, provider: IdentityProvider, clock: SetClock
) -> None:
    """A session of before the change of the settings opens pages until it ends, but approves nothing."""
    browser = Browser.new(app.test_client())
    browser.sign_in("bram", strong=True, path=STRONGLY)
    kept = browser.client.get_cookie("session")
    assert kept is not None
    keeper = Sessions(gateway.tools.store, clock, gateway.tools.lookup.account)
    changed = create_app(gateway, OidcSignIn([replace(provider, id="elders")], keeper, address=ADDRESS))
    changed.config["WTF_CSRF_ENABLED"] = False
    client = changed.test_client()
    client.set_cookie("session", kept.value)
    assert client.get("/").status_code == 200
    assert approve(Browser.new(client), waiting)[0] == 403
    assert state(gateway, waiting) is PartState.WAITING
