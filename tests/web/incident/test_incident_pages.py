"""A control day in the browser: taken over once, for the team alone, and begun as one request at a time."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from gateway.pipeline.drafts import DraftDesk
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.intake.test_report import LINES

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
SECRET = "Fatima Verzonnen"
CHOICE = {"recipient": "dudok-wonen", "ground": "illegal_sex_work", "purpose": "prevent_recurrence", "subject": "0"}


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def signed_in(app: Flask, person: Person) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    client.post("/aanmelden", data={"person": person.id})
    return client


def test_officers_see_no_incident_and_a_name_is_taken_over_nowhere(app: Flask) -> None:
    """The list, one of which the address is known, and its forms; a refused report keeps what was typed."""
    client = signed_in(app, SANNE)
    place = client.post("/controledag", data={"report": LINES}).location
    for person in (FLEUR, OTTO):
        other = signed_in(app, person)
        assert other.get("/controledag").status_code == other.get(place).status_code == 403
        assert other.post("/controledag", data={"report": LINES}).status_code == 403
        assert other.post(f"{place}/verzoek", data=CHOICE).status_code == 403
        assert other.post(f"{place}/verwijderen").status_code == 403
    answer = client.post("/controledag", data={"report": f"{LINES}naam: {SECRET}"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Regel 12" in html
    assert html.count(SECRET) == 1  # in the box where it was typed
    assert client.get(f"/controledag/{'0' * 32}").status_code == 404


def test_one_request_is_begun_of_it_and_only_the_documents_of_facts_are_filled_in(gateway: Gateway, app: Flask) -> None:
    """Case, address, codes and evidence are taken over; whether a fact holds is left to a person; nothing was sent."""
    client, size = signed_in(app, SANNE), gateway.team.log_summary().entries
    place = client.post("/controledag", data={"report": LINES}).location
    assert client.post(f"{place}/verzoek", data={}).status_code == 400
    assert client.post(f"{place}/verzoek", data={**CHOICE, "subject": "7"}).status_code == 400
    begun = client.post(f"{place}/verzoek", data=CHOICE)
    assert begun.status_code == 303
    kept = DraftDesk(gateway.tools).find(begun.location.rpartition("/")[2], SANNE)
    typed = dict(kept.content.typed)
    assert typed["case_ref"] == "Z-2026-0417"
    assert typed["case-data-dwelling_address-postcode"] == "1211AB"
    assert typed["case-data-finding_code"] == "GEB-1"
    assert typed["s1-fact-illegality_established-evidence"] == "RVB-2026-112"
    assert typed["s1-fact-illegality_established-day"] == "20"
    assert "s1-fact-illegality_established" not in typed
    assert kept.content.roles == ("facilitator",)
    assert gateway.team.log_summary().entries == size
    page = client.get(client.get(begun.location).location).get_data(as_text=True)
    assert "Z-2026-0417" in page
    assert 'value="1211AB"' in page


def test_a_colleague_begins_a_request_of_it_and_only_its_maker_deletes_it(app: Flask) -> None:
    """The draft is the colleague's own."""
    maker, colleague = signed_in(app, SANNE), signed_in(app, BRAM)
    place = maker.post("/controledag", data={"report": LINES}).location
    draft = colleague.post(f"{place}/verzoek", data=CHOICE).location
    assert maker.get(draft).status_code == 404
    assert "Nu verwijderen" not in colleague.get(place).get_data(as_text=True)
    assert colleague.post(f"{place}/verwijderen").status_code == 403
    assert maker.post(f"{place}/verwijderen").location == "/controledag"
    assert maker.get(place).status_code == 404
