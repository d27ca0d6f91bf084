"""A request page by page, on a real gateway: what is asked, kept, refused, and sent once."""

import io
import re
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import StaffRole
from tests.conftest import SetClock
from tests.web.request.conftest import (
    BRAM,
    CASE,
    CHOICE,
    DATA,
    FACTS,
    PAGES,
    SANNE,
    begin,
    browser_of,
    fact,
    fill,
    send,
)
from tests.web.test_pages import keeps_the_rules

NAME = "Vera Verzonnen"
NOTHING_FITS = "recipient=dudok-wonen&ground=contract_breach_only&purpose=inform_landlord&role1=sex_worker"
NASTY = '<script>alert("x")</script>'


def text_of(client: FlaskClient, place: str, status: int = 200) -> str:
    """Return a page."""
    answer = client.get(place)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_the_choice_refuses_what_is_missing_or_unknown(sanne: FlaskClient) -> None:
    """The summary links to it, the other choices stay, and nothing begins."""
    for changed, value in product(CHOICE, ("", "verzonnen", NASTY)):
        answer = sanne.post("/verstrekkingen/nieuw", data=CHOICE | {changed: value})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert f'href="#{changed}"' in html
        assert f'id="{changed}-error"' in html
        assert "<title>Fout: " in html
        assert NASTY not in html
        kept = [name for name in CHOICE if name != changed]
        assert all(f'value="{CHOICE[name]}" selected' in html for name in kept), (changed, value)
    assert "Nog niet ingediend" not in text_of(sanne, "/")


def test_a_purpose_of_another_ground_is_refused(sanne: FlaskClient) -> None:
    """The purpose fits the ground, and the page says which purposes do."""
    answer = sanne.post("/verstrekkingen/nieuw", data=CHOICE | {"purpose": "protect_victim"})
    assert answer.status_code == 400
    assert "Kies uit: herhaling voorkomen" in answer.get_data(as_text=True)


def test_an_address_fills_in_nothing(sanne: FlaskClient) -> None:
    """Whatever somebody puts in the address, only the choices count: a link with a name in it shows no name."""
    for path in ("/verstrekkingen/nieuw", "/verstrekkingen/nieuw/gegevens"):
        answer = sanne.get(path, query_string=CHOICE | CASE | {"s1-data-name": NAME})
        assert answer.status_code == 200
        assert not any(typed in answer.get_data(as_text=True) for typed in (NAME, "Z-2026-501", "1299 za"))


def test_where_nothing_could_be_shared_nothing_begins_and_the_page_says_what_can(sanne: FlaskClient) -> None:
    """No draft, but lawful ways forward; trying grounds until one fits is not a way."""
    place = begin(sanne, ground="contract_breach_only", purpose="inform_landlord", role1="sex_worker")
    assert place.startswith("/verstrekkingen/nieuw/gegevens?")
    html = text_of(sanne, place)
    assert "Hier kan niets worden gedeeld" in html
    assert "112" in html
    assert "andere grond" not in html
    assert "Nog niet ingediend" not in text_of(sanne, "/")


def test_a_request_goes_page_by_page_to_a_check_and_is_sent_once(sanne: FlaskClient, gateway: Gateway) -> None:
    """Each page leads on; the check shows every answer with a way back; sending leaves no draft behind."""
    draft = begin(sanne)
    check = fill(sanne, draft)
    assert check == f"{draft}/controle"
    html = text_of(sanne, check)
    for told in ("Z-2026-501", "1299 ZA, 12 bis", "Ja (report RVB-2026-112, 20-11-2026)", "Eigen waarneming"):
        assert told in html
    for page in ("zaak", "s1-feiten", "s1-gegevens"):
        assert f'href="{draft}/vragen/{page}"' in html
    answer = send(sanne, draft)
    assert (answer.status_code, answer.location[:15]) == (303, "/verstrekkingen")
    assert "Wacht op goedkeuring" in text_of(sanne, answer.location)
    assert sanne.post(f"{draft}/indienen").location == "/"  # a second click: the request is on the overview
    assert sanne.get(check).status_code == 404
    assert len(gateway.team.lines(BRAM)) == 1
    with gateway.tools.store.read() as unit:
        assert unit.drafts.abandoned() == []


