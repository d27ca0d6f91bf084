"""The urgent hand-over by keyboard alone, in a real browser (Debian's Chromium) the size of a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from gateway.demo.server import free_port, running
from tests.page.browser import chromium

pytestmark = pytest.mark.browser

MOST = 60
"""Keys from the button to the message, besides the text that is typed: a Tab or Space takes a quarter of a second."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Run a demo gateway of its own."""
    with running(tmp_path / "home", port=free_port()) as url:
        yield url


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        """Press nothing yet."""
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)
        self.pressed += 1

    def to(self, selector: str) -> None:
        """Go on with Tab until the focus is there."""
        for _ in range(MOST):
            self.press("Tab")
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError("the keyboard never gets there")


def test_a_suspicion_is_handed_over_with_few_keys(site: str) -> None:
    """From the button in the menu over three questions to the page with the clock; no mouse, few keys."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.goto(f"{site}/aanmelden")
        page.get_by_role("button", name="Sanne").click()
        keys = Keys(page)
        keys.to('a[href="/spoed/uitbuiting"]')
        keys.press("Enter")
        page.wait_for_url("**/spoed/uitbuiting")
        for choice in ("[name=role]", "[name=indicators]"):
            keys.to(choice)
            keys.press("Space")
        keys.to("main form button")
        keys.press("Enter")
        page.wait_for_url("**/gegevens")
        for name, text in (("safe_contact", "0612345678"), ("evidence", "SIG-2026-901")):
            keys.to(f"#{name}")
            page.keyboard.type(text)
        keys.to("main form button.now")
        keys.press("Enter")
        page.wait_for_url("**/spoed/verstuurd/*")
        assert "nog 2" in page.inner_text("main")
        page.close()
    assert keys.pressed <= MOST, f"{keys.pressed} keys"
