"""Whoever holds a link, over HTTP: one answer and one piece of work for all that is refused, no trace in any log."""

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.pool import Pool
from werkzeug.test import TestResponse

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.settings import Settings
from gateway.crypto.one_time import OneTimeKey, sign_not_for_us
from gateway.demo.setting import DEMO_PEOPLE
from gateway.log.envelope import Envelope
from gateway.model.views import PartState
from gateway.pipeline.links import OPENS, WRONG_CODES
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import SetClock
from tests.pipeline.a_link import LIBRARY, PHONE, Sent, other

LITERAL = re.compile(r"'(?:[^']|'')*'|x'[0-9a-f]*'|\b\d+\b", re.IGNORECASE)
SHIFTING = {"Date"}


@dataclass
class World:
    """A gateway with its partners' surface, and all that its database was told."""

    gateway: Gateway
    app: Flask
    said: list[str]

    def post(self, path: str, body: object) -> TestResponse:
        """Send JSON, as the page does."""
        return self.app.test_client().post(f"/ophalen/{path}", json=body)

    def open(self, link: str, code: str, browser: str = PHONE) -> TestResponse:
        """Ask for a message."""
        return self.post("bericht", {"link": link, "code": code, "browser": browser})

    def work(self, ask: Callable[[], TestResponse]) -> tuple[bytes, int, list[tuple[str, str]], list[str]]:
        """Ask; return all of the answer, and what the database was told for it, without values."""
        self.said.clear()
        answer = ask()
        told = [LITERAL.sub("?", words) for words in self.said if not words.startswith("PRAGMA")]
        headers = sorted((name, value) for name, value in answer.headers if name not in SHIFTING)
        return answer.data, answer.status_code, headers, told


@pytest.fixture
def world(settings: Settings, clock: SetClock, materials: Materials) -> Iterator[World]:
    """Return a gateway whose SQLite tells every statement that it runs."""
    said: list[str] = []

    def listen(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(said.append)

    event.listen(Pool, "connect", listen)
    try:
        gateway = build(settings, clock=clock, materials=materials)
        yield World(gateway, create_app(gateway, DemoSignIn(DEMO_PEOPLE), surface="partners"), said)
        gateway.tools.store.close()
    finally:
        event.remove(Pool, "connect", listen)


def test_whatever_is_refused_is_one_answer_and_one_piece_of_work(world: World, clock: SetClock) -> None:
    """Down to the statements that the database runs: nobody can learn from time or text why a link does not open."""
    gone, opened, closed, stopped, late = (Sent(world.gateway, number) for number in range(301, 306))
    keys = {sent.id: sent.letter() for sent in (gone, opened, closed, stopped)}
    codes = {sent.id: sent.code() for sent in (gone, opened, closed, stopped, late)}
    world.open(OneTimeKey.generate().id, "00000000")  # the very first refusal makes the row that counts them
    gone.tools.store.write(lambda unit: unit.outbox.change_state(str(gone.part().message_id), PartState.RECALLED))
    assert world.open(keys[opened.id].id, codes[opened.id]).status_code == 200
    for _ in range(WRONG_CODES):
        world.open(keys[closed.id].id, other(codes[closed.id]))
    tries = {
        "unknown": lambda: world.open(OneTimeKey.generate().id, "12345678"),
        "wrong code": lambda: world.open(keys[stopped.id].id, other(codes[stopped.id])),
        "recalled": lambda: world.open(keys[gone.id].id, codes[gone.id]),
        "recalled, wrong code": lambda: world.open(keys[gone.id].id, other(codes[gone.id])),
        "opened by another browser": lambda: world.open(keys[opened.id].id, codes[opened.id], LIBRARY),
        "closed, right code": lambda: world.open(keys[closed.id].id, codes[closed.id]),
        "no link": lambda: world.open("x", "12345678"),
        "no code": lambda: world.open(keys[stopped.id].id, "1"),
        "no browser": lambda: world.open(keys[stopped.id].id, codes[stopped.id], "1"),
        "not the members": lambda: world.post("bericht", {"link": keys[stopped.id].id}),
        "no object": lambda: world.post("bericht", [1]),
        "too long": lambda: world.open("0" * 5000, "12345678"),
    }
    seen = {name: world.work(ask) for name, ask in tries.items()}
    clock.now += OPENS
    seen["expired"] = world.work(lambda: world.open(keys[stopped.id].id, codes[stopped.id]))
    one = seen["unknown"]
    assert one[1] == 404
    assert {name for name, answer in seen.items() if answer[:3] != one[:3]} == set()
    assert {name for name, answer in seen.items() if answer[3] != one[3]} == set()
    assert "UPDATE pickup_refusals SET value=(pickup_refusals.value + ?)" in one[3]


def test_five_wrong_codes_are_five_from_eight_threads_too(world: World) -> None:
    """Forty wrong codes at once over HTTP, then the right one: it was closed after five."""
    sent = Sent(world.gateway)
    key, code = sent.letter(), sent.code()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: world.open(key.id, other(code)).status_code, range(40)))
    assert answers == [404] * 40
    assert world.open(key.id, code).status_code == 404
    outcomes = [line.outcome for line in world.gateway.team.log_entries(0, 1000)]
    assert outcomes.count("link_closed") == 1


