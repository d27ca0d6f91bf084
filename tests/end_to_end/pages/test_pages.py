"""Every page of the register in Debian's Chromium: both languages, both widths, light and dark."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask, render_template
from playwright.sync_api import Browser, Page

from gateway.bootstrap import Gateway
from gateway.config.clock import utc_now
from gateway.demo.server import free_port, running
from gateway.demo.setting import fresh_partners
from gateway.web.language import COOKIE
from gateway.wsgi import create_app
from tests.end_to_end.pages.register import pages
from tests.end_to_end.pages.test_register import with_providers
from tests.end_to_end.pages.visit import Entry, Made, Visit, make, sign_in
from tests.machine import AXE, need
from tests.page.browser import chromium, distant

RULES = """axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'],
}).then((told) => told.violations.map((one) => `${one.id} ${one.nodes[0].target}: ${one.nodes[0].html}`))"""
# On paper: what is not black, and what could only be pressed.
PRINTED = """[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && (
  one.matches('button, a.button') || (getComputedStyle(one).color !== 'rgb(0, 0, 0)'
    && [...one.childNodes].some((text) => text.nodeType === 3 && text.data.trim()))
)).map((one) => `<${one.localName} class="${one.className}">`)"""
ROOM = "[document.documentElement.scrollWidth, window.innerWidth]"
WIDTHS = (360, 1280, 1920)
# How axe looks in each language: it is the slow part, and the two runs together see both widths and both schemes.
LOOKS = {"nl": (360, "light"), "en": (1280, "dark")}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one browser for all of these tests."""
    need(npm=["axe-core"])
    with chromium() as running_browser:
        yield running_browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the one demo gateway."""
    return tmp_path_factory.mktemp("pages") / "home"


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """Run the gateway that all pages are shown by."""
    partners = fresh_partners(home, utc_now().date())
    with running(home, port=free_port(), environ={"GATEWAY_PARTNERS": str(partners)}) as url:
        yield url


@pytest.fixture(scope="module")
def made(site: str) -> Made:
    """Submit what the pages show."""
    return make(site)


def rendered(app: Flask, template: str, context: dict[str, object], language: str) -> str:
    """Return a page that only a visit to an identity provider would show."""
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={language}"}):
        return render_template(template, **context)


@pytest.fixture
def provided(gateway: Gateway, tmp_path: Path) -> dict[str, Callable[[str], str]]:
    """Return the pages of signing in with a provider, by name."""
    people = with_providers(gateway, tmp_path)
    app = create_app(gateway, people)
    provider = next(iter(people.providers.values()))
    shown: dict[str, tuple[str, dict[str, object]]] = {
        "signin": ("signin.html", {"providers": (provider,)}),
        "closed": ("signin.html", {}),
        "signed_in": ("signed_in.html", {"provider": provider, "onward": "/aanmelden", "weak": True}),
        "weak": ("signed_in.html", {"provider": provider, "onward": "/", "weak": True}),
        "strong": ("strong.html", {"provider": provider.id}),
        "signed_out": ("signed_out.html", {"provider": provider, "address": "https://login.example/out"}),
    }
    for why in ("no_role", "two_sides", "too_weak", "unproven"):
        shown[why] = ("signin_refused.html", {"provider": provider, "why": why})
    return {name: partial(rendered, app, template, context) for name, (template, context) in shown.items()}


def complaints_of(page: Page) -> list[str]:
    """Return a list that fills with what the browser complains of; a page that is not there is no complaint."""
    told: list[str] = []
    page.on("console", lambda said: told.append(said.text) if "Failed to load resource" not in said.text else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


def faults(page: Page, language: str) -> Iterator[str]:
    """Yield what is wrong with the page in the window."""
    if page.evaluate("document.documentElement.lang") != language:
        yield f"is not in {language}"
    if page.locator("h1").count() != 1:
        yield f"has {page.locator('h1').count()} first headings"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    width, scheme = LOOKS[language]
    page.set_viewport_size({"width": width, "height": 900})
    yield from (f"at {width}, {scheme}: {found}" for found in page.evaluate(RULES))
    page.emulate_media(media="print")
    yield from (f"prints what it should not: {found}" for found in page.evaluate(PRINTED))
    page.emulate_media(media="screen")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed, there = page.evaluate(ROOM)
        if needed > there:
            yield f"needs {needed} pixels at {width}"


def walk(visit: Visit, entries: list[Entry]) -> list[str]:
    """Visit every page; return what is wrong, each with the page's name."""
    found, before = [], ""
    told = complaints_of(visit.page)
    for entry in entries:
        if entry.who and entry.who != before:
            sign_in(visit, entry.who)
            before = entry.who
        elif not entry.who and before:
            visit.page.context.clear_cookies(name="session")
            before = ""
        entry.go(visit)
        found += [f"{entry.name} {fault}" for fault in faults(visit.page, visit.language)]
        found += [f"{entry.name}: {complaint}" for complaint in told]
        told.clear()
    return found


@pytest.mark.parametrize("language", LOOKS)
def test_every_page_is_accessible_fits_and_breaks_no_policy(
    browser: Browser,
    site: str,
    home: Path,
    made: Made,
    provided: dict[str, Callable[[str], str]],
    language: str,
) -> None:
    """axe-core finds nothing, no line runs off the screen, the language is as chosen, the browser does not complain."""
    context = browser.new_context(color_scheme="dark" if LOOKS[language][1] == "dark" else "light")
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": COOKIE, "value": language, "url": site}])
    page = context.new_page()
    distant(page, milliseconds=20)
    found = walk(Visit(page, site, language, made, home, provided), pages())
    context.close()
    assert found == []


def test_what_is_not_accessible_is_found(browser: Browser) -> None:
    """The rules above can fail: a picture without words, grey on grey, a block off the screen, two headings."""
    page = browser.new_page()
    page.set_content(
        "<html lang=nl><title>t</title><main><h1>a</h1><h1>b</h1><img src='x'><p style='color:#999'>grijs</p>"
        "<div style='width:400px'>breed</div></main>"
    )
    told = " ".join(faults(page, "nl"))
    page.close()
    for expected in ("2 first headings", "image-alt", "color-contrast", "at 360", "prints what it should not: <p"):
        assert expected in told
