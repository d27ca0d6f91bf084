"""No page is forgotten: whatever the gateway can answer is a page of the register, or is named there as none."""

from pathlib import Path

import pytest
from flask import Flask

from gateway.bootstrap import Gateway
from gateway.config.identity import load_providers
from gateway.demo.setting import DEMO_PEOPLE
from gateway.pipeline.sessions import Sessions
from gateway.web.oidc.signin import OidcSignIn
from gateway.web.signin import DemoSignIn, SignIn
from gateway.wsgi import create_app
from tests.end_to_end.pages.register import MACHINES, no_pages, pages
from tests.web.oidc.signing_in import FILE, PARTNERS


def with_providers(gateway: Gateway, folder: Path) -> OidcSignIn:
    """Return the other way to sign in, which has pages of its own."""
    (folder / "oidc.secret").write_text("invented")
    text = FILE.format(issuer="https://login.example").encode()
    providers = load_providers(text, name="oidc.yaml", folder=folder, partners=PARTNERS)
    keeper = Sessions(gateway.tools.store, gateway.tools.clock, gateway.tools.lookup.account)
    return OidcSignIn(providers, keeper, address="http://127.0.0.1:8080")


def answering(app: Flask) -> set[str]:
    """Return every endpoint that a person's browser may ask for."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] not in MACHINES}


@pytest.fixture
def endpoints(gateway: Gateway, tmp_path: Path) -> set[str]:
    """Return the endpoints of the gateway, with either way to sign in."""
    ways: tuple[SignIn, ...] = (DemoSignIn(DEMO_PEOPLE), with_providers(gateway, tmp_path))
    return {endpoint for people in ways for endpoint in answering(create_app(gateway, people))}


def unknown(endpoints: set[str]) -> set[str]:
    """Return the endpoints that the register knows nothing of."""
    return endpoints - {entry.shows for entry in pages()} - set(no_pages())


def test_a_view_that_nobody_registered_is_found(endpoints: set[str]) -> None:
    """The rule below can fail."""
    assert unknown({*endpoints, "team.new_page"}) == {"team.new_page"}


def test_every_view_is_in_the_register(endpoints: set[str]) -> None:
    """A new page is looked at by axe in both languages and at both widths, or the reason why not stands there."""
    assert unknown(endpoints) == set()


def test_the_register_holds_nothing_that_is_gone(endpoints: set[str]) -> None:
    """An entry of a view that is no more would look like a page that was tested."""
    assert {entry.shows for entry in pages()} - endpoints - {"error"} == set()
    assert set(no_pages()) - endpoints == set()


def test_a_page_has_one_name() -> None:
    """A failed test names it."""
    names = [entry.name for entry in pages()]
    assert len(names) == len(set(names))
    assert [why for why in no_pages().values() if len(why) < 10] == []
