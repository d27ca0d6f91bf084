"""A private landlord opens his message on a phone: from the letter on the team's page to the signed receipt."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import BrowserContext, Page

from gateway.config.clock import utc_now
from gateway.demo import cases
from gateway.demo.server import free_port, running
from gateway.demo.setting import DEMO_PEOPLE, fresh_partners
from gateway.demo.staff import Desk
from gateway.model.terms import items, members
from tests.machine import need
from tests.page.browser import chromium
from tests.pipeline.a_link import other

SANNE, BRAM, *_ = DEMO_PEOPLE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one demo gateway."""
    return tmp_path_factory.mktemp("pickup") / "home"


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """Run the gateway."""
    need("chromium")
    partners = fresh_partners(home, utc_now().date())
    with running(home, port=free_port(), environ={"GATEWAY_PARTNERS": str(partners)}) as url:
        yield url


class Phone:
    """A phone with its own memory; it keeps what was asked of the network and what the browser complained of."""

    def __init__(self, context: BrowserContext) -> None:
        """Open one page."""
        self.context = context
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Open another page on the same phone."""
        page = self.context.new_page()
        page.on("request", lambda request: self.asked.append(f"{request.method} {request.url} {request.post_data}"))
        page.on("console", lambda message: self.complaints.append(message.text))
        return page

    def scan(self, link: str) -> None:
        """Open the link of the QR code."""
        self.page.goto(link)

    def enter(self, code: str) -> str:
        """Type a code and press the button; return what the page says."""
        self.page.fill("#code", code)
        self.page.click("#open")
        self.page.wait_for_selector("#outcome.good, #outcome.errors")
        return self.page.inner_text("#outcome")


@pytest.fixture
def phone() -> Iterator[Phone]:
    """Return a phone, and fail on anything that a content security policy blocked."""
    with chromium() as browser:
        phone = Phone(browser.new_context(viewport={"width": 360, "height": 780}))
        yield phone
    assert [text for text in phone.complaints if "Content Security Policy" in text] == []


class Posted:
    """A letter in the post, and the code that the landlord hears by telephone."""

    def __init__(self, site: str, number: int) -> None:
        """Ask, approve, and press both buttons."""
        sanne, bram = Desk(site, SANNE), Desk(site, BRAM)
        self.sanne = sanne
        _, told = sanne.send("", cases.landlord_by_letter(utc_now().date(), number))
        part = members(items(told["parts"])[0])
        self.id, digest = str(told["id"]), str(part["digest"])
        status, _ = bram.send(f"/{self.id}/approval", {"part": part["id"], "digest": digest})
        assert status == 200
        self.buttons = f"/verstrekkingen/{self.id}/onderdelen/{part['id']}"
        letter = sanne.ask(f"{self.buttons}/brief")
        assert letter.headers["Content-Type"] == "application/pdf"
        words = pypdf.PdfReader(io.BytesIO(letter.content)).pages[0].extract_text()
        found = re.search(rf"{re.escape(site)}/ophalen\s*#([\w-]{{43}})", words)
        assert found is not None
        self.fragment = found[1]
        self.link = f"{site}/ophalen#{self.fragment}"
        shown = re.search(r"<strong>(\d{4}) (\d{4})</strong>", sanne.ask(f"{self.buttons}/code").text)
        assert shown is not None
        self.code = shown[1] + shown[2]

    def part(self) -> dict[str, object]:
        """Return the part as Sanne sees it now."""
        return dict(members(items(self.sanne.look(self.id)["parts"])[0]))


def test_a_landlord_opens_his_message_once_on_a_phone(site: str, home: Path, phone: Phone, tmp_path: Path) -> None:
    """Wrong code, right code, content, receipt; a second time it is shut, and the secret was sent nowhere."""
    posted = Posted(site, 501)
    phone.scan(posted.link)
    assert phone.page.evaluate("location.href") == f"{site}/ophalen"
    assert phone.page.evaluate("history.length") <= 2
    phone.page.screenshot(path=str(tmp_path / "vraag.png"), full_page=True)
    assert "8 cijfers" in phone_says(phone, "12")
    assert "opent niet" in phone.enter(other(posted.code))
    assert "Dit is het bericht" in phone.enter(f"{posted.code[:4]} {posted.code[4:]}")
    phone.page.get_by_text("dat u het hebt geopend").wait_for()
    content = phone.page.inner_text("#message")
    assert "1299ZC 7" in content
    assert "gebruik in strijd met de bestemming" in content
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.page.screenshot(path=str(tmp_path / "bericht.png"), full_page=True)
    phone.page.get_by_role("button", name="English").click()
    assert "This is the message" in phone.page.inner_text("#outcome")
    receipts = items(posted.part()["receipts"])  # type: ignore[arg-type]  # JSON as it came
    assert [members(receipt)["state"] for receipt in receipts] == ["opened"]
    phone.scan("about:blank")
    phone.scan(posted.link)
    assert "opent niet" in phone.enter(posted.code)
    assert posted.fragment not in "".join(phone.asked)
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert posted.fragment.encode() not in kept
    assert posted.code.encode() not in kept


def phone_says(phone: Phone, code: str) -> str:
    """Type what has not the form of a code; return what the page says without asking anybody."""
    before = len(phone.asked)
    phone.page.fill("#code", code)
    phone.page.click("#open")
    assert len(phone.asked) == before
    return phone.page.inner_text("#outcome")


def test_a_preview_or_a_look_uses_nothing_up(site: str, phone: Phone) -> None:
    """Ten GETs later the link opens; the page itself asks for nothing but itself."""
    posted = Posted(site, 502)
    for _ in range(10):
        phone.scan(posted.link)
        phone.scan("about:blank")
    assert {asked.split()[0] for asked in phone.asked} == {"GET"}
    phone.scan(posted.link)
    assert "Dit is het bericht" in phone.enter(posted.code)


def test_a_connection_that_drops_costs_nothing(site: str, phone: Phone) -> None:
    """The answer is lost on the way: the same browser fetches again, also on a new page."""
    posted = Posted(site, 503)
    phone.page.route("**/bericht", lambda route: (route.fetch(), route.abort())[1])
    phone.scan(posted.link)
    phone.page.fill("#code", posted.code)
    phone.page.click("#open")
    phone.page.get_by_text("Er is geen verbinding").wait_for()
    phone.page = phone.new_page()
    phone.scan(posted.link)
    assert "Dit is het bericht" in phone.enter(posted.code)


def test_a_letter_that_came_to_another_is_answered_without_a_code(site: str, phone: Phone, tmp_path: Path) -> None:
    """One button; the message is voided and the link shut."""
    posted = Posted(site, 504)
    phone.scan(posted.link)
    phone.page.get_by_role("button", name="Deze brief is niet voor mij").click()
    phone.page.get_by_text("Dank u").wait_for()
    assert posted.part()["state"] == "voided"
    phone.page.screenshot(path=str(tmp_path / "niet-voor-mij.png"), full_page=True)


def test_half_a_link_says_so(site: str, phone: Phone) -> None:
    """Whoever typed it over and forgot a letter is told, and nothing is asked."""
    for link in (f"{site}/ophalen", f"{site}/ophalen#AAEC"):
        phone.scan("about:blank")
        phone.scan(link)
        phone.page.get_by_text("lacks a part of the link").or_(
            phone.page.get_by_text("heeft een deel van de link niet")
        ).wait_for()
    assert {asked.split()[0] for asked in phone.asked} == {"GET"}
