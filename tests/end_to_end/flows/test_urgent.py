"""What cannot wait: 'Ik vermoed uitbuiting' in three questions, a call entered afterwards, and who looks at it then."""

import re
from pathlib import Path

import pytest

from gateway.config.clock import utc_now
from gateway.demo.partners import Kit
from gateway.model.calendar import local_day
from tests.end_to_end.flows.hands import Hand, Keyboard

pytestmark = pytest.mark.browser

MOST = 60
"""Keys from the menu to the message, besides the text that is typed: a Tab or Space takes a quarter of a second."""
CLOCK = re.compile(r"nog 2[34] uur")
RIGHT, WRONG = "Het was terecht", "Het was niet terecht: roep het bericht terug"


def hand_over(hand: Hand) -> str:
    """Hand a suspicion over to AVIM; return the path of the request."""
    hand.sign_in("Sanne")
    hand.follow("Ik vermoed uitbuiting")
    hand.tick("Mogelijk slachtoffer")
    hand.tick("Kan niet vrij gaan en staan")
    hand.press("Verder")
    hand.fill("Veilig telefoonnummer", "0612345678")
    hand.fill("Nummer van het document", hand.case("SIG", 901))
    hand.press("Verstuur nu naar AVIM (voorbeeld)")
    if isinstance(hand, Keyboard):
        assert hand.pressed <= MOST, f"{hand.pressed} keys"
    assert "Verstuurd naar AVIM" in hand.text("h1")
    assert re.fullmatch(r"regel \d+", hand.told("In het logboek"))
    assert CLOCK.search(hand.text(".clock"))
    assert "0612345678" not in hand.page.url + hand.page.title()
    return hand.path().replace("/spoed/verstuurd/", "/verstrekkingen/")


def review(hand: Hand, request: str, verdict: str) -> None:
    """Look at it afterwards as a colleague, from the overview."""
    hand.sign_in("Bram")
    hand.open(request)
    hand.tick(verdict)
    hand.press("Controle vastleggen")


def test_a_suspicion_is_handed_over_in_three_questions_and_found_right(hand: Hand) -> None:
    """Few keys; the page has the log line and the clock; never by who sent it; a colleague says that it was right."""
    request = hand_over(hand)
    hand.follow("Alles over dit verzoek")
    assert hand.path() == request
    assert not hand.offers("button", "Controle vastleggen")
    review(hand, request, RIGHT)
    assert "Achteraf gecontroleerd: terecht" in hand.text(".timeline")
    assert not hand.offers("button", "Controle vastleggen")


def test_a_suspicion_that_a_colleague_finds_wrong_is_recalled(hand: Hand, home: Path) -> None:
    """AVIM has fetched it; the negative review leaves a message that asks to destroy it, and who sent it reads so."""
    request = hand_over(hand)
    assert Kit(home, "avim").fetch()[0] == 0
    review(hand, request, WRONG)
    hand.sign_in("Sanne")
    hand.page.goto(hand.site + request)
    assert "Achteraf gecontroleerd: niet terecht" in hand.text(".timeline")
    assert "De controle achteraf was negatief" in hand.text(".timeline")
    assert hand.text("#onderdeel-2") == "Onderdeel 2: terugroepbericht"


def test_a_call_is_entered_afterwards_and_reviewed(hand: Hand) -> None:
    """Three questions, only kinds and nothing that was said; the log line; a colleague reviews; the officer sees it."""
    hand.sign_in("Sanne")
    hand.follow("Leg een telefoongesprek vast")
    hand.choose("Met wie", "112 (politie)")
    hand.fill("Tijd van het gesprek", "00:00")
    hand.fill("Zaaknummer", hand.case("Z", 511))
    hand.choose("Waarom", "Acuut gevaar")
    hand.choose("Over wie of wat", "Mogelijk slachtoffer")
    hand.press("Verder")
    hand.tick("Adres van de woning")
    hand.tick("Plaats en tijd")
    danger = "Er is nu gevaar voor iemands leven of veiligheid."
    hand.tick("Ja", within=danger)
    hand.fill("Op welk document staat dit?", "RVB-2026-511", within=danger)
    hand.date(local_day(utc_now()), within=danger)
    hand.press("Leg vast")
    assert "Alles wat u vertelde, mocht volgens het beleid." in hand.text("main")
    assert re.fullmatch(r"regel \d+", hand.told("In het logboek"))
    assert CLOCK.search(hand.text(".clock"))
    told = hand.path()

    hand.sign_in("Bram")
    hand.open(told)
    hand.follow("Kijk mee")
    hand.tick(RIGHT)
    hand.press("Controle vastleggen")
    assert "Achteraf gecontroleerd: terecht" in hand.text(".timeline")

    hand.sign_in("Fleur")
    hand.follow("Telefoongesprekken")
    hand.open(told)
    assert "Een collega heeft meegekeken." in hand.text("main")
