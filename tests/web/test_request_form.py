"""The three steps of a request: what is asked, what is kept, and exactly which JSON is sent."""

import json

import pytest

from gateway.errors import InvalidRequestError
from tests.web.canned import NASTY, SUPERVISOR, CannedDesk, CannedOffer, client_for

STEP_1 = {
    "recipient": "dudok-wonen",
    "ground": "illegal_sex_work",
    "purpose": "prevent_recurrence",
    "role1": "facilitator",
}
STEP_2 = STEP_1 | {
    "idempotency_key": "k" * 20,
    "case_ref": "Z-2026-0417",
    "case-data-dwelling_address-postcode": "1299 za",
    "case-data-dwelling_address-number": "12",
    "case-data-dwelling_address-addition": "bis",
    "case-data-finding_code": "GEB-1",
    "case-data-case_ref": "yes",
    "s1-provenance": "own",
    "s1-fact-illegality_established": "yes",
    "s1-fact-illegality_established-evidence": "report RVB-2026-112",
    "s1-fact-illegality_established-day": "9",
    "s1-fact-illegality_established-month": "11",
    "s1-fact-illegality_established-year": "2026",
    "s1-fact-own_fact": "unknown",
    "s1-data-name": "Vera Verzonnen",
    "s1-data-birth_date-day": "31",
    "s1-data-birth_date-month": "2",
    "s1-data-birth_date-year": "1999",
    "s1-data-visits": "3",
    "s1-data-bsn": "111222333",
    "s1-data-unasked": "iets",
}
CHECK = "/verstrekkingen/nieuw/controle"


@pytest.mark.parametrize("changed", ["recipient", "ground", "purpose", "role1"])
def test_step_one_refuses_what_is_missing_or_unknown(desk: CannedDesk, changed: str) -> None:
    """Each choice must be there and known; the summary links to it and the other choices stay."""
    for value in ("", "verzonnen"):
        answer = client_for(desk, SUPERVISOR).get(
            "/verstrekkingen/nieuw/gegevens", query_string=STEP_1 | {changed: value}
        )
        html = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert f'href="#{changed}"' in html
        assert f'id="{changed}-error"' in html
        assert "<title>Fout: " in html


def test_a_purpose_of_another_ground_is_refused(desk: CannedDesk) -> None:
    """The purpose fits the ground, and the page says which purposes do."""
    answer = client_for(desk, SUPERVISOR).get(
        "/verstrekkingen/nieuw/gegevens", query_string=STEP_1 | {"purpose": "protect"}
    )
    assert answer.status_code == 400
    assert "Kies uit: herhaling voorkomen" in answer.get_data(as_text=True)


def test_an_address_fills_in_nothing(desk: CannedDesk) -> None:
    """Whatever somebody puts in the address, only the choices count: a link with a name in it shows no name."""
    for path in ("/verstrekkingen/nieuw/gegevens", "/verstrekkingen/nieuw"):
        answer = client_for(desk, SUPERVISOR).get(path, query_string=STEP_2 | {"case_ref": "Z-2026-7361"})
        assert answer.status_code == 200
        for typed in ("Vera Verzonnen", "Z-2026-7361", "1299 za", "1999", "k" * 20):
            assert typed not in answer.get_data(as_text=True)


def test_step_two_asks_only_what_is_offered(desk: CannedDesk) -> None:
    """A field that could never leave, a computed fact and a citizen service number are never asked."""
    desk.offered["facilitator"] = CannedOffer(("name", "bsn"), ("illegality_established", "avim_hold"))
    html = (
        client_for(desk, SUPERVISOR).get("/verstrekkingen/nieuw/gegevens", query_string=STEP_1).get_data(as_text=True)
    )
    assert 'name="s1-data-name"' in html
    assert 'name="s1-fact-illegality_established"' in html
    for absent in ("bsn", "avim_hold", "own_fact", "dwelling_address"):
        assert absent not in html


def test_when_nothing_could_be_shared_the_page_explains_and_asks_nothing(desk: CannedDesk) -> None:
    """No form, but lawful ways forward."""
    html = (
        client_for(desk, SUPERVISOR)
        .get("/verstrekkingen/nieuw/gegevens", query_string=STEP_1 | {"role1": "client"})
        .get_data(as_text=True)
    )
    assert "Hier kan niets worden gedeeld" in html
    assert "<li>Bel eerst AVIM.</li>" in html
    assert "andere grond" not in html  # trying grounds until one fits is not a way
    assert f'action="{CHECK}"' not in html


