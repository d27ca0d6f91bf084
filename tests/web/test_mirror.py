"""The mirror on the page: what a recipient reads, in plain words, and only before those who may see it."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from gateway.model.people import Employee, Person
from gateway.model.terms import Json
from gateway.web.mirror import Line, Reflection, Told, reflect
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.builders import ADVICE
from tests.conftest import NOON, SetClock
from tests.web.canned import NASTY, SUPERVISOR, VOCABULARY, CannedDesk, client_for, make_app

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
DAY = NOON.date()
DATA = ("1299ZA", "bis", "0402019900000012", "Vernietigen uiterlijk op")
"""What stands in the mirror of a message to the landlord, and nowhere else on its page."""
CONTENTS: Json = {
    "ground": "gebruik in strijd met de bestemming",
    "purpose": "prevent_recurrence",
    "legal_basis": ["L1", "L2"],
    "obligations": {"onward_disclosure": "forbidden", "destroy_by": "2027-11-24"},
    "subjects": [
        {
            "ref": "s1",
            "role": "facilitator",
            "data": {
                "name": NASTY,
                "birth_date": "1990-02-28",
                "finding_code": "GEB-1",
                "indicators": ["I1", "other"],
                "visits": 3,
                "dwelling_address": {"postcode": "1299ZA", "number": 12, "addition": "bis", "bag_id": "04020199"},
                "case_ref": "2026-99-99",
                "made_up": {"seen": True, "heard": False},
            },
        },
        {"ref": "s2", "data": {"dwelling_address": {"postcode": "1299ZB", "number": 3}}},
    ],
}


def reflected(language: str, contents: Json = CONTENTS) -> Reflection:
    """Return the mirror in a language."""
    with make_app(CannedDesk()).test_request_context("/", headers={"Cookie": f"taal={language}"}):
        return reflect(contents, VOCABULARY)


def text(lines: tuple[Line, ...]) -> dict[str, str]:
    """Return the plain values by label."""
    return {line.label: line.told.text for line in lines}


def test_a_reader_is_told_why_and_what_it_must_do() -> None:
    """In the words of the reader's own page, in both languages; the ground is the row's label, as it is sealed."""
    assert text(reflected("nl").reason) == {
        "Reden": "gebruik in strijd met de bestemming",
        "Doel": "herhaling voorkomen",
        "Wettelijke grondslag": "L1; L2",
        "Doorgeven aan anderen": "mag niet",
        "Vernietigen uiterlijk op": "24 november 2027",
    }
    assert text(reflected("en").reason)["Destroy at the latest on"] == "24 November 2027"
    assert text(reflected("en").reason)["Passing on to others"] == "not allowed"


def test_each_value_is_told_as_its_reader_finds_it() -> None:
    """Codes in words, dates as people say them, an address in one line, and no value left out or made prettier."""
    (first, lines), (second, others) = reflected("nl").subjects
    assert (first, second) == ("Gegevens 1", "Gegevens 2")
    told = {line.label: line.told for line in lines}
    assert next(iter(told)) == "Rol"
    assert told["Rol"].text == "facilitator"
    assert told["Veld birth date"].text == "28 februari 1990"
    assert told["Veld finding code"].text == "gebruik in strijd"
    assert [item.text for item in told["Veld indicators"].items] == ["een", "other"]
    assert told["Veld visits"].text == "3"
    address = told["Veld dwelling address"]
    assert (address.text, text(address.lines)) == ("1299ZA 12 bis", {"BAG-nummer": "04020199"})
    assert told["Veld case ref"].text == "2026-99-99"  # it looks like a date and is none
    assert text(told["Made up"].lines) == {"Heard": "nee", "Seen": "ja"}
    assert told["Veld name"].text == NASTY
    assert [line.told for line in others] == [Told("1299ZB 3")]


def test_what_is_told_is_never_markup() -> None:
    """A name that looks like a script is shown as it is, and does nothing."""
    html = client_for(CannedDesk(), SUPERVISOR).get("/verstrekkingen/d1").get_data(as_text=True)
    assert "&lt;script&gt;" in html
    assert NASTY not in html
    assert NASTY not in repr(reflected("nl"))


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn((*DEMO_PEOPLE, *DEMO_EMPLOYEES)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def page(app: Flask, path: str, who: Person | Employee | None) -> str:
    """Return a page as somebody gets it."""
    client = app.test_client()
    if who is not None:
        client.post("/aanmelden", data={"person": who.id})
    return client.get(path).get_data(as_text=True)


def sees(app: Flask, path: str, who: Person | Employee | None) -> bool:
    """Say whether somebody is shown the mirror; whoever is not, is shown nothing of what stands in it."""
    html = page(app, path, who)
    there = {word for word in DATA if word in html}
    assert there in (set(), set(DATA)), there
    return bool(there)


@pytest.mark.control("DPIA-08")
def test_only_the_requester_and_who_judges_see_what_waits(gateway: Gateway, app: Flask) -> None:
    """A privacy officer, a partner's employee and a stranger see none of it; after sealing nobody does."""
    view = gateway.team.submit(json.dumps(cases.landlord(DAY, 1)).encode(), SANNE)
    path = f"/verstrekkingen/{view.id}"
    outside = (OTTO, *DEMO_EMPLOYEES, None)
    assert [sees(app, path, who) for who in (SANNE, BRAM, MERYEM, FLEUR)] == [True] * 4
    assert not any(sees(app, path, who) for who in outside)
    gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    assert not any(sees(app, path, who) for who in (*DEMO_PEOPLE, *outside))


@pytest.mark.control("DPIA-08")
def test_what_the_manager_decides_is_shown_to_nobody_else(gateway: Gateway, app: Flask) -> None:
    """A colleague may not approve it and so does not see it; the manager sees it once the FG advised."""
    view = gateway.team.submit(json.dumps(cases.landlord_about_tenant(DAY, 1)).encode(), SANNE)
    path = f"/verstrekkingen/{view.id}"
    assert [sees(app, path, who) for who in DEMO_PEOPLE] == [True, False, False, True, False]
    gateway.team.advise(view.id, view.parts[0].id, ADVICE, True, FLEUR)
    assert [sees(app, path, who) for who in DEMO_PEOPLE] == [True, False, True, True, False]


def test_the_mirror_shows_what_would_leave_now(gateway: Gateway, app: Flask, clock: SetClock) -> None:
    """The next day the recipient must destroy it a day later: another digest, and that is what the approver posts."""
    view = gateway.team.submit(json.dumps(cases.landlord(DAY, 1)).encode(), SANNE)
    path = f"/verstrekkingen/{view.id}"
    before = page(app, path, BRAM)
    assert before.count(view.parts[0].digest) >= 2
    clock.now += timedelta(days=1)
    after = page(app, path, BRAM)
    assert view.parts[0].digest not in after
    assert "24 november 2027" in before
    assert "25 november 2027" in after
