"""The page that takes a message back: a reason of the list, who may, and what is said before and after."""

from dataclasses import replace

import pytest
from flask import Flask

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.people import Person
from gateway.model.views import PartState
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.pipeline.test_recalls import helped
from tests.web.canned import FG, MANAGER, OFFICER, PART, SUPERVISOR, VIEW, CannedDesk, client_for

SANNE, BRAM, _, FLEUR, _ = DEMO_PEOPLE
PAGE = "/verstrekkingen/d1/onderdelen/p1/terugroepen"


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.mark.parametrize("person", [FG, OFFICER])
def test_officers_have_no_such_page(desk: CannedDesk, person: Person) -> None:
    """Neither to look at nor to post to."""
    client = client_for(desk, person)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data={"reason": "wrong_data"}).status_code == 403
    assert desk.calls == []


@pytest.mark.parametrize("reason", ["", "because", "wrong_data "])
def test_no_reason_or_one_of_your_own_is_refused_with_a_summary(desk: CannedDesk, reason: str) -> None:
    """The page comes back with a link to the question; nothing was recalled, and what was sent is not repeated."""
    desk.view = replace(VIEW, parts=(replace(PART, state=PartState.DELIVERED),))
    answer = client_for(desk, SUPERVISOR).post(PAGE, data={"reason": reason})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'href="#reason-1"' in html
    assert "because" not in html
    assert all(call[0] != "recall" for call in desk.calls)


def test_the_reason_reaches_the_desk_and_leads_back(desk: CannedDesk) -> None:
    """One word of the closed list."""
    answer = client_for(desk, MANAGER).post(PAGE, data={"reason": "wrong_data"})
    assert (answer.status_code, answer.location) == (303, "/verstrekkingen/d1")
    assert desk.calls == [("recall", "d1", "p1", "wrong_data")]


def test_a_recalled_message_shows_in_the_timeline_with_the_reason_and_offers_nothing_more(
    gateway: Gateway, app: Flask
) -> None:
    """From the button to the line of the log, over the real pages; another's part is not found."""
    view, _ = helped(gateway)
    base = f"/verstrekkingen/{view.id}"
    page = f"{base}/onderdelen/{view.parts[0].id}/terugroepen"
    client = app.test_client()
    client.post("/aanmelden", data={"person": SANNE.id})
    assert page in client.get(base).get_data(as_text=True)
    assert "opgehaald" in client.get(page).get_data(as_text=True)
    wrong = page.replace(view.parts[0].id, "0" * 32)
    assert client.get(wrong).location == base
    assert client.post(wrong, data={"reason": "not_needed"}).status_code == 404
    assert client.post(page, data={"reason": "not_needed"}).status_code == 303
    html = client.get(base).get_data(as_text=True)
    assert "Teruggeroepen (onderdeel 1)</strong>" in html
    assert "De ontvanger heeft het niet meer nodig" in html
    assert "Terugroepbericht verzegeld en vastgelegd" in html
    assert page not in html
    client.post("/aanmelden", data={"person": FLEUR.id})
    assert "/terugroepen" not in client.get(base).get_data(as_text=True)
