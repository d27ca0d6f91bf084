"""A real Chromium, mostly without a network, and the partner's folder on a disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright

from gateway.crypto.cosignatures import Cosigner
from gateway.log.envelope import Envelope
from gateway.model.terms import Json
from tests.machine import FLAGS, need, program
from tests.partner.envelopes import MESSAGE, NOW, World, an_envelope, write_folder

WITNESS = Cosigner.generate("witness.example")
OWN = ("file:", "blob:", "about:", "data:")  # addresses that leave no machine


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium."""
    need("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield browser
        browser.close()


def press(what: Locator) -> None:
    """Press what leads to another page, and be there: a click alone may end while the old page still stands."""
    with what.page.expect_navigation():
        what.click()


def distant(page: Page, *, milliseconds: int) -> None:
    """Make every answer come later: who looks at a page before it is there is then found each time, not by chance."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    rest = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", {"latency": milliseconds, **rest})


@dataclass(frozen=True)
class Offline:
    """A page in a browser whose network is cut, with every address that it asked for all the same, and complaints."""

    page: Page
    asked: list[str]
    complaints: list[str]


@contextmanager
def offline(browser: Browser, *, width: int = 1280, scheme: str = "light") -> Iterator[Offline]:
    """Open an empty page at NOW; at the end nothing may have been asked of a network, and nothing be complained of."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        accept_downloads=True,
        offline=True,
    )
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    asked: list[str] = []
    complaints: list[str] = []

    def stop(route: Route) -> None:
        if route.request.url.startswith(OWN):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", stop)
    context.on("request", lambda request: None if request.url.startswith(OWN) else asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(20_000)
    yield Offline(page, asked, complaints)
    context.close()
    assert (asked, complaints) == ([], [])


def seen(envelope: Envelope) -> Envelope:
    """Return the envelope with the word of a witness under its checkpoint."""
    text = envelope.proof.partition("\n\n")[2].partition("\n\n")[0] + "\n"
    return replace(envelope, proof=envelope.proof + WITNESS.cosign(text, NOW))


def fill(folder: Path, world: World, claims: dict[str, Json] | None = None, envelope: Envelope | None = None) -> Path:
    """Write the partner's folder, which asks for a witness, and a message in it; return the message's file."""
    write_folder(world, folder)
    (folder / "trust.policy").write_text(f"log {world.log.vkey}\nwitness w {WITNESS.vkey}\nquorum w\n")
    file = folder / f"{MESSAGE}.json"
    file.write_text((envelope or seen(an_envelope(world, claims))).to_json())
    return file


def files(folder: Path) -> list[Path]:
    """Return all that a person chooses in one go."""
    return [path for path in folder.iterdir() if path.suffix != ".html"]
