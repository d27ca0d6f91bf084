"""The inbox in a browser: a partner's people see and do what is their own organisation's, and nothing else."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.bootstrap import Gateway
from gateway.crypto.commitments import digest
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_EMPLOYEES, DEMO_PEOPLE
from gateway.log.envelope import Envelope
from gateway.model.people import Employee
from gateway.partner.keys import read_keys
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON, SetClock

ADA, DIRK, SOFIE = DEMO_EMPLOYEES
SANNE = DEMO_PEOPLE[0]
ISLAND = re.compile(r'<script type="application/json" id="(\w+)">(.*?)</script>', re.DOTALL)


@pytest.fixture
def app(gateway: Gateway) -> Flask:
    """Return the whole app with invented people."""
    app = create_app(gateway, DemoSignIn((*DEMO_PEOPLE, *DEMO_EMPLOYEES)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def letter(gateway: Gateway) -> str:
    """Return the id of a message that waits for AVIM."""
    view = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 5, "protect_victim")).encode(), SANNE)
    return str(view.parts[0].message_id)


def client_of(app: Flask, who: Employee) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    answer = client.post("/aanmelden", data={"person": who.id})
    assert (answer.status_code, answer.location) == (303, "/postvak")
    return client


def islands(html: str) -> dict[str, str]:
    """Return the JSON islands of a page."""
    return dict(ISLAND.findall(html))


def a_receipt(gateway: Gateway, envelope: Envelope, letter: str, partner: str = "avim") -> str:
    """Return a receipt as the page makes it, with the key file from the partner's own disk."""
    keys = read_keys(gateway.settings.home / "partners" / partner / f"{partner}.keys.json")
    return make_receipt(
        partner_id=partner,
        audience=gateway.tools.issuer,
        message_id=letter,
        payload_digest=digest(envelope.message.encode()),
        state=ReceiptState.OPENED,
        at=NOON,
        key=keys.signing,
    )


@pytest.mark.control("DPIA-16")
@pytest.mark.parametrize("who", [DIRK, SOFIE])
def test_another_partners_message_looks_absent_everywhere(
    gateway: Gateway, app: Flask, letter: str, who: Employee
) -> None:
    """Every address, by its id and by one that nobody has: the same answer, and nothing happens to the message."""
    client = client_of(app, who)
    assert letter not in client.get("/postvak").get_data(as_text=True)
    envelope = gateway.partners.envelope("avim", letter, now=NOON)
    receipt = a_receipt(gateway, envelope, letter)
    for method, path, data in (
        ("GET", "/postvak/{}", {}),
        ("POST", "/postvak/{}/openen", {}),
        ("POST", "/postvak/{}/ontvangst", {"receipt": receipt}),
    ):
        theirs = client.open(path.format(letter), method=method, data=data)
        nobodys = client.open(path.format("f" * 32), method=method, data=data)
        nonsense = client.open(path.format("..%2f" + letter), method=method, data=data)
        assert theirs.status_code == nobodys.status_code == nonsense.status_code == 404
        assert theirs.get_data() == nobodys.get_data()
    with gateway.tools.store.read() as unit:
        assert list(unit.outbox.receipts(letter)) == []


