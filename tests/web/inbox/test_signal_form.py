"""The form for signals, the list of the team, and a desk that is away: closed choices, and nobody learns anything."""

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from gateway.model.notices import Channels
from gateway.model.people import Employee, Person
from gateway.model.signal import SENDERS, SignalCode, codes_for
from gateway.pipeline.tell import tell_partner
from gateway.store.ports import Unit
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON, SetClock
from tests.web.test_pages import Reader

ADA, DIRK, SOFIE = DEMO_EMPLOYEES
SANNE, _, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
PAGE = "/postvak/signaal"
NUISANCE = {
    "code": "nuisance",
    "key": "k" * 32,
    "dwelling-postcode": "1299 za",
    "dwelling-number": "14",
    "dwelling-addition": "",
    "kind": "noise",
    "count": "3",
    "first-day": "1",
    "first-month": "11",
    "first-year": "2026",
    "last-day": "20",
    "last-month": "11",
    "last-year": "2026",
}


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn((*DEMO_PEOPLE, *DEMO_EMPLOYEES)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def client_of(app: Flask, who: Employee | Person) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    client.post("/aanmelden", data={"person": who.id})
    return client


@pytest.mark.parametrize("who", DEMO_EMPLOYEES, ids=lambda who: who.partner)
def test_each_kind_of_partner_is_offered_its_own_codes(app: Flask, gateway: Gateway, who: Employee) -> None:
    """What it may not send is not offered, and refused when it is asked for all the same."""
    client = client_of(app, who)
    page = Reader(client.get(PAGE).get_data(as_text=True))
    offered = {attrs["value"] for attrs in page.all("input") if attrs.get("type") == "radio"}
    allowed = {code.value for code in codes_for(gateway.tools.partners[who.partner].kind)}
    assert offered == allowed
    for code in SENDERS:
        assert client.get(f"{PAGE}?code={code.value}").status_code == (200 if code.value in allowed else 403)
        if code.value not in allowed:
            assert client.post(PAGE, data={"code": code.value}).status_code in {400, 403}
    assert list(gateway.team.signals()) == []


def test_no_form_has_a_field_for_words(app: Flask) -> None:
    """No textarea anywhere; what is typed is a postcode, a number or a date, and short."""
    for who in DEMO_EMPLOYEES:
        client = client_of(app, who)
        for code in SignalCode:
            page = Reader(client.get(f"{PAGE}?code={code.value}").get_data(as_text=True))
            assert not page.all("textarea")
            typed = [attrs for attrs in page.all("input") if attrs.get("type") == "text"]
            names = {attrs["name"] for attrs in typed} - {"count"}
            assert all(
                re.fullmatch(r"(dwelling|first|last)-(postcode|number|addition|day|month|year)", str(n)) for n in names
            )


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("dwelling-postcode", "Havenstraat", "dwelling-postcode"),
        ("dwelling-number", "veertien", "dwelling-postcode"),
        ("dwelling-addition", "Kimberly", "dwelling-postcode"),
        ("kind", "", "kind"),
        ("count", "heel veel", "kind"),
        ("count", "0", "kind"),
        ("last-day", "31", "kind"),
        ("first-year", "1999", "kind"),
        ("key", "short", None),
    ],
)
def test_a_fault_is_pointed_at_and_the_rest_is_kept(
    app: Flask, gateway: Gateway, name: str, value: str, points: str | None
) -> None:
    """An error summary with links, the typed values still there, and nothing in the address or the title."""
    answer = client_of(app, DIRK).post(PAGE, data={**NUISANCE, name: value})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "<title>Fout: " in html
    assert "Er klopt iets nog niet" in html
    if points is not None:
        assert f'href="#{points}"' in html
        assert f'id="{points}"' in html
    assert 'value="1299 za"' in html or name == "dwelling-postcode"
    assert list(gateway.team.signals()) == []


@pytest.mark.parametrize("number", ["14", "99"])
def test_the_answer_is_the_same_whether_or_not_the_dwelling_is_theirs(app: Flask, number: str) -> None:
    """The same page, to the byte; what the team sees differs."""
    client = client_of(app, DIRK)
    answer = client.post(PAGE, data={**NUISANCE, "dwelling-number": number})
    assert (answer.status_code, answer.location) == (303, "/postvak?klaar=signaal")
    assert "Ontvangen. Het team kijkt ernaar." in client.get(answer.location).get_data(as_text=True)
    page = client_of(app, SANNE).get("/signalen").get_data(as_text=True)
    assert ("1299ZA" in page) is (number == "14")
    assert ("Dit past niet" in page) is (number == "99")
    assert "Dirk (Dudok Wonen, verzonnen)" in page


