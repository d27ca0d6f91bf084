"""A partner's employee at work in a real browser: signs in, opens a message with the key from disk, acknowledges it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gateway.demo.server import free_port, running
from tests.machine import AXE, need
from tests.page.browser import chromium, press
from tests.web.oidc.signing_in import FILE, SECRET, running_provider

RULES = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
WIDTHS = (360, 1280)
PRIVATE = ("avim.keys.json", "partner.yaml", "trust.policy", "issuer.jwks.json")

pytestmark = pytest.mark.browser

MENU = ".menu > summary"  # closed on a phone


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    need(npm=["axe-core"])
    with chromium() as running_browser:
        yield running_browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the demo's state and the partners' own folders are."""
    return tmp_path_factory.mktemp("inbox") / "home"


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """Run a demo gateway for all tests of this file."""
    with running(home, port=free_port()) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a phone-sized window; fail on anything that a content security policy blocks."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def sign_in(page: Page, site: str, name: str) -> None:
    """Sign in as an invented person."""
    page.goto(f"{site}/aanmelden")
    press(page.get_by_role("button", name=name))


def look(page: Page, name: str, shots: Path) -> list[str]:
    """Return what axe finds and whether the page is wider than the window, at both widths; keep screenshots."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(shots / f"{name}-{width}.png"), full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{name} at {width}: wider than the window")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found += [
            f"{name} at {width}: {one['id']} {one['nodes'][0]['target']}" for one in page.evaluate(RULES)["violations"]
        ]
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return found


def test_an_employee_opens_a_message_with_the_key_from_disk_and_acknowledges_it(
    site: str, page: Page, home: Path, tmp_path: Path
) -> None:
    """The content appears in the browser alone; what goes back is a signed receipt, and the key goes nowhere."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data or ''}"))
    sign_in(page, site, "Ada (AVIM")
    assert page.url == f"{site}/postvak"
    assert "Dirk Verzonnen" not in page.content()
    problems = look(page, "postvak", tmp_path)
    page.get_by_role("link", name="Van ").first.click()
    problems += look(page, "bericht", tmp_path)
    press(page.get_by_role("button", name="Open dit bericht"))
    problems += look(page, "openen", tmp_path)
    page.set_input_files("#choose", [home / "partners" / "avim" / name for name in PRIVATE])
    page.locator("#start").click()
    page.locator("#content:not([hidden])").wait_for()
    assert "Dirk Verzonnen" in page.inner_text("#message")
    problems += look(page, "geopend", tmp_path)
    page.pdf(path=str(tmp_path / "bericht.pdf"))
    assert (tmp_path / "bericht.pdf").read_bytes().startswith(b"%PDF")
    page.get_by_role("button", name="Ontvangen en geopend").click()
    page.get_by_role("button", name="Verstuur de bevestiging").click()
    page.wait_for_url(f"{site}/postvak?klaar=bevestigd")
    assert "Uw bevestiging is vastgelegd" in page.inner_text("main")
    assert "Geopend" in page.inner_text("table")
    secrets = [
        line.split('"')[3] for line in (home / "partners/avim/avim.keys.json").read_text().splitlines() if '"d"' in line
    ]
    assert secrets
    assert [one for one in sent if "Dirk" in one or any(secret in one for secret in secrets)] == []
    assert problems == []


def test_the_forms_are_usable_at_both_widths(site: str, page: Page, tmp_path: Path) -> None:
    """Signals by an employee, the list of the team and a fault in a form: axe finds nothing, nothing is cut off."""
    problems = []
    sign_in(page, site, "Dirk (Dudok")
    page.click(MENU)
    press(page.get_by_role("link", name="Doorgeven", exact=True))
    problems += look(page, "kiezen", tmp_path)
    press(page.get_by_role("button", name="Verder"))
    problems += look(page, "overlast", tmp_path)
    press(page.get_by_role("button", name="Doorgeven"))
    assert page.title().startswith("Fout: ")
    problems += look(page, "overlast-fout", tmp_path)
    page.fill("[name=dwelling-postcode]", "1299ZA")
    page.fill("[name=dwelling-number]", "14")
    page.select_option("#kind", "noise")
    page.fill("#count", "3")
    for name in ("first", "last"):
        today = page.evaluate("[new Date().getDate(), new Date().getMonth() + 1, new Date().getFullYear()]")
        for part, value in zip(("day", "month", "year"), today, strict=True):
            page.fill(f"[name={name}-{part}]", str(value))
    press(page.get_by_role("button", name="Doorgeven"))
    assert "Ontvangen. Het team kijkt ernaar." in page.inner_text("main")
    page.click(MENU)
    press(page.get_by_role("button", name="Afmelden"))
    sign_in(page, site, "Sanne")
    page.click(MENU)
    press(page.get_by_role("link", name="Signalen"))
    assert "1299ZA 14" in page.inner_text("main")
    problems += look(page, "signalen", tmp_path)
    page.get_by_role("button", name="Afgehandeld").first.click()
    assert "Er zijn geen nieuwe signalen" in page.inner_text("main")
    assert problems == []


def test_a_browser_signs_in_at_another_site_and_comes_back(page: Page, tmp_path: Path) -> None:
    """The provider is another site (localhost): the strict session cookie is there once our own page was left."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with running_provider(address) as issuer:
        (tmp_path / "oidc.secret").write_text(SECRET)
        (tmp_path / "oidc.yaml").write_text(FILE.format(issuer=issuer))
        environ = {**os.environ, "GATEWAY_OIDC": str(tmp_path / "oidc.yaml")}
        with running(tmp_path / "home", port=port, environ=environ) as site:
            page.goto(f"{site}/")
            problems = look(page, "aanmelden", tmp_path)
            assert page.get_by_role("button", name="Sanne").count() == 0
            press(page.get_by_role("link", name="Aanmelden met de gemeente"))
            page.fill("#account", "sanne")
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{site}/")  # by way of the page that a strict cookie needs
            page.click(MENU)
            assert "Sanne Verzonnen" in page.inner_text("header")
            press(page.get_by_role("button", name="Afmelden"))
            problems += look(page, "afgemeld", tmp_path)
            press(page.get_by_role("link", name="Ook afmelden bij de gemeente"))
            assert page.url.startswith(issuer)
            page.goto(f"{site}/")
            assert page.url == f"{site}/aanmelden"
            assert problems == []
