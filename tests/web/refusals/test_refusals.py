"""The page of a refusal: what, by which rule and law, what can be done, and one click to the privacy officer."""

import datetime as dt
import html
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON, SetClock

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
TODAY = NOON.date()
ASK = "Vraag de privacy officer om een regel"
GAP = {"recipient": "belle", "ground": "enforcement", "role": "sex_worker"}


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def client_of(app: Flask, who: Person) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    assert client.post("/aanmelden", data={"person": who.id}).status_code == 303
    return client


def submit(gateway: Gateway, request: dict[str, Json]) -> str:
    """Submit a request of Sanne; return its id."""
    return gateway.team.submit(json.dumps(request).encode(), SANNE).id


def page_of(client: FlaskClient, path: str) -> str:
    """Return a page's text as people read it."""
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def a_gap(number: int = 61) -> dict[str, Json]:
    """Return a request for which nobody wrote a rule."""
    request = cases.help_with_consent(TODAY, number, "offer_help")
    request |= {"recipient": "belle", "ground": "enforcement", "purpose": "impose_measure"}
    return request


def test_a_refusal_names_the_rule_the_law_and_what_can_be_done(gateway: Gateway, app: Flask) -> None:
    """Before anything else on the page: the rule in words, its article with a link, ways, and the FG's number."""
    refused = submit(gateway, cases.landlord(TODAY, 60, illegality_established="unknown"))
    shown = page_of(client_of(app, SANNE), f"/verstrekkingen/{refused}")
    first = shown[shown.index("<main") : shown.index("Zaaknummer")]
    assert "Dit mag niet worden gedeeld" in first
    assert "Alleen aan de eigenaar, na een rapport van bevindingen." in first
    assert "AVG art. 6 lid 1 onder e" in first
    assert 'rel="noreferrer noopener external"' in first
    assert "Bel de FG: 14 035" in first
    assert 'href="/brief-aan-eigenaar"' in first
    assert ASK not in first
    assert 'href="/spoed"' in first
    assert 'href="/verstrekkingen/nieuw?recipient=sociaal-plein&ground=care_coordination"' in first


def test_a_way_forward_carries_no_fact_and_no_value(gateway: Gateway, app: Flask) -> None:
    """A button beside a way names a recipient and a ground: no recipe, and nothing of the case in an address."""
    refused = submit(gateway, cases.landlord(TODAY, 60, illegality_established="unknown"))
    shown = page_of(client_of(app, SANNE), f"/verstrekkingen/{refused}")
    links = re.findall(r'href="/verstrekkingen/nieuw\?([^"]*)"', shown)
    assert links
    assert all({pair.split("=")[0] for pair in link.split("&")} == {"recipient", "ground"} for link in links)


def test_while_a_guard_holds_nothing_leads_round_it(gateway: Gateway, app: Flask) -> None:
    """An open signal at AVIM holds what could warn somebody: no letter to the owner, no other recipient."""
    submit(gateway, cases.urgent(TODAY, 62, "protect_victim") | {"case_ref": "Z-2026-60"})
    held = submit(gateway, cases.landlord(TODAY, 60))
    shown = page_of(client_of(app, SANNE), f"/verstrekkingen/{held}")
    first = shown[shown.index("<main") : shown.index("Zaaknummer")]
    assert "Wacht tot AVIM het vrijgeeft" in first
    assert "art. 10; art. 31 tot en met 33" in first
    assert 'href="https://wetten.overheid.nl/jci1.3:c:BWBR0040940&artikel=31"' in first
    assert "brief-aan-eigenaar" not in first
    assert "/verstrekkingen/nieuw?" not in first
    assert "/spoed" not in first


def test_a_released_request_tells_of_no_refusal(gateway: Gateway, app: Flask) -> None:
    """The block stands only where the policy lets nothing go."""
    released = submit(gateway, cases.help_with_consent(TODAY, 63, "offer_help"))
    assert "geweigerd-1" not in page_of(client_of(app, SANNE), f"/verstrekkingen/{released}")


