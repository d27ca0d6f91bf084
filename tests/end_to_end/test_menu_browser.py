"""The head of a page is low on a phone, and its menu stands open on a desk (Debian's Chromium, no script)."""

from pathlib import Path

import pytest

from gateway.demo.server import free_port, running
from tests.page.browser import chromium, press

pytestmark = pytest.mark.browser

HEAD = "document.querySelector('header').getBoundingClientRect().height"
FOCUSED = "document.activeElement.textContent.trim()"


def test_the_menu_is_closed_on_a_phone_and_open_on_a_desk(tmp_path: Path) -> None:
    """The red button always stands outside it, once; by keyboard the menu opens, and a closed link takes no focus."""
    with running(tmp_path / "home", port=free_port()) as site, chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.goto(f"{site}/aanmelden")
        press(page.get_by_role("button", name="Sanne"))
        assert page.url == f"{site}/"
        red, menu, link = (
            page.locator("a.now"),
            page.locator(".menu > summary"),
            page.locator('nav a[href="/signalen"]'),
        )
        assert (red.count(), red.is_visible(), menu.is_visible(), link.is_visible()) == (1, True, True, False)
        assert page.evaluate(HEAD) <= 120
        for expected in ("Naar de inhoud", "Ik vermoed uitbuiting", "Menu"):
            page.keyboard.press("Tab")
            assert page.evaluate(FOCUSED) == expected
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == "Overzicht"
        assert link.is_visible()
        assert page.get_by_role("button", name="Afmelden").is_visible()
        page.set_viewport_size({"width": 1280, "height": 740})
        page.goto(f"{site}/")  # closed again
        assert (red.is_visible(), menu.is_visible(), link.is_visible()) == (True, False, True)
        press(page.get_by_role("button", name="Afmelden"))
        assert page.url == f"{site}/aanmelden"