def test_the_right_code_among_many_at_once_opens_for_one(world: World) -> None:
    """Sixteen browsers with the right code, eight at a time: one has the message."""
    sent = Sent(world.gateway)
    key, code = sent.letter(), sent.code()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: world.open(key.id, code, f"{n:032x}").status_code, range(16)))
    assert sorted(answers) == [200] + [404] * 15


def test_looking_changes_nothing(world: World) -> None:
    """Previews and scanners of mail send GET, HEAD and OPTIONS."""
    sent = Sent(world.gateway)
    key, code = sent.letter(), sent.code()
    client = world.app.test_client()
    entries = world.gateway.team.log_summary().entries
    world.said.clear()
    for ask in (client.get, client.head, client.options):
        assert ask("/ophalen").status_code == 200
    for path in ("bericht", "ontvangst", "antwoord"):
        assert client.get(f"/ophalen/{path}").status_code == 405
    assert [words for words in world.said if words.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert world.gateway.team.log_summary().entries == entries
    assert world.open(key.id, code).status_code == 200


def test_a_form_of_another_site_is_no_attempt(world: World) -> None:
    """What a browser sends without asking first is not JSON; it is refused as an unknown link, and counts for none."""
    sent = Sent(world.gateway)
    key, code = sent.letter(), sent.code()
    answer = world.app.test_client().post("/ophalen/bericht", data={"link": key.id, "code": code, "browser": PHONE})
    assert answer.status_code == 404
    assert sent.link().tries_left == WRONG_CODES


def test_the_page_may_ask_its_own_gateway_and_nobody_else(world: World) -> None:
    """No script but its own, no cache, no referrer, no frame."""
    headers = world.app.test_client().get("/ophalen").headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "connect-src 'self'", "form-action 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_a_receipt_and_a_wrong_address_are_answered(world: World) -> None:
    """204 for what was taken; an answer about somebody else's letter is never told whether it was."""
    sent = Sent(world.gateway)
    key, code = sent.letter(), sent.code()
    found = Envelope.from_json(world.open(key.id, code).get_data(as_text=True))
    assert world.post("ontvangst", {"link": key.id, "receipt": "x"}).status_code == 404
    receipt = sent.receipt(key, found)
    assert world.post("ontvangst", {"link": key.id, "receipt": receipt}).status_code == 204
    stranger = OneTimeKey.generate()
    for link, answer in ((stranger, "x"), (stranger, sign_not_for_us(stranger, audience="x")), (key, "x")):
        assert world.post("antwoord", {"link": link.id, "answer": answer}).status_code == 204
    assert [kept.state for kept in sent.part().receipts] == ["opened"]


def test_no_log_line_and_no_file_has_the_link_its_id_or_the_code(
    world: World, events: io.StringIO, settings: Settings
) -> None:
    """The whole road, and then every byte that the gateway keeps and every line that it wrote."""
    sent = Sent(world.gateway)
    key, code = sent.letter(), sent.code()
    world.open(key.id, other(code))
    found = Envelope.from_json(world.open(key.id, code).get_data(as_text=True))
    world.post("ontvangst", {"link": key.id, "receipt": sent.receipt(key, found)})
    told = events.getvalue()
    assert told.count("/ophalen/bericht") == 2
    world.gateway.tools.store.close()
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    hidden = (key.fragment, key.id, key.signing.secret["d"], key.secret.hex(), key.content.hex(), PHONE, code)
    for value in hidden:
        assert value not in told
        assert value.encode() not in kept
    assert key.secret not in kept
    assert key.content not in kept
