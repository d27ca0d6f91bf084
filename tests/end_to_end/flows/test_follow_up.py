"""What happens after a message left: its timeline, taking it back, correcting it, consent withdrawn; and bad input."""

from pathlib import Path

import pytest

from gateway.config.clock import utc_now
from gateway.demo import cases
from gateway.demo.partners import Kit
from gateway.demo.setting import DEMO_PEOPLE
from gateway.demo.staff import Desk
from tests.end_to_end.flows import requests
from tests.end_to_end.flows.hands import Hand, Keyboard

pytestmark = pytest.mark.browser

SANNE, *_ = DEMO_PEOPLE
CORRECT, RECALL = "Gegevens verbeteren van onderdeel 1", "Terugroepen van onderdeel 1"
PHONE = "Veilig telefoonnummer"


def helped(hand: Hand, home: Path, number: int, *, opened: bool) -> str:
    """Send help to somebody with consent, by API; return the path of the request. Its recipient may have opened it."""
    desk = Desk(hand.site, SANNE)
    _, made = desk.send("", cases.help_with_consent(utc_now().date(), hand.series * 1000 + number, "offer_help"))
    desk.close()
    hand.sign_in("Sanne")
    hand.open(f"/verstrekkingen/{made['id']}")
    if opened:
        kit = Kit(home, "belle")
        assert kit.fetch()[0] == 0
        assert kit.receipt(kit.inbox / f"{hand.told('Bericht')}.json", "opened")[0] == 0
        hand.page.reload()
    return hand.path()


def test_what_was_opened_is_corrected_and_then_recalled(hand: Hand, home: Path) -> None:
    """The timeline tells each step; a correction asks for its number and keeps what was typed; a recall asks why."""
    helped(hand, home, 551, opened=True)
    for step in ("Ingediend en beslist", "Verzegeld en vastgelegd", "Opgehaald", "De ontvanger bevestigt: geopend"):
        assert step in hand.text(".timeline")
    hand.follow(CORRECT)
    hand.fill(PHONE, "0612345679")
    hand.press("Verbetering versturen")
    assert hand.page.title().startswith("Fout:")
    assert hand.one("textbox", PHONE).input_value() == "0612345679"
    assert "0612345679" not in hand.page.url + hand.page.title()
    hand.fill("Onder welk nummer is dit vastgelegd?", "AVG-2026-7")
    hand.press("Verbetering versturen")
    assert "verbeter" in hand.text("#onderdeel-2")
    hand.follow(RECALL)
    hand.press("Terugroepen")
    assert hand.page.title().startswith("Fout:")
    hand.tick(hand.text("main fieldset label"))
    hand.press("Terugroepen")
    assert "erug" in hand.text(".timeline")


def test_consent_that_is_withdrawn_voids_what_was_not_fetched(hand: Hand, home: Path) -> None:
    """One press; nothing leaves any more, and the timeline says so."""
    helped(hand, home, 552, opened=False)
    hand.press("Toestemming is ingetrokken")
    assert "Vervallen: niets is gedeeld" in hand.text(".timeline")
    assert not hand.offers("link", RECALL)


def test_bad_input_leads_to_each_field_and_keeps_what_was_typed(hand: Hand) -> None:
    """The summary comes first; its links move the focus to the field; nothing typed is in address or title."""
    hand.sign_in("Sanne")
    requests.begin(hand)
    hand.fill("Zaaknummer", "geheim 0612345678")
    hand.fill("Postcode", "nee", within="Adres van de woning")
    hand.fill("Huisnummer", "14", within="Adres van de woning")
    hand.press(requests.NEXT)
    assert hand.page.title().startswith("Fout")
    assert "0612345678" not in hand.page.url + hand.page.title()
    assert hand.one("textbox", "Zaaknummer").input_value() == "geheim 0612345678"
    assert hand.one("textbox", "Huisnummer", "Adres van de woning").input_value() == "14"
    links = hand.page.locator("main a, main input:not([type=hidden]), main button, main select")
    summary = hand.page.locator("main .errors a")
    assert links.first.evaluate("(one) => one.closest('.errors') !== null"), "something comes before the summary"
    assert summary.count() == 2
    for number in range(summary.count()):
        hand.work(summary.nth(number))
        target = (summary.nth(number).get_attribute("href") or "#")[1:]
        focused = hand.page.evaluate("document.activeElement.id")
        assert focused == target, f"{target} has no focus"
        hand.page.locator("main").evaluate("(main) => main.focus()")
    hand.fill("Zaaknummer", hand.case("Z", 561))
    hand.fill("Postcode", "1299ZA", within="Adres van de woning")
    hand.press(requests.NEXT)
    assert hand.text("h1") == "Wat staat vast?"


@pytest.mark.parametrize("hand", ["keyboard at 360"], indirect=True)
def test_the_skip_link_leads_past_the_menu(hand: Hand) -> None:
    """It is the first thing that a Tab finds, it can be seen then, and the next Tab is past the menu."""
    assert isinstance(hand, Keyboard)
    hand.sign_in("Sanne")
    skip = hand.one("link", "Naar de inhoud")
    hand.to(skip)
    assert hand.pressed == 1
    hand.key("Enter")
    assert hand.page.evaluate("document.activeElement.id") == "inhoud"
    hand.key("Tab")
    assert hand.page.evaluate("document.activeElement.closest('main') !== null")
