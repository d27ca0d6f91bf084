"""One browser window at a demo gateway, and what an entry of the register may use to get to its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from gateway.config.clock import utc_now
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.demo.staff import Desk
from gateway.model.terms import items, members
from tests.page.browser import press

SANNE, BRAM, *_ = DEMO_PEOPLE


@dataclass(frozen=True, slots=True)
class Made:
    """Requests that stand ready in the demo gateway, as parts of addresses."""

    waiting: str
    """A request of Sanne's that waits for a colleague."""
    posted: str
    """A released request of hers to a private landlord, by letter."""
    posted_part: str
    urgent: str
    """A hand-over to AVIM."""
    asked: str
    """A request of hers about which a colleague asked something."""


def make(site: str) -> Made:
    """Submit what the entries need; the demo's own requests are there as well."""
    today = utc_now().date()
    sanne, bram = Desk(site, SANNE), Desk(site, BRAM)
    _, waiting = sanne.send("", cases.landlord(today, 601))
    _, posted = sanne.send("", cases.landlord_by_letter(today, 602))
    part = members(items(posted["parts"])[0])
    bram.send(f"/{posted['id']}/approval", {"part": part["id"], "digest": part["digest"]})
    _, urgent = sanne.send("", cases.urgent(today, 603, "protect_victim"))
    _, asked = sanne.send("", cases.landlord(today, 604))
    place = f"/verstrekkingen/{asked['id']}/onderdelen/{members(items(asked['parts'])[0])['id']}"
    bram.press(f"{place}/vragen", {"reasons": "need"})
    for desk in (sanne, bram):
        desk.close()
    return Made(str(waiting["id"]), str(posted["id"]), str(part["id"]), str(urgent["id"]), str(asked["id"]))


@dataclass(frozen=True, slots=True)
class Visit:
    """A window in one language. An entry leaves it on the page that it is about; words on the page may be in either."""

    page: Page
    site: str
    language: str
    made: Made
    home: Path
    rendered: Mapping[str, Callable[[str], str]] = field(default_factory=dict)

    def to(self, path: str) -> None:
        """Go to a page of the gateway."""
        self.page.goto(self.site + path)

    def send(self, selector: str = "main form") -> None:
        """Press the last button of the first form that this selector names: it is the one that sends it."""
        press(self.page.locator(selector).first.locator("button").last)

    def post(self, path: str) -> None:
        """Press the button of a form with this address on the page that is open."""
        self.send(f'form[action="{path}"]')


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: which view shows it (its endpoint), who looks (a name of the demo), and how one gets there."""

    name: str
    shows: str
    who: str
    go: Callable[[Visit], None]
    last: bool = False
    """It changes what other pages show, so it is walked after them."""


def at(path: str) -> Callable[[Visit], None]:
    """Return the way to a page that an address is enough for."""
    return lambda visit: visit.to(path)


def sign_in(visit: Visit, who: str) -> None:
    """Sign in as an invented person; the names are the same in every language."""
    visit.to("/aanmelden")
    press(visit.page.get_by_role("button", name=who))
