"""A partner never sees, counts or times another's messages: every route, every kind of id, down to the statements."""

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.pool import Pool
from werkzeug.test import TestResponse

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.settings import Settings
from gateway.crypto.commitments import digest
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.views import PartState
from gateway.partner.keys import read_keys
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.api.dict_desk import Program
from tests.conftest import NOON, SetClock

SANNE, BRAM = DEMO_PEOPLE[:2]
ME, OTHER = "dudok-wonen", "avim"
ABSENT = "f" * 32
CROSSED = {"/api/v1/inbox/<message_id>", "/api/v1/inbox/<message_id>/receipts"}
"""Routes that take an id: each is tried with every id that is not the partner's own."""
STILL = {"/api/v1/inbox"}
"""Routes without an id: whatever happens to others, their answer does not change by one byte."""
NAMED = {"/api/v1/signals"}
"""Routes whose body may name a message: whosever it is, they answer and work alike."""
OPEN_TO_ALL = {"/log/checkpoint"}
"""What partners see alike: how far the log is. It counts everything that is recorded, and no message by itself."""
LITERAL = re.compile(r"'(?:[^']|'')*'|x'[0-9a-f]*'|\b\d+\b", re.IGNORECASE)


@dataclass
class World:
    """A gateway at work, a partner's program, and all that its database was told."""

    gateway: Gateway
    app: Flask
    program: Program[SetClock]
    said: list[str]

    def work(self, method: str, path: str, body: object = None) -> tuple[TestResponse, list[str]]:
        """Send a request; return the answer and what the database was asked for it, without values."""
        self.said.clear()
        answer = self.program.send(method, path, json=body)
        return answer, [LITERAL.sub("?", words) for words in self.said if not words.startswith("PRAGMA")]

    def urgent(self, number: int) -> tuple[str, str, str]:
        """Have a message sealed for AVIM; return the ids of its request, part and message."""
        view = self.gateway.team.submit(json.dumps(cases.urgent(NOON.date(), number, "protect_victim")).encode(), SANNE)
        return view.id, view.parts[0].id, str(view.parts[0].message_id)


