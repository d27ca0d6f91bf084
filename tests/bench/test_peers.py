"""The peers are fair to be measured against: they refuse and accept the same bodies as we do, and their chain holds."""

import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.bench.mix import CYCLE, RELEASING, Mix
from gateway.bench.peers.app import create_app as create_peer
from gateway.bench.peers.ledger import FIRST, Turns, chain_hash
from gateway.bench.peers.orm import OrmLedger
from gateway.bench.peers.raw import RawLedger
from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.terms import Json
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.conftest import NOON

PATH = "/api/v1/disclosure-requests"
TOKEN = "an-invented-token"
MIX = Mix(NOON.date())
Ledger = OrmLedger | RawLedger


@pytest.fixture
def ledgers(tmp_path: Path) -> Iterator[list[Ledger]]:
    """Return both peers' ledgers, each on its own file."""
    made: list[Ledger] = [OrmLedger(tmp_path / "orm.sqlite"), RawLedger(tmp_path / "raw.sqlite")]
    yield made
    for ledger in made:
        ledger.close()


@pytest.fixture
def peers(ledgers: list[Ledger]) -> list[FlaskClient]:
    """Return a client of each peer."""
    return [create_peer(ledger, TOKEN).test_client() for ledger in ledgers]


@pytest.fixture
def staff(gateway: Gateway) -> FlaskClient:
    """Return a client of our own API, signed in as a supervisor."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/aanmelden", data={"person": DEMO_PEOPLE[0].id})
    return client


def ask(client: FlaskClient, body: bytes, token: str = TOKEN) -> tuple[int, dict[str, Json]]:
    """POST a request; return the status and the answer."""
    answer = client.post(PATH, data=body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.get_json()


def altered(change: Callable[[dict[str, Json]], object], number: int = 0) -> bytes:
    """Return a request of the mix with something changed."""
    told = json.loads(MIX.body(number))
    change(told)
    return json.dumps(told).encode()


REFUSED = {
    "no JSON": b"{",
    "no object": b"[]",
    "an unknown key": altered(lambda told: told.update(colour="blue")),
    "a key that is missing": altered(lambda told: told.pop("ground")),
    "a malformed case": altered(lambda told: told.update(case_ref="case 1")),
    "an unknown partner": altered(lambda told: told.update(recipient="nobody")),
    "an unknown ground": altered(lambda told: told.update(ground="curiosity")),
    "no subject": altered(lambda told: told.update(subjects=[])),
    "a short key": altered(lambda told: told.update(idempotency_key="short")),
    "an unknown field": altered(lambda told: told["subjects"][0]["data"].update(colour="blue")),  # type: ignore[index,call-overload,union-attr]
    "a malformed postcode": altered(
        lambda told: told["subjects"][0]["data"]["dwelling_address"].update(postcode="1"),  # type: ignore[index,call-overload,union-attr]
        number=2,
    ),
}


def test_a_peer_refuses_what_we_refuse(peers: list[FlaskClient], ledgers: list[Ledger], staff: FlaskClient) -> None:
    """All answer 400, and the peers store nothing."""
    for what, body in REFUSED.items():
        statuses = [ask(client, body)[0] for client in (staff, *peers)]
        assert statuses == [400, 400, 400], what
    assert [ledger.chain() for ledger in ledgers] == [[], []]


def test_a_peer_is_closed_to_whoever_has_no_token(peers: list[FlaskClient], ledgers: list[Ledger]) -> None:
    """As our own API is without a session."""
    assert [ask(peer, MIX.body(0), token="another")[0] for peer in peers] == [403, 403]
    assert [ledger.chain() for ledger in ledgers] == [[], []]


def test_a_key_with_another_request_is_refused_by_all(
    peers: list[FlaskClient], ledgers: list[Ledger], staff: FlaskClient
) -> None:
    """The same request twice is one request; another one under its key is a conflict."""
    another = altered(lambda told: told.update(case_ref="Z-2026-9999"))
    for client in (staff, *peers):
        first = ask(client, MIX.body(0))
        assert first[0] == 201
        assert ask(client, MIX.body(0))[1]["id"] == first[1]["id"]
        assert ask(client, another)[0] == 409
    assert [len(ledger.chain()) for ledger in ledgers] == [1, 1]


def test_a_peer_decides_the_whole_mix_as_we_do(
    peers: list[FlaskClient], ledgers: list[Ledger], staff: FlaskClient
) -> None:
    """The same outcome for each of the twenty; otherwise one of them would have less to do."""
    outcomes = []
    for number in range(len(CYCLE)):
        answers = [ask(client, MIX.body(number)) for client in (staff, *peers)]
        assert [status for status, _ in answers] == [201, 201, 201]
        assert len({told["outcome"] for _, told in answers}) == 1, number
        outcomes.append(str(answers[0][1]["outcome"]))
    assert sum(outcome.startswith("permit") for outcome in outcomes) / len(outcomes) == RELEASING == 0.75
    for ledger in ledgers:
        before, chain = FIRST, ledger.chain()
        assert len(chain) == len(CYCLE)
        for entry, kept in chain:
            before = chain_hash(before, entry)
            assert kept == before


def test_the_same_number_is_the_same_request_on_every_arm() -> None:
    """Equal bodies for equal numbers, and a case and key of their own for others."""
    assert MIX.body(3) == Mix(NOON.date()).body(3)
    told = [json.loads(MIX.body(number)) for number in range(40)]
    assert len({one["case_ref"] for one in told}) == len({one["idempotency_key"] for one in told}) == 40
    assert MIX.body(3) != Mix(NOON.date() - dt.timedelta(days=1)).body(3)


def test_turns_are_given_in_the_order_of_asking() -> None:
    """One at a time, and nobody overtakes: who asked while another wrote comes next."""
    turns, order = Turns(), list[int]()

    def take(number: int) -> None:
        with turns.turn():
            order.append(number)

    with turns.turn():
        threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
        for number, thread in enumerate(threads):
            thread.start()
            while turns.waiting <= number:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    assert turns.waiting == 0
