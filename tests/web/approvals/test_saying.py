"""Refusing with a reason, asking back, answering and advising, each on a page of its own."""

import json
import re

import pytest
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.model.people import Person
from gateway.model.views import DisclosureView, PartState
from gateway.store.ports import Unit
from tests.web.approvals.conftest import BRAM, FLEUR, MERYEM, OTTO, SANNE, Browser, place, shown

REFUSAL = {"reasons": ["facts", "not_heard"], "helps": ["newer_document"], "text": "Welk rapport is dit?"}


def state(gateway: Gateway, view: DisclosureView) -> PartState:
    """Return how the only part stands."""
    with gateway.tools.store.read() as unit:
        return unit.disclosures.part(view.parts[0].id).state


def newest(gateway: Gateway) -> tuple[str, str, dict[str, object]]:
    """Return type, outcome and detail of the last entry."""

    def read(unit: Unit) -> tuple[str, str, dict[str, object]]:
        leaf, detail, _ = gateway.tools.recorder.read(unit, unit.log.head().size - 1)
        return leaf.type.value, leaf.outcome, dict(detail)

    with gateway.tools.store.read() as unit:
        return read(unit)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, {"#reasons-1", "#helps-1"}),
        ({**REFUSAL, "reasons": "dislike"}, {"#reasons-1"}),
        ({**REFUSAL, "helps": ["nothing", "ask_fg"]}, {"#helps-1"}),
        ({**REFUSAL, "text": "x" * 301}, {"#text"}),
        ({**REFUSAL, "text": "bel 06-12345678"}, {"#text"}),
        ({**REFUSAL, "text": "zie Z-2026-1001"}, {"#text"}),
    ],
)
def test_a_refusal_without_its_reason_or_with_an_identifier_is_not_one(
    gateway: Gateway, browser: Browser, waiting: DisclosureView, sent: dict[str, object], told: set[str]
) -> None:
    """The summary leads to each fault, what was typed stays, and the part waits on. No title or address holds it."""
    if "Z-2026" in str(sent.get("text", "")):
        sent = {**sent, "text": f"zie {waiting.case_ref}"}
    answer = browser(BRAM).post(f"{place(waiting)}/weigeren", data=sent)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert set(re.findall(r'<li><a href="(#[^"]+)">', html)) == told
    assert "Fout" in html.split("</title>")[0]
    if sent.get("text"):
        assert str(sent["text"]) in html
        assert str(sent["text"]) not in html.split("</title>")[0]
    assert state(gateway, waiting) is PartState.WAITING


def test_what_the_request_itself_holds_may_not_stand_in_a_question_or_an_answer(
    browser: Browser, waiting: DisclosureView
) -> None:
    """The postcode of the dwelling alone is no address by its form; here it says which dwelling."""
    (postcode,) = re.findall(r'"postcode": "([^"]+)"', json.dumps(waiting.parts[0].contents))
    sent = {"reasons": "other", "text": f"Hoe zit het met {postcode.lower()}?"}
    assert browser(BRAM).post(f"{place(waiting)}/vragen", data=sent).status_code == 400
    assert browser(BRAM).post(f"{place(waiting)}/vragen", data={**sent, "text": "Hoe zit het?"}).status_code == 303
    assert browser(SANNE).post(f"{place(waiting)}/antwoorden", data={**sent, "reasons": "text"}).status_code == 400


def test_who_was_refused_reads_why_and_what_would_help(
    gateway: Gateway, browser: Browser, waiting: DisclosureView
) -> None:
    """In closed words and one short sentence, with the way forward; the words stand sealed in the log."""
    html = shown(browser(BRAM), f"{place(waiting)}/weigeren")
    assert "Waarom weigert u?" in html
    answer = browser(BRAM).post(f"{place(waiting)}/weigeren", data=REFUSAL)
    assert (answer.status_code, answer.location) == (303, f"/verstrekkingen/{waiting.id}")
    assert state(gateway, waiting) is PartState.REFUSED
    kind, outcome, detail = newest(gateway)
    assert (kind, outcome, detail["kind"]) == ("approval", "refused", "refuse")
    assert (detail["reasons"], detail["helps"]) == (["facts", "not_heard"], ["newer_document"])
    assert detail["text"] == REFUSAL["text"]
    html = shown(browser(SANNE), f"/verstrekkingen/{waiting.id}")
    for told in (
        "De feiten of de documenten zijn niet genoeg",
        "De betrokkene kon nog niet reageren",
        "Dit zou helpen:",
        "Een nieuwer of duidelijker document, in een nieuw verzoek",
        "Welk rapport is dit?",
        "Nieuw verzoek doen",
    ):
        assert told in html, told


