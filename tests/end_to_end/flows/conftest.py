"""One demo gateway and one browser per module; each flow by keyboard on a phone and by pointer on a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from gateway.config.clock import utc_now
from gateway.demo.server import free_port, running
from gateway.demo.setting import fresh_partners
from tests.end_to_end.flows.hands import Hand, Keyboard, Pointer
from tests.page.browser import chromium

WAYS: dict[str, tuple[type[Hand], int, int]] = {
    "keyboard at 360": (Keyboard, 360, 740),
    "pointer at 1280": (Pointer, 1280, 800),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one browser for all flows of a module."""
    with chromium() as running_browser:
        yield running_browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the demo gateway, with the partners' own folders."""
    return tmp_path_factory.mktemp("flows") / "home"


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """Run one demo gateway, with the land registry asked today, for all flows of a module."""
    partners = fresh_partners(home, utc_now().date())
    with running(home, port=free_port(), environ={"GATEWAY_PARTNERS": str(partners)}) as url:
        yield url


@pytest.fixture(params=list(WAYS))
def hand(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Hand]:
    """Open a window of its own; at the end the content security policy may have blocked nothing."""
    kind, width, height = WAYS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield kind(page, site)
    context.close()
    assert [text for text in complaints if "Failed to load resource" not in text] == []
