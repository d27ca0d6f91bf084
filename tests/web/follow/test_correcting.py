"""The page that corrects what left: only its fields, who may, what is wrong beside its question, and no value back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.notices import MessageKind
from gateway.model.people import Person
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.pipeline.test_recalls import helped
from tests.web.canned import FG, OFFICER, SUPERVISOR, CannedDesk, client_for

SANNE, BRAM, _, FLEUR, OTTO = DEMO_PEOPLE
PAGE = "/verstrekkingen/d1/onderdelen/p1/verbeteren/1"
SECRET = "Jansen Verzonnen"


def signed_in(app: Flask, person: Person) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    client.post("/aanmelden", data={"person": person.id})
    return client


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.mark.parametrize("person", [FG, OFFICER])
def test_officers_have_no_such_page(desk: CannedDesk, person: Person) -> None:
    """Neither to look at nor to post to; and the list of doubts is theirs alone."""
    client = client_for(desk, person)
    assert client.get(PAGE).status_code == client.post(PAGE, data={"decision": "N-1"}).status_code == 403
    assert client.get("/eigendom").status_code == 200


def test_the_page_asks_the_fields_that_left_and_no_others(desk: CannedDesk) -> None:
    """Two fields of the message and the place on file; another number is not found."""
    client = client_for(desk, SUPERVISOR)
    html = client.get(PAGE).get_data(as_text=True)
    assert 'name="case-data-dwelling_address-postcode"' in html
    assert 'name="case-data-finding_code"' in html
    for absent in ("s1-data-name", "indicators", "birth_date"):
        assert absent not in html
    assert client.get(PAGE[:-1] + "2").status_code == client.get(PAGE[:-1] + "0").status_code == 404
    sent = {"case-data-finding_code": "GEB-1", "s1-data-name": SECRET, "decision": " AVG-2026-7 "}
    assert client.post(PAGE, data=sent).location == "/verstrekkingen/d1"
    assert desk.calls == [("correct", "d1", "p1", "s1", {"finding_code": "GEB-1"}, "AVG-2026-7")]


def test_what_is_wrong_stands_beside_its_question_and_the_rest_is_kept(gateway: Gateway, app: Flask) -> None:
    """Nothing, no place on file, a value of another form: an error summary each time, and nothing was sent."""
    view, _envelope = helped(gateway)
    page = f"/verstrekkingen/{view.id}/onderdelen/{view.parts[0].id}/verbeteren/1"
    client, size = signed_in(app, SANNE), gateway.team.log_summary().entries
    sent = ({"decision": "N-1"}, {"s1-data-alias": "Anders"}, {"s1-data-alias": "A" * 900, "decision": "N-1"})
    for data, at in zip(sent, ("", 'href="#decision"', 'href="#s1-data-alias"'), strict=True):
        answer = client.post(page, data=data)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert 'role="alert"' in html
        assert at in html
        assert all(value in html for value in data.values())
    assert gateway.team.log_summary().entries == size


def test_a_correction_is_sealed_to_who_has_it_and_stands_in_the_timeline(gateway: Gateway, app: Flask) -> None:
    """From the button to the line; the new value is on no page afterwards, and another's part is not found."""
    view, _envelope = helped(gateway)
    base = f"/verstrekkingen/{view.id}"
    page = f"{base}/onderdelen/{view.parts[0].id}/verbeteren/1"
    client = signed_in(app, SANNE)
    assert page in client.get(base).get_data(as_text=True)
    sent = {"s1-data-alias": SECRET, "decision": "AVG-2026-7"}
    assert client.post(page.replace(view.parts[0].id, "0" * 32), data=sent).status_code == 404
    assert client.post(page, data=sent).location == base
    html = client.get(base).get_data(as_text=True)
    assert "Verbetering verzegeld en vastgelegd (onderdeel 2)" in html
    assert SECRET not in html
    assert gateway.team.follow(view.id, SANNE).parts[1].kind is MessageKind.CORRECTION
    for person in (FLEUR, OTTO):
        assert "/verbeteren" not in signed_in(app, person).get(base).get_data(as_text=True)