def test_the_form_sends_exactly_the_contract(desk: CannedDesk) -> None:
    """Golden body: known answers only, an impossible date as typed, no computed fact, nothing that was not asked."""
    answer = client_for(desk, SUPERVISOR).post(CHECK, data=STEP_2 | {"s1-data-indicators": ["I1", "I2"]})
    assert answer.status_code == 200
    assert json.loads(_body(desk)) == {
        "case_ref": "Z-2026-0417",
        "recipient": "dudok-wonen",
        "ground": "illegal_sex_work",
        "purpose": "prevent_recurrence",
        "subjects": [
            {
                "ref": "s1",
                "role": "facilitator",
                "facts": {
                    "illegality_established": {"value": "yes", "evidence": "report RVB-2026-112", "date": "2026-11-09"}
                },
                "data": {
                    "name": "Vera Verzonnen",
                    "birth_date": "1999-02-31",
                    "dwelling_address": {"postcode": "1299ZA", "number": 12, "addition": "bis"},
                    "finding_code": "GEB-1",
                    "indicators": ["I1", "I2"],
                    "visits": 3,
                    "case_ref": "Z-2026-0417",
                },
                "provenance": "own",
            }
        ],
        "idempotency_key": "k" * 20,
    }


def test_case_fields_are_asked_once_and_sent_for_each_subject(desk: CannedDesk) -> None:
    """Three roles: two may be told about, the third may not and is left out; an unknown origin is not sent."""
    sent = STEP_2 | {"role2": "client", "role3": "tenant", "s3-provenance": "unknown"}
    client_for(desk, SUPERVISOR).post(CHECK, data=sent)
    subjects = json.loads(_body(desk))["subjects"]
    assert [subject["ref"] for subject in subjects] == ["s1", "s3"]
    assert subjects[1]["data"]["dwelling_address"] == subjects[0]["data"]["dwelling_address"]
    assert "provenance" not in subjects[1]
    assert "name" not in subjects[1]["data"]


def test_a_refused_draft_keeps_what_was_typed_and_points_at_the_fault(desk: CannedDesk) -> None:
    """The page comes back with 400, the summary links to the first input, and what was typed is there, escaped."""
    desk.refusal = InvalidRequestError(
        "wrong",
        fields={
            "subjects.0.data.birth_date": "x",
            "subjects.0.facts.illegality_established.evidence": "x",
            "case_ref": "x",
            "subjects.0.data": "x",
        },
    )
    answer = client_for(desk, SUPERVISOR).post(CHECK, data=STEP_2 | {"s1-data-name": NASTY})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    for link in ("s1-data-birth_date-day", "s1-fact-illegality_established-yes", "case_ref"):
        assert f'href="#{link}"' in html
        assert f'id="{link}"' in html
    assert "Vul ten minste één gegeven in" in html
    assert 'name="s1-data-birth_date-day" value="31"' in html
    assert "&lt;script&gt;" in html
    assert NASTY not in html
    assert 'aria-invalid="true"' in html


def test_the_check_shows_each_state_and_lets_people_go_back(desk: CannedDesk) -> None:
    """Shared, waiting and withheld are words; going back keeps everything; submitting posts the same bytes."""
    client = client_for(desk, SUPERVISOR)
    html = client.post(CHECK, data=STEP_2).get_data(as_text=True)
    for word in ("Gedeeld", "Wacht", "Weggelaten", "De naam is niet nodig.", "L1 nl", "WC-1n"):
        assert word in html
    assert 'name="s1-data-name" value="Vera Verzonnen"' in html
    back = client.post("/verstrekkingen/nieuw/gegevens", data=STEP_2).get_data(as_text=True)
    assert 'value="Vera Verzonnen"' in back
    assert f'value="{"k" * 20}"' in back
    answer = client.post("/verstrekkingen", data={"body": _body(desk)})
    assert (answer.status_code, answer.location) == (303, "/verstrekkingen/d1")
    assert desk.calls[-1] == ("submit", _body(desk), None, None)


def _body(desk: CannedDesk) -> bytes:
    name, body = desk.calls[0]
    assert name == "preview"
    assert isinstance(body, bytes)
    return body