def test_one_click_brings_a_gap_to_the_privacy_officer_and_the_answer_back(
    gateway: Gateway, app: Flask, clock: SetClock
) -> None:
    """Asked with one post, listed with count and age, answered, and seen on the request and on the overview."""
    which = submit(gateway, a_gap())
    sanne, otto = client_of(app, SANNE), client_of(app, OTTO)
    assert ASK in page_of(sanne, f"/verstrekkingen/{which}")
    answer = sanne.post("/regels/vragen", data=GAP | {"verzoek": which})
    assert (answer.status_code, answer.location) == (303, f"/verstrekkingen/{which}")
    assert "Deze vraag ligt bij de privacy officer" in page_of(sanne, f"/verstrekkingen/{which}")
    clock.now += dt.timedelta(days=2)
    client_of(app, BRAM).post("/regels/vragen", data=GAP)
    listed = page_of(otto, "/regels")
    assert "2 keer" in listed
    assert "2 dagen geleden" in listed
    assert "Z-2026-61" not in listed
    assert "Sanne (" not in listed
    (tag,) = re.findall(r'action="/regels/([0-9a-f]{64})/antwoord"', listed)
    day = {"due-day": "1", "due-month": "3", "due-year": "2027"}
    assert otto.post(f"/regels/{tag}/antwoord", data={"answer": "rule_coming"} | day).status_code == 303
    for path in (f"/verstrekkingen/{which}", "/", "/regels"):
        assert "Er komt een regel" in page_of(sanne, path), path
        assert "uiterlijk 1 maart 2027" in page_of(sanne, path), path
    assert ASK not in page_of(sanne, f"/verstrekkingen/{which}")


def test_a_gap_can_be_asked_about_before_anything_is_typed(app: Flask) -> None:
    """Where the choice alone shows that nobody decided, the same click stands, and only there."""
    nothing = (
        "/verstrekkingen/nieuw/gegevens?recipient=belle&purpose=impose_measure&ground=enforcement&role1=sex_worker"
    )
    assert ASK in page_of(client_of(app, SANNE), nothing)
    forbidden = nothing.replace("belle", "avim").replace("enforcement", "exploitation_signal")
    assert ASK not in page_of(
        client_of(app, SANNE),
        forbidden.replace("impose_measure", "protect_victim").replace("sex_worker", "possible_victim"),
    )


@pytest.mark.parametrize("changed", [{"ground": "care_consent"}, {"recipient": "nobody"}, {"role": "x"}])
def test_what_has_a_rule_or_no_word_cannot_be_asked(gateway: Gateway, app: Flask, changed: dict[str, str]) -> None:
    """A question is about a gap of the policy and nothing else; nothing is kept."""
    assert client_of(app, SANNE).post("/regels/vragen", data=GAP | changed).status_code == 400
    with gateway.tools.store.read() as unit:
        assert unit.gaps.all() == []


@pytest.mark.parametrize("who", [SANNE, MERYEM, FLEUR])
def test_only_the_privacy_officer_answers(app: Flask, who: Person) -> None:
    """Every other role is refused, and sees no form."""
    client_of(app, SANNE).post("/regels/vragen", data=GAP)
    client = client_of(app, who)
    assert client.post(f"/regels/{'0' * 64}/antwoord", data={"answer": "stays_closed"}).status_code == 403
    assert "/antwoord" not in page_of(client, "/regels")


def test_an_answer_needs_a_choice_and_a_promise_a_day(app: Flask) -> None:
    """What is missing is said beside its input, in a summary with a link, and what was typed stays."""
    client_of(app, SANNE).post("/regels/vragen", data=GAP)
    otto = client_of(app, OTTO)
    (tag,) = re.findall(r'action="/regels/([0-9a-f]{64})/antwoord"', page_of(otto, "/regels"))
    nothing = otto.post(f"/regels/{tag}/antwoord")
    assert nothing.status_code == 400
    assert f'href="#antwoord-{tag[:8]}-rule_coming"' in nothing.get_data(as_text=True)
    for day, year in (("31", "2027"), ("1", "2031"), ("1", "2020"), ("x", "2027")):
        due = {"due-day": day, "due-month": "2", "due-year": year}
        wrong = otto.post(f"/regels/{tag}/antwoord", data={"answer": "rule_coming"} | due)
        assert wrong.status_code == 400
        assert f'href="#due-{tag[:8]}-day"' in wrong.get_data(as_text=True)
        assert f'value="{year}"' in wrong.get_data(as_text=True)
    for data in ({"answer": "stays_closed"}, {}):
        assert otto.post(f"/regels/{'0' * 64}/antwoord", data=data).status_code == 404


