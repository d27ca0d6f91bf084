"""Entering a call afterwards in three questions; nothing that was said is typed again, and nothing is stopped."""

import re
from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from tests.web.urgent.conftest import app, as_person, form_of, inputs_of

__all__ = ["app", "as_person"]  # fixtures

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
SignIn = Callable[[Person], FlaskClient]
Answers = Mapping[str, str | list[str]]
WHEN: Answers = {"told-day": "24", "told-month": "11", "told-year": "2026", "told-time": "12.30"}
FIRST: Answers = {"recipient": "avim", **WHEN, "case_ref": "z-2026-9", "ground": "exploitation_signal"}
ABOUT: Answers = {"role1": "possible_victim"}
FACT = "s1-fact-indicator_recorded"
DOCUMENT: Answers = {
    FACT: "yes",
    f"{FACT}-evidence": "sig-2026-77",
    f"{FACT}-day": "24",
    f"{FACT}-month": "11",
    f"{FACT}-year": "2026",
}


def record(client: FlaskClient, told: Answers, first: Answers = FIRST, about: Answers = ABOUT) -> tuple[int, str]:
    """Answer the three questions; return the status and the page that comes of it."""
    start = form_of(client.get("/mondeling").get_data(as_text=True))
    page = client.post("/mondeling/gegevens", data={**start, **first, **about})
    assert page.status_code == 200
    answer = client.post("/mondeling/vastleggen", data={**form_of(page.get_data(as_text=True)), **told})
    if answer.status_code != 303:
        return answer.status_code, answer.get_data(as_text=True)
    return 303, client.get(answer.location).get_data(as_text=True)


def test_a_call_is_three_questions_without_a_value(gateway: Gateway, as_person: SignIn) -> None:
    """No input is for what was said; the page afterwards names the entry, the clock and who looks."""
    client = as_person(SANNE)
    start = client.get("/mondeling").get_data(as_text=True)
    page = client.post("/mondeling/gegevens", data={**form_of(start), **FIRST, **ABOUT}).get_data(as_text=True)
    assert [start.count(f"Vraag {n} van 3") + page.count(f"Vraag {n} van 3.") for n in (1, 2, 3)] == [1, 1, 1]
    ways = {"s1-fields", FACT, f"{FACT}-evidence", f"{FACT}-day", f"{FACT}-month", f"{FACT}-year", "s1-provenance"}
    assert inputs_of(page) == ways
    status, html = record(client, {"s1-fields": ["name", "dwelling_address"], **DOCUMENT})
    assert status == 303
    for told in ("regel", "nog 24 uur", "Alles wat u vertelde, mocht", "24 november 2026, 12:30"):
        assert told in html
    assert "Telefoongesprek met AVIM" in as_person(BRAM).get("/").get_data(as_text=True)


def test_what_was_told_too_much_is_said_plainly(as_person: SignIn) -> None:
    """To whoever called, to the colleague and to the FG, who finds it in a list; it was not stopped."""
    status, html = record(as_person(SANNE), {"s1-fields": ["name", "work_name"], **DOCUMENT})
    assert status == 303
    assert "Meer verteld dan het beleid toestaat" in html
    listed = as_person(FLEUR).get("/mondeling/gesprekken").get_data(as_text=True)
    assert "1 soort gegeven" in listed
    assert as_person(SANNE).get("/mondeling/gesprekken").status_code == 403


def test_behind_112_stand_the_police(as_person: SignIn) -> None:
    """And the page says on which line it was told."""
    danger = {**FIRST, "recipient": "112", "ground": "vital_interest"}
    fact = {name.replace("indicator_recorded", "acute_danger"): value for name, value in DOCUMENT.items()}
    status, html = record(as_person(SANNE), {"s1-fields": ["name", "dwelling_address"], **fact}, danger)
    assert status == 303
    assert "Politie" in html
    assert ", 112" in html


def test_a_second_tap_is_the_same_call_and_a_change_after_it_is_none(as_person: SignIn) -> None:
    """It says so, and where to go on."""
    client = as_person(SANNE)
    start = form_of(client.get("/mondeling").get_data(as_text=True))
    typed = {**start, **FIRST, **ABOUT, "s1-fields": ["name"], **DOCUMENT}
    first, again = (client.post("/mondeling/vastleggen", data=typed) for _ in range(2))
    assert first.location == again.location
    assert client.post("/mondeling/vastleggen", data={**typed, "s1-fields": ["alias"]}).status_code == 409


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"recipient": ""}, "recipient"),
        ({"told-day": "31", "told-month": "2"}, "told-day"),
        ({"told-day": ""}, "told-day"),
        ({"told-time": "25:00"}, "told-time"),
        ({"told-time": "23:59"}, "told-time"),
        ({"case_ref": "zaak van Jan"}, "case_ref"),
        ({"ground": "haast"}, "ground"),
        ({"role1": ""}, "role1"),
        ({"role2": "dader"}, "role1"),
    ],
)
def test_what_is_wrong_in_the_first_two_is_said(as_person: SignIn, changed: dict[str, str], where: str) -> None:
    """With a link to the input, also when the third question is posted at once; the rest stands there still."""
    client = as_person(SANNE)
    for page in ("gegevens", "vastleggen"):
        answer = client.post(f"/mondeling/{page}", data={**FIRST, **ABOUT, **changed})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert f'href="#{where}"' in html
        assert f'id="{where}"' in html


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({**DOCUMENT}, "s1-fields"),
        ({"s1-fields": ["haarkleur"], **DOCUMENT}, "s1-fields"),
        ({"s1-fields": ["name"], **DOCUMENT, f"{FACT}-evidence": "van horen zeggen"}, FACT),
        ({"s1-fields": ["name"], **DOCUMENT, f"{FACT}-year": ""}, FACT),
        ({"s1-fields": ["name"], **DOCUMENT, "s1-provenance": "kroeg"}, "Controleer wat u hebt ingevuld"),
    ],
)
def test_what_is_wrong_in_the_third_is_said(gateway: Gateway, as_person: SignIn, told: Answers, where: str) -> None:
    """And nothing was logged."""
    size = gateway.team.log_summary().entries
    status, html = record(as_person(SANNE), told)
    assert status == 400
    assert f'href="#{where}"' in html or where in html
    assert gateway.team.log_summary().entries == size


def test_officers_do_not_enter_calls(as_person: SignIn) -> None:
    """They read them."""
    client = as_person(FLEUR)
    assert client.get("/mondeling").status_code == 403
    assert client.post("/mondeling/vastleggen", data={**FIRST, **ABOUT}).status_code == 403


def test_the_page_of_the_request_and_the_review_work_for_a_call(gateway: Gateway, as_person: SignIn) -> None:
    """A colleague follows it and reviews it there; whoever called is sent back there by its own page."""
    _, html = record(as_person(SANNE), {"s1-fields": ["name"], **DOCUMENT})
    request = re.findall(r'href="/verstrekkingen/([0-9a-f]{32})"', html)[0]
    page = as_person(BRAM).get(f"/verstrekkingen/{request}").get_data(as_text=True)
    assert f'href="/mondeling/{request}"' in page
    assert "Per telefoon verteld" in page
    for seen in (page, as_person(SANNE).get("/").get_data(as_text=True)):
        assert '<span class="tag delivered">Per telefoon verteld</span>' in seen
        assert "Opgehaald door de ontvanger" not in seen  # nobody fetched anything
    part = gateway.team.follow(request, BRAM).parts[0].id
    gateway.team.review(request, part, good=False, by=BRAM)
    assert "Bel de ontvanger" in as_person(SANNE).get(f"/mondeling/{request}").get_data(as_text=True)