def test_a_draft_that_stayed_after_a_crash_finds_the_same_request(
    sanne: FlaskClient, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the commit and the deletion of the draft the process may die: nothing is sent twice."""
    draft = begin(sanne)
    fill(sanne, draft)
    with gateway.tools.store.read() as unit:
        row = unit.drafts.of_owner(SANNE.id, now=gateway.tools.clock())[0]
    first = send(sanne, draft).location
    gateway.tools.store.write(lambda unit: unit.drafts.add(row))  # as if it had never been deleted
    entries = gateway.team.log_summary().entries
    assert send(sanne, draft).location == first
    assert gateway.team.log_summary().entries == entries
    assert draft not in text_of(sanne, "/")


def test_another_person_reaches_no_page_of_my_draft(app: Flask, sanne: FlaskClient) -> None:
    """Every address with its id answers as if there were none, and the draft stays as it was."""
    draft = begin(sanne)
    fill(sanne, draft)
    bram = browser_of(app, BRAM)
    for place in ("", "/vragen/zaak", "/vragen/s1-feiten", "/keuzes", "/controle"):
        assert bram.get(draft + place).status_code == 404
    for place in ("/vragen/zaak", "/keuzes"):
        assert bram.post(draft + place, data=CHOICE | CASE).status_code == 404
    assert bram.post(f"{draft}/indienen").location == "/"
    bram.post(f"{draft}/verwijderen")
    assert draft not in text_of(bram, "/")
    assert draft in text_of(sanne, "/")
    assert "Z-2026-501" in text_of(sanne, f"{draft}/controle")


def test_the_overview_lists_my_drafts_and_deletes_one(sanne: FlaskClient, gateway: Gateway) -> None:
    """With when it is wiped; deleted, it counts as abandoned."""
    draft = begin(sanne)
    html = text_of(sanne, "/")
    assert f'href="{draft}"' in html
    assert "Wordt gewist op 25 november 2026, 13:00." in html
    assert sanne.post(f"{draft}/verwijderen").location == "/"
    assert draft not in text_of(sanne, "/")
    with gateway.tools.store.read() as unit:
        assert [count.drafts for count in unit.drafts.abandoned()] == [1]


def test_a_draft_that_is_over_is_not_there(sanne: FlaskClient, gateway: Gateway, clock: SetClock) -> None:
    """After the hours of the settings nobody finds it, and nothing can be sent from it."""
    draft = begin(sanne)
    fill(sanne, draft)
    clock.now = clock.now.replace(day=25, hour=12)
    assert sanne.get(f"{draft}/controle").status_code == 404
    assert sanne.post(f"{draft}/indienen").location == "/"
    assert gateway.team.lines(SANNE) == []


BAD = [
    ("zaak", {"case_ref": "nee"}, "case_ref"),
    ("zaak", {"case_ref": ""}, "case_ref"),
    ("zaak", {"case-data-dwelling_address-postcode": "0000"}, "case-data-dwelling_address-postcode"),
    ("zaak", {"case-data-dwelling_address-number": "twaalf"}, "case-data-dwelling_address-postcode"),
    ("zaak", {"case-data-dwelling_address-addition": "<>"}, "case-data-dwelling_address-postcode"),
    ("zaak", {"case-data-finding_code": "VERZONNEN"}, "case-data-finding_code"),
    ("s1-feiten", fact("subject_minor", "yes", evidence=""), "s1-fact-subject_minor-yes"),
    ("s1-feiten", fact("subject_minor", "yes", evidence="iets"), "s1-fact-subject_minor-yes"),
    ("s1-feiten", fact("subject_minor", "yes", day="31"), "s1-fact-subject_minor-yes"),
    ("s1-feiten", fact("subject_minor", "yes", year="2027"), "s1-fact-subject_minor-yes"),
    ("s1-feiten", fact("subject_minor", "misschien"), "s1-fact-subject_minor-yes"),
]


def test_bad_input_is_named_and_linked_and_the_rest_is_kept(sanne: FlaskClient, events: io.StringIO) -> None:
    """At every kind of input: 400, a summary that links to it, the others' answers; no value in URL, title or log."""
    draft = begin(sanne)
    for key, typed, link in BAD:
        sent = PAGES[key] | typed
        answer = sanne.post(f"{draft}/vragen/{key}", data=sent)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 400, typed
        assert f'<a href="#{link}">' in html, typed
        assert f'id="{link}"' in html, typed
        title = re.search("<title>(.*?)</title>", html, re.DOTALL)
        assert title is not None
        assert title[1].startswith("Fout: ")
        for name, value in sent.items():
            assert f'name="{name}"' in html
            assert f'value="{escape(value)}"' in html or name in typed, name
            if len(value) > 4:  # a year stands in every event
                assert value not in title[1] + answer.request.path + events.getvalue()
        assert f'<a href="#{link}">' in text_of(sanne, f"{draft}/vragen/{key}"), "it is still told on coming back"


def test_the_check_names_every_fault_and_links_to_its_page(sanne: FlaskClient) -> None:
    """Sending is refused as well; the draft stays, so that it can be put right."""
    draft = begin(sanne)
    fill(sanne, draft)
    sanne.post(f"{draft}/vragen/zaak", data=CASE | {"case_ref": "x", "case-data-finding_code": "y"})
    sanne.post(f"{draft}/vragen/s1-feiten", data=FACTS | fact("subject_minor", "yes", day="99"))
    for answer in (sanne.get(f"{draft}/controle"), sanne.post(f"{draft}/indienen")):
        html = answer.get_data(as_text=True)
        assert answer.status_code == 400
        for link in ("zaak#case_ref", "zaak#case-data-finding_code", "s1-feiten#s1-fact-subject_minor-yes"):
            assert f'href="{draft}/vragen/{link}"' in html


def test_what_is_typed_is_escaped_and_what_is_not_asked_is_not_kept(sanne: FlaskClient) -> None:
    """A page keeps its own questions only, whatever else is posted to it."""
    draft = begin(sanne)
    sanne.post(
        f"{draft}/vragen/zaak", data=CASE | {"case_ref": NASTY, "s1-data-bsn": "111222333", "s1-provenance": "own"}
    )
    html = text_of(sanne, f"{draft}/vragen/zaak")
    assert "&lt;script&gt;" in html
    assert NASTY not in html
    sanne.post(f"{draft}/vragen/zaak", data=CASE | {"s1-data-bsn": "111222333"})
    fill(sanne, draft)
    assert "111222333" not in text_of(sanne, f"{draft}/controle")


def test_a_dwelling_of_somebody_else_is_told_before_anything_is_sent(sanne: FlaskClient) -> None:
    """What to do about it, and nobody else's name; sending the page again goes on, and the check says it too."""
    draft, other = begin(sanne), CASE | {"case-data-dwelling_address-number": "999"}
    assert sanne.post(f"{draft}/vragen/zaak", data=other | {"case_ref": "nee"}).status_code == 400
    answer = sanne.post(f"{draft}/vragen/zaak", data=other)
    assert answer.location == f"{draft}/vragen/zaak"
    html = text_of(sanne, answer.location)
    assert "Dit adres staat niet op de lijst van deze ontvanger" in html
    assert "Kadaster" in html
    assert sanne.post(f"{draft}/vragen/zaak", data=other).location == f"{draft}/vragen/s1-feiten"
    sanne.post(f"{draft}/vragen/s1-feiten", data=FACTS)
    sanne.post(f"{draft}/vragen/s1-gegevens", data=DATA)
    assert "Dit adres staat niet op de lijst van deze ontvanger" in text_of(sanne, f"{draft}/controle")
    own = sanne.post(f"{draft}/vragen/zaak", data=CASE)
    assert own.location == f"{draft}/controle"
    assert "staat niet op de lijst" not in text_of(sanne, f"{draft}/controle")


def test_more_subjects_are_added_one_by_one(sanne: FlaskClient) -> None:
    """Up to what a request may hold; each gets pages of its own."""
    choice = CHOICE | {f"role{number}": "facilitator" for number in range(2, 5)}
    html = sanne.post("/verstrekkingen/nieuw", data=choice | {"more": "yes"}).get_data(as_text=True)
    assert 'name="role5"' in html
    assert 'name="role6"' not in html
    draft = begin(sanne, **choice)
    assert f'action="{draft}/vragen/s4-feiten"' in text_of(sanne, f"{draft}/vragen/s4-feiten")
    assert sanne.get(f"{draft}/vragen/s5-feiten").status_code == 404


def test_another_choice_keeps_what_belongs_to_each_subject(sanne: FlaskClient) -> None:
    """When the first of two goes, the second keeps its own answers under its new number; the first's are gone."""
    draft = begin(sanne, role2="facilitator")
    sanne.post(f"{draft}/vragen/s1-feiten", data=fact("subject_minor", "yes", evidence="report RVB-2026-111"))
    sanne.post(f"{draft}/vragen/s2-feiten", data=fact("subject_minor", "no", "s2", evidence="report RVB-2026-222"))
    answer = sanne.post(f"{draft}/keuzes", data=CHOICE | {"role1": "", "role2": "facilitator"})
    assert answer.location == draft
    html = text_of(sanne, f"{draft}/vragen/s1-feiten")
    assert "RVB-2026-222" in html
    assert "RVB-2026-111" not in html
    assert 'value="no" checked' in html
    assert sanne.get(f"{draft}/vragen/s2-feiten").status_code == 404


def test_only_supervisors_make_requests(app: Flask) -> None:
    """Whoever only approves, advises or audits makes none."""
    for person in DEMO_PEOPLE:
        expected = 200 if person.has(StaffRole.SUPERVISOR) else 403
        assert browser_of(app, person).get("/verstrekkingen/nieuw").status_code == expected


def test_every_page_is_labelled_and_without_inline_code(sanne: FlaskClient) -> None:
    """The rules that every page keeps (`tests/web/test_pages.py`), also with faults, in both languages."""
    draft = begin(sanne, role2="facilitator")
    places = ["/verstrekkingen/nieuw", f"{draft}/keuzes", *(f"{draft}/vragen/{key}" for key in PAGES), "/"]
    places += [f"/verstrekkingen/nieuw/gegevens?{NOTHING_FITS}", f"{draft}/controle"]
    for place in places:
        keeps_the_rules(sanne.get(place).get_data(as_text=True))
    keeps_the_rules(sanne.post(f"{draft}/vragen/zaak", data={"case_ref": "x"}).get_data(as_text=True))
    fill(sanne, draft)
    keeps_the_rules(sanne.get(f"{draft}/controle").get_data(as_text=True))
    sanne.post("/taal", data={"taal": "en"})
    for place in places:
        html = sanne.get(place).get_data(as_text=True)
        assert '<html lang="en">' in html
