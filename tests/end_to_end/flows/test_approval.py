"""Whoever judges a request: asking back, refusing with a reason, and a deputy while somebody is away."""

import datetime as dt

import pytest

from gateway.config.clock import utc_now
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.demo.staff import Desk
from gateway.model.calendar import local_day
from tests.end_to_end.flows.hands import Hand

pytestmark = pytest.mark.browser

SANNE, *_ = DEMO_PEOPLE
HELP = "Een nieuw verzoek met minder gegevens"


def waiting(hand: Hand, number: int) -> str:
    """Submit a request of Sanne's that waits for a colleague; return its path. (test_request.py makes one by hand.)"""
    desk = Desk(hand.site, SANNE)
    _, made = desk.send("", cases.landlord(utc_now().date(), hand.series * 1000 + number))
    desk.close()
    return f"/verstrekkingen/{made['id']}"


def queue(hand: Hand, who: str, request: str) -> None:
    """Sign in and open a request from the queue."""
    hand.sign_in(who)
    hand.follow("Goedkeuringen", within="Hoofdmenu")
    hand.open(request)


def test_a_colleague_asks_back_and_refuses_and_the_requester_reads_why(hand: Hand) -> None:
    """The question, the answer, the refusal with its reason and what would help; the requester can begin again."""
    request = waiting(hand, 541)
    queue(hand, "Bram", request)
    hand.follow("Iets vragen over onderdeel 1")
    hand.tick("Waarom heeft de ontvanger deze gegevens nodig?")
    hand.press("Vraag stellen")

    queue(hand, "Sanne", request)
    hand.follow("Vraag over onderdeel 1 beantwoorden")
    assert "Waarom heeft de ontvanger deze gegevens nodig?" in hand.text("main")
    hand.tick("Zie de toelichting")
    hand.fill("Toelichting", "De corporatie spreekt haar huurder aan.")
    hand.press("Antwoord geven")

    queue(hand, "Bram", request)
    assert "De corporatie spreekt haar huurder aan." in hand.text(".said")
    hand.follow("Onderdeel 1 weigeren")
    hand.tick("Er gaat meer naar de ontvanger dan nodig is")
    hand.tick(HELP)
    hand.press("Onderdeel weigeren")

    hand.sign_in("Sanne")
    hand.open(request)
    said = hand.text(".said")
    assert "Er gaat meer naar de ontvanger dan nodig is" in said
    assert HELP in said
    hand.follow("Nieuw verzoek doen")
    assert "aan wie en waarom" in hand.text("h1")


def test_a_deputy_is_named_and_agrees(hand: Hand) -> None:
    """The manager names a colleague from today on; the colleague agrees; that holds, until it is ended."""
    today = local_day(utc_now())
    hand.sign_in("Bram")
    hand.follow("Goedkeuringen", within="Hoofdmenu")
    hand.follow("Vervanging bij afwezigheid")
    mark = hand.text("main code")

    hand.sign_in("Meryem")
    hand.follow("Goedkeuringen", within="Hoofdmenu")
    hand.follow("Vervanging bij afwezigheid")
    hand.choose("Welke rol vervangt uw collega?", "Gemandateerd manager")
    hand.fill("Kenmerk van uw vervanger", mark)
    hand.date(today, within="Eerste dag")
    hand.date(today + dt.timedelta(days=7), within="Laatste dag")
    hand.press("Noem deze vervanger")
    assert "moet nog akkoord gaan" in hand.text("main .cards")

    hand.sign_in("Bram")
    hand.follow("Goedkeuringen", within="Hoofdmenu")
    hand.follow("Vervanging bij afwezigheid")
    with hand.page.expect_navigation():
        hand.work(hand.page.get_by_role("button", name="Ik vervang"))
    assert hand.text("main li:has(button.stop) .tag") == "geldt"
    with hand.page.expect_navigation():
        hand.work(hand.page.get_by_role("button", name="Stop deze vervanging"))
    assert not hand.page.locator("main .tag", has_text="geldt").count()
