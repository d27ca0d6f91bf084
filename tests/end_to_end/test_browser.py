"""A supervisor, a colleague and the officer at work in a real browser (Debian's Chromium)."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from gateway.demo.server import free_port, running

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Run a demo gateway of its own."""
    with running(tmp_path / "home", port=free_port()) as url:
        yield url


@pytest.fixture
def page() -> Iterator[Page]:
    """Open a phone-sized browser; fail on anything that the content security policy blocks."""
    if CHROMIUM is None and not os.environ.get("GATEWAY_REQUIRE_ALL"):
        pytest.skip("Chromium is not on this machine")
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 900})
        page.on("console", lambda message: complaints.append(message.text))
        yield page
        browser.close()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def sign_in(page: Page, site: str, name: str) -> None:
    """Sign in as an invented person."""
    page.goto(f"{site}/aanmelden")
    page.get_by_role("button", name=name).click()


def state(page: Page, fact: str, value: str) -> None:
    """State a fact with its document and date."""
    page.check(f"#s1-fact-{fact}-{value}")
    page.fill(f"[name=s1-fact-{fact}-evidence]", "report RVB-2026-501")
    for name, number in (("day", "20"), ("month", "11"), ("year", "2026")):
        page.fill(f"[name=s1-fact-{fact}-{name}]", number)


def test_a_request_is_submitted_approved_and_verified_by_hand(site: str, page: Page, tmp_path: Path) -> None:
    """Sign in, fill in the form, see why, submit; a colleague approves; the officer verifies the log."""
    sign_in(page, site, "Sanne")
    page.goto(f"{site}/verstrekkingen/nieuw")
    page.select_option("#recipient", "dudok-wonen")
    page.select_option("#ground", "illegal_sex_work")
    page.select_option("#purpose", "prevent_recurrence")
    page.select_option("#role1", "facilitator")
    page.get_by_role("button", name="Verder").click()
    page.fill("[name=case_ref]", "Z-2026-501")
    page.fill("[name=case-data-dwelling_address-postcode]", "1299ZA")
    page.fill("[name=case-data-dwelling_address-number]", "14")
    page.select_option("[name=case-data-finding_code]", "GEB-1")
    page.get_by_role("button", name="Bewaren en verder").click()
    state(page, "illegality_established", "yes")
    state(page, "subject_is_sex_worker", "no")
    state(page, "subject_minor", "no")
    page.get_by_role("button", name="Bewaren en verder").click()
    page.select_option("[name=s1-provenance]", "own")
    page.get_by_role("button", name="Bewaren en verder").click()
    assert page.url.endswith("/controle")
    assert "1299ZA" not in page.url + page.title()
    page.get_by_role("button", name="Indienen").click()
    request = page.url
    assert "/verstrekkingen/" in request
    assert page.get_by_role("button", name="Goedkeuren").count() == 0

    sign_in(page, site, "Bram")
    page.goto(request)
    page.get_by_role("button", name="Goedkeuren").click()
    assert "Klaar voor de ontvanger" in page.inner_text("main")

    sign_in(page, site, "Otto")
    page.goto(f"{site}/logboek")
    page.get_by_role("button", name="Controleer het hele logboek").click()
    assert "in orde" in page.inner_text("main").lower() or "klopt" in page.inner_text("main").lower()
    page.screenshot(path=str(tmp_path / "logboek.png"), full_page=True)