def test_nobody_else_comes_in(app: Flask, letter: str) -> None:
    """Not without signing in, and staff have no inbox; every address of the room."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/postvak")]
    assert len(rules) >= 6
    staff = app.test_client()
    staff.post("/aanmelden", data={"person": SANNE.id})
    for rule in rules:
        path, method = rule.rule.replace("<message_id>", letter), "POST" if "POST" in (rule.methods or ()) else "GET"
        answer = app.test_client().open(path, method=method)
        assert (answer.status_code, answer.location) == (303, "/aanmelden")
        assert staff.open(path, method=method).status_code == 403


def test_a_partner_that_was_switched_off_sees_nothing(app: Flask, gateway: Gateway, letter: str) -> None:
    """Somebody whose organisation is gone has no inbox, whatever their session says."""
    gone = create_app(gateway, DemoSignIn([Employee("demo:x", "X (verzonnen)", "opgeheven")]))
    gone.config["WTF_CSRF_ENABLED"] = False
    client = client_of(gone, Employee("demo:x", "", ""))
    for path in ("/postvak", f"/postvak/{letter}", "/postvak/signaal"):
        assert client.get(path).status_code == 403
    assert client.post(f"/postvak/{letter}/openen").status_code == 403


def test_the_list_tells_states_and_no_contents(gateway: Gateway, app: Flask, letter: str) -> None:
    """Waiting, delivered, opened: of its own messages."""
    client = client_of(app, ADA)
    page = client.get("/postvak").get_data(as_text=True)
    assert "Nieuw" in page
    assert "Dirk Verzonnen" not in page + client.get(f"/postvak/{letter}").get_data(as_text=True)
    opened = client.post(f"/postvak/{letter}/openen")
    assert "nog niet geopend" in client.get("/postvak").get_data(as_text=True)
    envelope = Envelope.from_json(islands(opened.get_data(as_text=True))["envelope"])
    handed = client.post(f"/postvak/{letter}/ontvangst", data={"receipt": a_receipt(gateway, envelope, letter)})
    assert handed.location == "/postvak?klaar=bevestigd"
    page = client.get("/postvak?klaar=bevestigd").get_data(as_text=True)
    assert "Geopend" in page
    assert "Uw bevestiging is vastgelegd" in page


def test_opening_hands_over_ciphertext_in_a_page_that_reaches_no_address(
    gateway: Gateway, app: Flask, letter: str
) -> None:
    """The served page holds the envelope and where the receipt goes; who opened it stands in the log."""
    client = client_of(app, ADA)
    size = gateway.team.log_summary().entries
    answer = client.post(f"/postvak/{letter}/openen")
    told = islands(answer.get_data(as_text=True))
    assert json.loads(told["envelope"]).keys() == {"message", "leaf", "proof", "opening"}
    assert json.loads(told["reply"])["action"] == f"/postvak/{letter}/ontvangst"
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "Dirk Verzonnen" not in answer.get_data(as_text=True)
    (line,) = gateway.team.log_entries(size, size + 9)
    assert (line.type, line.outcome) == ("access", "fetched")
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, size)
    assert (detail["by"], detail["by_name"], detail["message"]) == (ADA.id, ADA.name, letter)


@pytest.mark.parametrize("receipt", ["", "a.b.c", "x" * 100])
def test_a_receipt_that_proves_nothing_is_refused(gateway: Gateway, app: Flask, letter: str, receipt: str) -> None:
    """Signing in is not enough: the partner's key must have signed it, and about this very message."""
    client = client_of(app, ADA)
    client.post(f"/postvak/{letter}/openen")
    assert client.post(f"/postvak/{letter}/ontvangst", data={"receipt": receipt}).status_code == 400
    envelope = gateway.partners.envelope("avim", letter, now=NOON)
    foreign = a_receipt(gateway, envelope, letter, partner="politie")
    assert client.post(f"/postvak/{letter}/ontvangst", data={"receipt": foreign}).status_code == 400


@contextmanager
def with_csrf(app: Flask) -> Iterator[None]:
    """Check tokens again for a while."""
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        yield
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_every_form_of_the_room_needs_its_token(app: Flask, letter: str) -> None:
    """Another site cannot open, acknowledge, signal or go away in somebody's name."""
    client = client_of(app, ADA)
    with with_csrf(app):
        for path in (f"{letter}/openen", f"{letter}/ontvangst", "afwezig", "signaal"):
            assert client.post(f"/postvak/{path}").status_code == 400


def test_a_message_that_waits_for_a_day_stands_out(gateway: Gateway, app: Flask, letter: str, clock: SetClock) -> None:
    """In the list, with what to do, until somebody opened it."""
    client = client_of(app, ADA)
    clock.now += timedelta(hours=23, minutes=59)
    assert "langer dan een dag" not in client.get("/postvak").get_data(as_text=True)
    clock.now += timedelta(minutes=1)
    assert "Eén bericht wacht" in client.get("/postvak").get_data(as_text=True)
    envelope = gateway.partners.envelope("avim", letter, now=clock.now)
    gateway.partners.acknowledge("avim", letter, a_receipt(gateway, envelope, letter), now=clock.now)
    assert "langer dan een dag" not in client.get("/postvak").get_data(as_text=True)