@pytest.fixture
def world(settings: Settings, clock: SetClock, materials: Materials) -> Iterator[World]:
    """Return a gateway whose SQLite tells every statement that it runs."""
    said: list[str] = []

    def listen(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(said.append)

    event.listen(Pool, "connect", listen)
    try:
        gateway = build(settings, clock=clock, materials=materials)
        app = create_app(gateway, DemoSignIn(DEMO_PEOPLE), surface="partners")
        signer = read_keys(settings.home / "partners" / ME / f"{ME}.keys.json").signing
        program = Program(app, clock, ME, url=settings.public_url, signer=signer).sign_in()
        yield World(gateway, app, program, said)
        gateway.tools.store.close()
    finally:
        event.remove(Pool, "connect", listen)


def others_ids(world: World, first: int = 1) -> dict[str, str]:
    """Return ids that are not this partner's, by what they are of; the cases are numbered from `first`."""
    request, part, waiting = world.urgent(first)
    _, _, delivered = world.urgent(first + 1)
    world.gateway.partners.envelope(OTHER, delivered, now=NOON)
    _, _, recalled = world.urgent(first + 2)
    world.gateway.partners.envelope(OTHER, recalled, now=NOON)
    with world.gateway.tools.store.read() as unit:
        row = unit.outbox.get(recalled, partner=OTHER)
    world.gateway.tools.store.write(lambda unit: unit.outbox.change_state(row.message_id, PartState.RECALLED))
    mine = world.gateway.team.submit(json.dumps(cases.landlord(NOON.date(), first + 3)).encode(), SANNE)
    held = world.gateway.team.follow(mine.id, BRAM).parts[0]
    return {
        "waiting": waiting,
        "delivered": delivered,
        "recalled": recalled,
        "a request": request,
        "a part": part,
        "my own request, not sealed": mine.id,
        "my own part, not sealed": held.id,
    }


def body_for(world: World, rule: str, message: str) -> object:
    """Return the best body that a partner could send about a message: well signed, and with the right digest."""
    if not rule.endswith("/receipts"):
        return None
    with world.gateway.tools.store.read() as unit:
        rows = [row for row in unit.outbox.of_partner(OTHER) if row.message_id == message]
    payload = digest(rows[0].message.encode() if rows else b"absent")
    signer = world.program.signer
    assert signer is not None
    receipt = make_receipt(
        key=signer,
        partner_id=ME,
        audience=world.gateway.settings.issuer,
        message_id=message,
        payload_digest=payload,
        state=ReceiptState.OPENED,
        at=NOON,
    )
    return {"receipt": receipt}


def partner_routes(app: Flask) -> dict[str, set[str]]:
    """Return the routes for partners, with their methods."""
    routes: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if "partner" in getattr(app.view_functions[rule.endpoint], "roles", ()):
            routes.setdefault(rule.rule, set()).update((rule.methods or set()) - {"OPTIONS"})
    return routes


def test_every_route_for_partners_is_tried_here(world: World) -> None:
    """A new route must be put in one of the lists above, and into the tests below."""
    routes = partner_routes(world.app)
    assert set(routes) == CROSSED | STILL | NAMED | OPEN_TO_ALL
    assert {rule for rule in routes if "<" in rule} == CROSSED


@pytest.mark.control("DPIA-16")
def test_anothers_id_is_answered_and_worked_on_as_one_that_is_not_there(world: World) -> None:
    """Same status, same bytes, same headers, and the same statements to the database in the same order."""
    ids = others_ids(world)
    for rule, methods in partner_routes(world.app).items():
        for method in sorted(methods) if rule in CROSSED else ():
            absent, work = world.work(method, rule.replace("<message_id>", ABSENT), body_for(world, rule, ABSENT))
            assert absent.status_code == 404
            assert work != []
            for kind, message in ids.items():
                path = rule.replace("<message_id>", message)
                answer, done = world.work(method, path, body_for(world, rule, message))
                told = (answer.status_code, answer.data, list(answer.headers))
                assert told == (absent.status_code, absent.data, list(absent.headers)), f"{method} {rule}: {kind}"
                assert done == work, f"{method} {rule}: {kind}"


def test_what_happens_to_others_changes_no_byte_of_the_list(world: World) -> None:
    """Not its length, order, headers or ids, and not what the database was asked for it."""
    asked = [(rule, method) for rule in STILL for method in sorted(partner_routes(world.app)[rule])]
    for number, (rule, method) in enumerate(asked):
        before = world.work(method, rule)
        others_ids(world, 10 * number + 1)
        after = world.work(method, rule)
        assert (after[0].data, list(after[0].headers)) == (before[0].data, list(before[0].headers))
        assert after[1] == before[1]


def test_a_signal_about_anothers_message_is_received_as_one_about_nothing(world: World) -> None:
    """202 with the same bytes, and the same statements: a partner cannot try out ids."""
    ids = others_ids(world)

    def told(message: str) -> tuple[TestResponse, list[str]]:
        key = secrets.token_hex(16)
        body = {"code": "question", "question": "call_us", "idempotency_key": key, "message": message}
        answer, work = world.work("POST", "/api/v1/signals", body)
        # How many nodes an entry adds to the tree depends on its place in the log alone (RFC 9162 section 2.1).
        return answer, [words for words in work if not words.startswith("INSERT INTO node ")]

    absent, work = told(ABSENT)
    assert absent.status_code == 202
    for kind, message in ids.items():
        answer, done = told(message)
        assert (answer.data, list(answer.headers)) == (absent.data, list(absent.headers)), kind
        assert done == work, kind


def test_the_statements_that_are_compared_are_those_of_the_request(world: World) -> None:
    """So that an empty list is never compared with an empty list: the message is asked for, for this partner alone."""
    _, work = world.work("GET", f"/api/v1/inbox/{ABSENT}")
    asked = [words for words in work if "FROM outbox" in words]
    assert len(asked) == 1
    assert "outbox.message_id = ?" in asked[0]
    assert "outbox.partner = ?" in asked[0]


def test_ids_are_random_and_say_nothing_of_order_or_number(world: World) -> None:
    """128 random bits each: an own id does not tell how many others came before."""
    messages = [world.urgent(number)[2] for number in range(1, 5)]
    assert all(re.fullmatch(r"[0-9a-f]{32}", message) for message in messages)
    assert len({message[:4] for message in messages}) > 1
