"""A request page by page, as its requester fills it in: about an invented facilitator, to a landlord."""

from gateway.config.clock import utc_now
from gateway.model.calendar import local_day
from tests.end_to_end.flows.hands import Hand

DUDOK = "Dudok Wonen (voorbeeld)"
FACTS = {
    "Is de betrokkene jonger dan 18 jaar?": "Nee",
    "Is de overtreding vastgesteld?": "Ja",
    "Is de betrokkene sekswerker?": "Nee",
}
DOCUMENT = "Op welk document staat dit?"
NEXT = "Bewaren en verder"


def choose(hand: Hand, recipient: str, ground: str, purpose: str, role: str) -> None:
    """Say to whom, why, and over whom; from the menu."""
    hand.follow("Nieuw verzoek", within="Hoofdmenu")
    hand.choose("Ontvanger", recipient)
    hand.choose("Op welke grond?", ground)
    hand.choose("Met welk doel? Het doel hoort bij de grond.", purpose)
    hand.choose("Rol van betrokkene 1", role)
    hand.press("Verder")


def begin(hand: Hand) -> None:
    """Begin a request to a landlord."""
    choose(hand, DUDOK, "illegaal sekswerk", "herhaling voorkomen", "facilitator (stelt de woning beschikbaar)")


def tell_case(hand: Hand, case: str) -> None:
    """Say which case and which dwelling, and what was found."""
    hand.fill("Zaaknummer", case)
    hand.fill("Postcode", "1299ZA", within="Adres van de woning")
    hand.fill("Huisnummer", "14", within="Adres van de woning")
    hand.choose("Bevinding (neutrale code)", "bedrijf zonder vergunning")
    hand.press(NEXT)


def state(hand: Hand, question: str, answer: str) -> None:
    """State a fact with its document and date."""
    hand.tick(answer, within=question)
    hand.fill(DOCUMENT, "report RVB-2026-501", within=question)
    hand.date(local_day(utc_now()), within=question)


def to_check(hand: Hand, case: str, facts: dict[str, str] | None = None) -> None:
    """Make a request up to its check."""
    begin(hand)
    tell_case(hand, case)
    for question, answer in (FACTS if facts is None else facts).items():
        state(hand, question, answer)
    hand.press(NEXT)
    hand.choose("Waar komen deze gegevens vandaan?", "Eigen waarneming van het team")
    hand.press(NEXT)


def submit(hand: Hand, case: str, facts: dict[str, str] | None = None) -> str:
    """Make and submit a request; return the path of its page."""
    to_check(hand, case, facts)
    hand.press("Indienen")
    return hand.path()
