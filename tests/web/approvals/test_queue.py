"""The queue: what waits for whom, since when, and what to look at; from the page to the sealed recall."""

import datetime as dt
import json
import re

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.model.notices import MessageKind
from gateway.model.views import DisclosureView, PartState
from gateway.pipeline import queue
from tests.conftest import NOON, SetClock
from tests.web.approvals.conftest import BRAM, FLEUR, MERYEM, OTTO, SANNE, Browser, place, shown

QUEUE = "/goedkeuringen/"


def ids(html: str) -> list[str]:
    """Return the requests of the page's cards, in order."""
    return re.findall(r'<h3><a href="/verstrekkingen/([0-9a-f]{32})">', html)


def test_the_queue_shows_to_each_what_waits_and_why_not_by_them(
    browser: Browser, waiting: DisclosureView, advised: DisclosureView, urgent: DisclosureView
) -> None:
    """Reviews first; one's own request and what waits for advice are there, and say why; a role's own only."""
    mine, others = shown(browser(BRAM), QUEUE).split("Wacht op een ander")[0], shown(browser(SANNE), QUEUE)
    assert ids(mine) == [urgent.id, waiting.id]
    assert "Wacht op u" in others
    own = others.split("Wacht op een ander")[1]
    assert ids(own) == [urgent.id, waiting.id]
    assert own.count("U mag uw eigen verzoek niet beoordelen.") == 2
    manager = shown(browser(MERYEM), QUEUE)
    assert ids(manager.split("Wacht op een ander")[1]) == [advised.id]
    assert "Eerst moet het advies van de FG er zijn." in manager
    assert ids(shown(browser(FLEUR), QUEUE)) == [advised.id]
    assert ids(shown(browser(OTTO), QUEUE)) == []


def test_a_queue_that_does_not_fit_says_so_and_shows_what_must_be_first(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, waiting: DisclosureView, urgent: DisclosureView
) -> None:
    """Nothing is left out in silence."""
    assert "Er wacht meer dan hier past." not in shown(browser(BRAM), QUEUE)
    monkeypatch.setattr(queue, "MOST", 1)
    html = shown(browser(BRAM), QUEUE)
    assert "Er wacht meer dan hier past." in html
    assert ids(html) == [urgent.id]


def test_the_queue_tells_age_deadline_and_risk_in_words(
    gateway: Gateway, browser: Browser, clock: SetClock, waiting: DisclosureView, urgent: DisclosureView
) -> None:
    """Hours left of a review, hours that something waits; risks are of what leaves, each explained, never a score."""
    clock.now = NOON + dt.timedelta(hours=5)
    html = shown(browser(BRAM), QUEUE)
    for told in ("Nog 19 uur", "Wacht 5 uur.", "Al verstuurd", "Meer dan één betrokkene", "Kijk bij ieder apart"):
        assert told in html, told
    clock.now = NOON + dt.timedelta(hours=26)
    html = shown(browser(BRAM), QUEUE)
    assert "Te laat: al 2 uur" in html
    assert html.index("Te laat") < html.index("Wacht 1 dag.")
    for secret in (waiting.case_ref, urgent.case_ref, "Sanne", "score"):
        assert secret not in html.partition("<main")[2]


def test_names_police_data_a_landlord_and_a_change_after_a_refusal_are_told(gateway: Gateway, browser: Browser) -> None:
    """What a private landlord would read, and what differs from what was refused."""
    refused = gateway.team.submit(
        json.dumps(cases.landlord(NOON.date(), 7, illegality_established="unknown")).encode(), SANNE
    )
    assert not refused.parts
    again = cases.landlord_too_much(NOON.date(), 7) | {"idempotency_key": "another-request-7"}
    gateway.team.submit(json.dumps(again).encode(), SANNE)
    letter = gateway.team.submit(json.dumps(cases.landlord_by_letter(NOON.date(), 8)).encode(), SANNE)
    assert letter.parts
    html = shown(browser(BRAM), QUEUE)
    assert "Naar een particuliere verhuurder" in html
    assert "Gewijzigd na een weigering" in html
    assert "Wacht 1 minuut" in html


def test_a_negative_review_on_the_page_recalls_the_message_with_a_sealed_one(
    gateway: Gateway, browser: Browser, urgent: DisclosureView
) -> None:
    """From the queue to the partner's inbox: the recall is there, and the requester's own review is refused."""
    part = urgent.parts[0]
    gateway.partners.envelope("avim", str(part.message_id), now=NOON)
    own = browser(SANNE).post(f"{place(urgent)}/beoordelen", data={"review": "good"})
    assert own.status_code == 403
    assert ids(shown(browser(BRAM), QUEUE)) == [urgent.id]
    assert browser(BRAM).post(f"{place(urgent)}/beoordelen", data={"review": "bad"}).status_code == 303
    after = gateway.team.follow(urgent.id, SANNE).parts
    assert after[0].state is PartState.RECALLED
    assert [(one.kind, one.about) for one in after[1:]] == [(MessageKind.RECALL, part.message_id)]
    sealed = gateway.partners.envelope("avim", str(after[1].message_id), now=NOON)
    assert sealed.message.count(".") == 4  # a compact JWE
    assert ids(shown(browser(BRAM), QUEUE)) == []
