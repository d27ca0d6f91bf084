"""A request from its first question to the verified log: its requester, a colleague, and the privacy officer."""

import re

import pytest

from tests.end_to_end.flows import requests
from tests.end_to_end.flows.hands import Hand

pytestmark = pytest.mark.browser

DIGEST = "main .message + p code"
"""Where the number under a message stands, on the check and on the approver's page."""


def test_what_is_checked_is_what_is_approved_and_logged(hand: Hand) -> None:
    """Page by page to the check; the same digest on the approver's page; approved from the queue; the log in order."""
    hand.sign_in("Sanne")
    requests.to_check(hand, hand.case("Z", 501))
    assert hand.path().endswith("/controle")
    assert "1299ZA 14" in hand.text("main .message")
    checked = hand.text(DIGEST)
    assert checked.startswith("sha256:")
    hand.press("Indienen")
    request = hand.path()
    assert request.startswith("/verstrekkingen/")
    assert not hand.offers("button", "Onderdeel 1 goedkeuren"), "one's own request"

    hand.sign_in("Bram")
    hand.follow("Goedkeuringen", within="Hoofdmenu")
    hand.open(request)
    assert hand.text(DIGEST) == checked
    hand.press("Onderdeel 1 goedkeuren")
    assert "Klaar voor de ontvanger" in hand.text("main")
    assert not hand.offers("button", "Toestemming is ingetrokken"), "no consent was asked"
    line = hand.told("Verstrekking in het logboek").removeprefix("regel ")

    hand.sign_in("Otto")
    hand.follow("Logboek", within="Hoofdmenu")
    hand.press("Controleer het hele logboek")
    assert "Het logboek klopt" in hand.text("main")
    assert hand.page.get_by_role("row", name=re.compile(rf"^{line} ")).filter(has_text="Verstrekking").count() == 1
