"""What may not be shared: why, what can be done instead, and a rule that nobody made."""

import pytest

from gateway.config.clock import utc_now
from gateway.model.calendar import local_day
from tests.end_to_end.flows import requests
from tests.end_to_end.flows.hands import Hand, Keyboard

pytestmark = pytest.mark.browser

LETTER = "Maak een conceptbrief aan de eigenaar"


def test_a_refused_request_says_why_and_leads_to_the_letter(hand: Hand) -> None:
    """The rule, its law and the ways; one of them is the letter to the owner, which opens as a PDF."""
    hand.sign_in("Sanne")
    requests.submit(hand, hand.case("Z", 521), requests.FACTS | {"Is de overtreding vastgesteld?": "Nee"})
    first = hand.text("section.refused")
    assert "(regel WC-1)" in first
    assert "AVG art. 6 lid 1 onder e" in hand.told("Wet")
    assert "Meld het meteen bij AVIM" in first
    assert "14 035" in first
    assert "Wat wel kan:" not in hand.text("main"), "a heading without its list"
    hand.follow(LETTER)
    hand.tick("Voornemen: u vraagt de eigenaar eerst om een reactie")
    hand.fill("Postcode", "1299ZA", within="Adres van de woning")
    hand.fill("Huisnummer", "14", within="Adres van de woning")
    hand.press("Maak het concept")
    with hand.page.expect_download() as coming:
        hand.press("Haal de brief op (PDF)", leaves=False)
    assert coming.value.path().read_bytes().startswith(b"%PDF-")
    assert "1299" not in coming.value.suggested_filename + hand.page.url + hand.page.title()


def test_a_rule_that_nobody_made_is_asked_for_and_answered(hand: Hand) -> None:
    """One click to the privacy officer, who sees no case and answers; the requester sees the answer on the overview."""
    role = "huisgenoot" if isinstance(hand, Keyboard) else "klant"
    hand.sign_in("Sanne")
    requests.choose(hand, requests.DUDOK, "illegaal sekswerk", "herhaling voorkomen", role)
    assert "Hier kan niets worden gedeeld" in hand.text("h1")
    with hand.page.context.expect_page() as opened:
        hand.press("Vraag de privacy officer om een regel (nieuw tabblad)", leaves=False)
    assert "Uw vraag ligt bij de privacy officer" in opened.value.locator("main").inner_text()
    opened.value.close()

    name = f"woningcorporatie, illegaal sekswerk, {role}"
    hand.sign_in("Otto")
    hand.follow("Ontbrekende regels", within="Hoofdmenu")
    asked = hand.page.locator("main li", has=hand.page.get_by_role("heading", name=name))
    assert "Sanne" not in asked.inner_text()
    hand.mark(asked.get_by_role("radio", name="Gebruik een andere weg"))
    with hand.page.expect_navigation():
        hand.work(asked.get_by_role("button"))
    assert "Uw antwoord is vastgelegd" in hand.text("main")

    hand.sign_in("Sanne")
    answers = hand.page.get_by_role("region", name="Antwoord van de privacy officer").inner_text()
    assert f"{name}: Gebruik een andere weg" in answers


def test_a_report_is_taken_over_on_a_control_day(hand: Hand) -> None:
    """A pasted report becomes an incident; a request from it has its numbers and codes without typing them again."""
    case = hand.case("Z", 531)
    report = (
        f"rapport: RVB-2026-531\ndatum: {local_day(utc_now())}\nzaak: {case}\nadres: 1299ZA 14\nfinding_code: GEB-1"
    )
    hand.sign_in("Sanne")
    hand.follow("Controledag", within="Hoofdmenu")
    hand.fill("Plak of typ het rapport", f"{report}\nbetrokkene: facilitator\nfeiten: illegality_established")
    hand.press("Overnemen")
    assert hand.text("h1") == "Rapport RVB-2026-531"
    hand.choose("Ontvanger", requests.DUDOK)
    hand.choose("Op welke grond?", "illegaal sekswerk")
    hand.choose("Met welk doel?", "herhaling voorkomen")
    hand.tick("Betrokkene 1: facilitator (stelt de woning beschikbaar)")
    hand.press("Begin het verzoek")
    assert hand.one("textbox", "Zaaknummer").input_value() == case
    assert hand.one("textbox", "Postcode", "Adres van de woning").input_value() == "1299ZA"
    hand.press(requests.NEXT)
    hand.tick("Ja", within="Is de overtreding vastgesteld?")
    paper = hand.one("textbox", requests.DOCUMENT, "Is de overtreding vastgesteld?")
    assert "RVB-2026-531" in paper.input_value()
    for question in ("Is de betrokkene jonger dan 18 jaar?", "Is de betrokkene sekswerker?"):
        requests.state(hand, question, "Nee")
    hand.press(requests.NEXT)
    hand.choose("Waar komen deze gegevens vandaan?", "Eigen waarneming van het team")
    hand.press(requests.NEXT)
    hand.press("Indienen")
    assert "Wacht op goedkeuring" in hand.told("Uitkomst")