@pytest.mark.parametrize(
    ("who", "form"),
    [
        (ADA, {"code": "hold", "dwelling-postcode": "1299ZA", "dwelling-number": "14"}),
        (ADA, {"code": "hold_lifted", "dwelling-postcode": "1299ZA", "dwelling-number": "14"}),
        (ADA, {"code": "hold_lifted", "message": "0" * 32}),
        (SOFIE, {"code": "coordinate", "message": "0" * 32, "answer": "yes"}),
        (SOFIE, {"code": "question", "question": "call_us"}),
        (DIRK, {"code": "question", "question": "key_lost", "message": "0" * 32}),
    ],
)
def test_every_form_sends_its_signal(app: Flask, gateway: Gateway, who: Employee, form: dict[str, str]) -> None:
    """By a person, whose name the team sees, with what it may mean and what to do."""
    assert client_of(app, who).post(PAGE, data={**form, "key": "q" * 20}).status_code == 303
    (view,) = gateway.team.signals()
    assert (view.signal.code.value, view.partner, view.sent_by) == (form["code"], who.partner, who.name)
    page = client_of(app, MERYEM).get("/signalen").get_data(as_text=True)
    assert "Wat het kan betekenen" in page
    assert "Wat u nu doet" in page
    assert "Signalen" in page.split("<title>")[1].split("</title>")[0]


def test_the_list_is_for_the_team_and_its_button_needs_an_open_signal(app: Flask, gateway: Gateway) -> None:
    """Officers and partners do not see it; what is handled moves down."""
    client_of(app, DIRK).post(PAGE, data=NUISANCE)
    (view,) = gateway.team.signals()
    for who in (FLEUR, OTTO, DIRK):
        assert client_of(app, who).get("/signalen").status_code == 403
        assert client_of(app, who).post(f"/signalen/{view.id}/afgehandeld").status_code == 403
    team = client_of(app, SANNE)
    assert team.post(f"/signalen/{'f' * 32}/afgehandeld").status_code == 404
    assert team.post(f"/signalen/{view.id}/afgehandeld").status_code == 303
    assert team.post(f"/signalen/{view.id}/afgehandeld").status_code == 404
    page = team.get("/signalen").get_data(as_text=True)
    assert "Er zijn geen nieuwe signalen" in page
    assert "1299ZA" not in page


def told(gateway: Gateway, message: str, partner: str, at: dt.datetime) -> list[str]:
    """Return who is told by e-mail that a message waits."""
    tools = replace(gateway.tools, channels=Channels(email=True))
    later = at + dt.timedelta(days=1)

    def commit(unit: Unit) -> list[str]:
        tell_partner(tools, unit, partner, message, urgent=False, at=at)
        queued = [notice for notice, _ in unit.notices.due(later, 9)]
        for notice in queued:
            unit.notices.drop(notice.id)
        return [notice.recipient for notice in queued]

    return tools.store.write(commit)


def test_a_desk_that_is_away_has_its_substitute_told(app: Flask, gateway: Gateway, clock: SetClock) -> None:
    """Until the day that was given, within 60 days; the log says that it was noted, and coming back ends it."""
    client = client_of(app, DIRK)
    view = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 5, "protect_victim")).encode(), SANNE)
    message = str(view.parts[0].message_id)
    with gateway.tools.store.read() as unit:
        assert list(unit.notices.due(NOON + dt.timedelta(days=1), 9)) == []
    desk, other = "dudok-wonen", "dudok-wonen/substitute"
    assert "klantcentrum@dudok-wonen.example" in client.get("/postvak").get_data(as_text=True)
    for day in (("23", "11", "2026"), ("24", "2", "2027"), ("31", "2", "2027"), ("", "", ""), ("1", "x", "2026")):
        form = dict(zip(("until-day", "until-month", "until-year"), day, strict=True))
        assert client.post("/postvak/afwezig", data=form).status_code == 400
    assert told(gateway, message, "dudok-wonen", NOON) == [desk]
    size = gateway.team.log_summary().entries
    form = {"until-day": "1", "until-month": "12", "until-year": "2026"}
    assert client.post("/postvak/afwezig", data=form).status_code == 303
    assert [(line.type, line.outcome) for line in gateway.team.log_entries(size, size + 9)] == [("review", "desk_away")]
    assert sorted(told(gateway, message, "dudok-wonen", NOON)) == [desk, other]
    assert "afwezig tot en met 1 december 2026" in client.get("/postvak").get_data(as_text=True)
    assert told(gateway, message, "dudok-wonen", NOON + dt.timedelta(days=8)) == [desk]
    client.post("/postvak/afwezig", data={"terug": "1"})
    assert told(gateway, message, "dudok-wonen", NOON) == [desk]
    assert told(gateway, message, "avim", NOON) == ["avim"]