def test_a_question_stops_nothing_and_its_answer_is_no_new_data(
    gateway: Gateway, browser: Browser, waiting: DisclosureView
) -> None:
    """Both are entries; it waits on, may be decided on meanwhile, and the digest is what it was."""
    asked = browser(BRAM).post(f"{place(waiting)}/vragen", data={"reasons": "document"})
    assert asked.status_code == 303
    assert newest(gateway)[:2] == ("approval", "asked")
    assert state(gateway, waiting) is PartState.WAITING
    assert "Vraag over onderdeel 1 beantwoorden" in shown(browser(SANNE), f"/verstrekkingen/{waiting.id}")
    assert "Op welk document rust dit?" in shown(browser(SANNE), f"{place(waiting)}/antwoorden")
    assert "Beantwoord een vraag" in shown(browser(SANNE), "/goedkeuringen/")
    assert browser(BRAM).post(f"{place(waiting)}/vragen", data={"reasons": "need"}).status_code == 403  # one at a time
    answer = browser(SANNE).post(f"{place(waiting)}/antwoorden", data={"reasons": "text", "text": "Het tweede"})
    assert answer.status_code == 303
    kind, outcome, detail = newest(gateway)
    assert (kind, outcome, detail["kind"], detail["text"]) == ("approval", "answered", "answer_back", "Het tweede")
    html = shown(browser(BRAM), f"/verstrekkingen/{waiting.id}")
    assert "Het tweede" in html
    digest = re.findall(r'name="digest" value="([^"]+)"', html)
    assert digest == [waiting.parts[0].digest]
    assert browser(BRAM).post(f"{place(waiting)}/goedkeuren", data={"digest": digest[0]}).status_code == 303
    assert state(gateway, waiting) is PartState.RELEASED


def test_a_decision_does_not_wait_for_an_answer(gateway: Gateway, browser: Browser, waiting: DisclosureView) -> None:
    """Whoever may decide can do so while a question is open; then there is nothing to answer any more."""
    browser(BRAM).post(f"{place(waiting)}/vragen", data={"reasons": "need"})
    digest = waiting.parts[0].digest
    assert browser(MERYEM).post(f"{place(waiting)}/goedkeuren", data={"digest": digest}).status_code == 303
    assert state(gateway, waiting) is PartState.RELEASED
    assert browser(SANNE).get(f"{place(waiting)}/antwoorden").status_code == 403


def test_what_is_urgent_has_left_and_cannot_be_asked_about(browser: Browser, urgent: DisclosureView) -> None:
    """No question comes before an urgent hand-over."""
    assert urgent.parts[0].state is PartState.RELEASED
    for person in (BRAM, MERYEM, FLEUR):
        assert browser(person).post(f"{place(urgent)}/vragen", data={"reasons": "need"}).status_code == 403


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (SANNE, "weigeren", 403),
        (SANNE, "vragen", 403),
        (SANNE, "antwoorden", 403),  # nothing was asked
        (BRAM, "antwoorden", 403),
        (BRAM, "adviseren", 403),
        (OTTO, "weigeren", 403),
        (OTTO, "adviseren", 403),
        (OTTO, "vragen", 403),
        (FLEUR, "weigeren", 403),
        (FLEUR, "adviseren", 200),
        (BRAM, "weigeren", 200),
        (BRAM, "vragen", 200),
    ],
)
def test_a_form_is_shown_only_to_whom_it_is_for(
    browser: Browser, waiting: DisclosureView, who: Person, path: str, status: int
) -> None:
    """By the same duties as the deed itself; whoever may not see it cannot post it either."""
    client: FlaskClient = browser(who)
    assert client.get(f"{place(waiting)}/{path}").status_code == status
    if status == 403:
        assert client.post(f"{place(waiting)}/{path}", data={**REFUSAL, "advice": "positive"}).status_code == 403


def test_negative_advice_says_what_it_rests_on_and_whoever_differs_says_why(
    gateway: Gateway, browser: Browser, advised: DisclosureView
) -> None:
    """The advice stands beside the button; without a reason nothing leaves; officers find it with the reason."""
    part, digest = place(advised), advised.parts[0].digest
    wrong = browser(FLEUR).post(f"{part}/adviseren", data={"advice": "negative"})
    assert (wrong.status_code, 'href="#reasons-1"' in wrong.get_data(as_text=True)) == (400, True)
    assert browser(FLEUR).post(f"{part}/adviseren", data={"advice": "maybe"}).status_code == 400
    sent = {"advice": "negative", "reasons": ["proportion"]}
    assert browser(FLEUR).post(f"{part}/adviseren", data=sent).status_code == 303
    html = shown(browser(MERYEM), f"/verstrekkingen/{advised.id}")
    assert html.index("De verhouding") < html.index("De FG raadt het af") < html.index("goedkeuren</button>")
    assert "Waarom keurt u goed tegen het advies van de FG?" in html
    assert browser(MERYEM).post(f"{part}/goedkeuren", data={"digest": digest}).status_code == 400
    assert state(gateway, advised) is PartState.WAITING
    good = browser(MERYEM).post(f"{part}/goedkeuren", data={"digest": digest, "against": "duty"})
    assert (good.status_code, state(gateway, advised)) == (303, PartState.RELEASED)
    for officer in (OTTO, FLEUR, MERYEM):
        html = shown(browser(officer), "/goedkeuringen/tegen-advies")
        assert "Goedgekeurd na een negatief advies" in html
        assert "De wet of een afspraak verplicht ons" in html
        assert advised.case_ref not in html
        assert "Sanne" not in html.partition("<main")[2]
    assert browser(BRAM).get("/goedkeuringen/tegen-advies").status_code == 403


def test_a_refusal_after_positive_advice_is_on_the_officers_list_too(browser: Browser, advised: DisclosureView) -> None:
    """Under-sharing against advice is as visible as over-sharing."""
    browser(FLEUR).post(f"{place(advised)}/adviseren", data={"advice": "positive"})
    assert browser(MERYEM).post(f"{place(advised)}/weigeren", data=REFUSAL).status_code == 303
    html = shown(browser(OTTO), "/goedkeuringen/tegen-advies")
    assert "Geweigerd na een positief advies" in html
    assert "De betrokkene kon nog niet reageren" in html
