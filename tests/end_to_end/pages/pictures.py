"""Makes the pictures in docs/ of the main pages, from a demo gateway of its own: `make pictures`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from gateway.config.clock import utc_now
from gateway.demo.server import free_port, running
from gateway.demo.setting import fresh_partners
from gateway.web.language import COOKIE, SOURCE
from tests.end_to_end.pages.register import pages
from tests.end_to_end.pages.visit import Visit, make, sign_in
from tests.page.browser import chromium

SHOWN = {
    "overview": "overview",
    "urgent, first question": "urgent",
    "follow, to approve": "approve",
    "nothing can be shared": "refusal",
    "inbox": "inbox",
}
"""Entries of the register, each with the name of its picture's file."""
SIZES = ((360, 740), (1280, 800))


def draw(browser: Browser, site: str, home: Path, into: Path) -> None:
    """Write one picture of each page at each size."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_cookies([{"name": COOKIE, "value": SOURCE, "url": site}])
    visit = Visit(context.new_page(), site, SOURCE, make(site), home)
    for entry in pages():
        if entry.name in SHOWN:
            sign_in(visit, entry.who)
            entry.go(visit)
            for width, height in SIZES:
                visit.page.set_viewport_size({"width": width, "height": height})
                visit.page.screenshot(path=str(into / f"{SHOWN[entry.name]}-{width}.png"))
    context.close()


def main(into: Path) -> None:
    """Start a demo, draw, and stop it."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        partners = fresh_partners(home, utc_now().date())
        with (
            running(home, port=free_port(), environ={"GATEWAY_PARTNERS": str(partners)}) as site,
            chromium() as browser,
        ):
            draw(browser, site, home, into)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