ADDRESS = {"postcode": "1299 za", "number": "12", "addition": "bis"}


@pytest.mark.parametrize("kind", ["intention", "decision"])
def test_a_letter_to_an_owner_names_the_dwelling_and_nobody(gateway: Gateway, app: Flask, kind: str) -> None:
    """The draft has the address and the neutral word; the log knows that it was made, and nothing of what is in it."""
    client = client_of(app, SANNE)
    before = gateway.team.log_summary().entries
    shown = html.unescape(client.post("/brief-aan-eigenaar", data=ADDRESS | {"kind": kind}).get_data(as_text=True))
    assert "[straat] 12 bis, 1299 ZA [plaats]" in shown
    assert "gebruik in strijd met de bestemming" in shown
    pdf = client.post("/brief-aan-eigenaar", data=ADDRESS | {"kind": kind, "pdf": "1"})
    assert pdf.mimetype == "application/pdf"
    assert "1299" not in pdf.headers["Content-Disposition"]
    assert gateway.team.log_summary().entries == before + 2
    lines = gateway.team.log_entries(before, before + 2)
    assert {(line.type, line.outcome) for line in lines} == {("access", "letter_made")}
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, before)
    assert detail == {"kind": "owner_letter", "letter": kind, "by": SANNE.id, "by_name": SANNE.name}


def test_nothing_that_was_typed_for_a_letter_is_kept(gateway: Gateway, app: Flask) -> None:
    """The address is in no file of the gateway afterwards, however it was written."""
    client = client_of(app, SANNE)
    for more in ({}, {"pdf": "1"}):
        data = ADDRESS | {"postcode": "1298ZX", "kind": "intention"} | more
        assert client.post("/brief-aan-eigenaar", data=data).status_code == 200
    files = [path.read_bytes() for path in gateway.settings.home.rglob("*") if path.is_file()]
    assert files
    assert not any(told in held for held in files for told in (b"1298ZX", b"1298 ZX", b"1298zx"))


@pytest.mark.parametrize(
    "changed",
    [{"postcode": "0299ZA"}, {"postcode": "1299"}, {"number": "12a"}, {"addition": "<b>"}, {"kind": "x"}],
)
def test_a_wrong_address_makes_no_letter(gateway: Gateway, app: Flask, changed: dict[str, str]) -> None:
    """The form comes back with a summary and what was typed; the log has no entry."""
    before = gateway.team.log_summary().entries
    answer = client_of(app, SANNE).post("/brief-aan-eigenaar", data=ADDRESS | {"kind": "decision"} | changed)
    assert answer.status_code == 400
    shown = answer.get_data(as_text=True)
    assert 'role="alert"' in shown
    assert "<b>" not in shown
    assert gateway.team.log_summary().entries == before


def test_no_letter_is_made_that_could_warn_somebody(gateway: Gateway, app: Flask) -> None:
    """While AVIM has an open signal about the address, the form says so; nothing is made and nothing logged."""
    place: dict[str, Json] = {"postcode": "1299ZA", "number": 12, "addition": "bis"}
    submit(gateway, cases.urgent(TODAY, 62, "protect_victim", place))
    before = gateway.team.log_summary().entries
    answer = client_of(app, SANNE).post("/brief-aan-eigenaar", data=ADDRESS | {"kind": "intention"})
    assert answer.status_code == 400
    assert "Over dit adres loopt een signaal bij AVIM" in answer.get_data(as_text=True)
    assert gateway.team.log_summary().entries == before


@pytest.mark.parametrize("who", [FLEUR, OTTO])
def test_who_makes_no_requests_makes_no_letter(app: Flask, who: Person) -> None:
    """The FG and the privacy officer supervise; they do not write to owners."""
    assert client_of(app, who).get("/brief-aan-eigenaar").status_code == 403
