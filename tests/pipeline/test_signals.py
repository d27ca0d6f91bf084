"""Partners' signals: always received with the same work, never a fact by themselves, and gone after 30 days."""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import DuplicateRequestError, InvalidRequestError, NotFoundError, NotPermittedError
from gateway.model.decision import Outcome
from gateway.model.people import Employee
from gateway.model.signal import SENDERS, Dwelling, SignalCode
from gateway.model.terms import Json
from gateway.pipeline.inbox_desk import InboxDesk
from tests.conftest import NOON, SetClock
from tests.databases import on_both
from tests.intake.test_signal import COUNT, GOOD

SANNE = DEMO_PEOPLE[0]
OWN: dict[str, Any] = {"postcode": "1299ZA", "number": 14}
OTHERS: dict[str, Any] = {"postcode": "1299ZB", "number": 3}
NOBODYS: dict[str, Any] = {"postcode": "9999ZZ", "number": 1}
SENDER = {
    "nuisance": "dudok-wonen",
    "hold": "avim",
    "hold_lifted": "avim",
    "coordinate": "sociaal-plein",
    "question": "belle",
}


def send(gateway: Gateway, partner: str, told: dict[str, Json], *, key: str = "") -> None:
    """Send a signal as this partner."""
    send.count += 1  # type: ignore[attr-defined]  # a new key each time
    body = {"idempotency_key": key or f"key-number-{send.count:08}", **told}  # type: ignore[attr-defined]
    found = gateway.partners.partner(partner)
    assert found is not None
    gateway.partners.signal(found, json.dumps(body).encode(), now=gateway.tools.clock())


send.count = 0  # type: ignore[attr-defined]


def hold(place: dict[str, Any], code: str = "hold") -> dict[str, Json]:
    """Return AVIM's signal about an address."""
    return {"code": code, "dwelling": place}


def nuisance(place: dict[str, Any]) -> dict[str, Json]:
    """Return a corporation's signal about an address."""
    return {"code": "nuisance", "dwelling": place, "nuisance": [COUNT]}


def outcome_at(gateway: Gateway) -> Outcome:
    """Return what is decided now about telling a landlord of something at its own dwelling."""
    body = cases.landlord(NOON.date(), 77)
    return gateway.team.preview(json.dumps(body).encode(), SANNE).outcome


@pytest.mark.parametrize("code", [code.value for code in SignalCode])
def test_only_the_kinds_that_may_send_a_code_can(gateway: Gateway, code: str) -> None:
    """A refusal depends on the kind of partner alone, and nothing of it is kept."""
    allowed = SENDERS[SignalCode(code)]
    for partner in list(gateway.tools.partners.values()):
        if allowed is None or partner.kind in allowed:
            send(gateway, partner.id, GOOD[code])
        else:
            with pytest.raises(NotPermittedError):
                send(gateway, partner.id, GOOD[code])
    assert {view.signal.code for view in gateway.team.signals()} == {SignalCode(code)}


def test_a_signal_that_cannot_be_read_leaves_nothing(gateway: Gateway) -> None:
    """Neither a row nor an entry."""
    before = gateway.team.log_summary().entries
    with pytest.raises(InvalidRequestError):
        send(gateway, "avim", {"code": "hold", "dwelling": OWN, "note": "x"})
    with pytest.raises(InvalidRequestError):
        send(gateway, "avim", {"code": "question", "question": "x" * 5000})
    assert (gateway.team.log_summary().entries, list(gateway.team.signals())) == (before, [])


def test_what_is_not_the_senders_own_is_not_kept(gateway: Gateway) -> None:
    """A dwelling of another, or of nobody, and a message of another inbox: the team hears that it did not fit."""
    send(gateway, "dudok-wonen", nuisance(OTHERS))
    send(gateway, "dudok-wonen", nuisance({**OWN, "bag_id": "0402019900000003"}))  # address and number contradict
    send(gateway, "sociaal-plein", GOOD["coordinate"])
    for view in gateway.team.signals():
        assert (view.fits, view.signal.dwelling, view.signal.nuisance, view.signal.message) == (False, None, (), None)


def test_the_team_sees_what_a_corporation_counted_at_its_own_dwelling(gateway: Gateway, clock: SetClock) -> None:
    """Who, what, when; and that it is open until somebody has handled it."""
    send(gateway, "dudok-wonen", nuisance(OWN))
    (view,) = gateway.team.signals()
    assert (view.partner, view.received_at, view.fits) == ("dudok-wonen", NOON, True)
    assert view.signal.dwelling == Dwelling("1299ZA", 14)
    assert view.signal.nuisance[0].count == 3
    assert view.handled_at is None
    gateway.team.handle_signal(view.id, SANNE)
    assert gateway.team.signals()[0].handled_at == NOON
    for signal_id in (view.id, "f" * 32, "Havenstraat 1"):
        with pytest.raises(NotFoundError):
            gateway.team.handle_signal(signal_id, SANNE)


@on_both
def test_a_hold_of_avim_holds_and_its_lifting_frees(gateway: Gateway) -> None:
    """What could warn an exploiter is refused from that moment on, and no other partner's word does it."""
    assert outcome_at(gateway) is Outcome.NEEDS_APPROVAL
    send(gateway, "dudok-wonen", nuisance(OWN))
    address = {**cases.ADDRESS}
    assert outcome_at(gateway) is Outcome.NEEDS_APPROVAL  # a signal sets no fact
    send(gateway, "avim", hold(address))
    send(gateway, "avim", hold(address))
    assert outcome_at(gateway) is Outcome.DENY
    send(gateway, "avim", hold(NOBODYS, "hold_lifted"))
    assert outcome_at(gateway) is Outcome.DENY
    send(gateway, "avim", hold(address, "hold_lifted"))
    assert outcome_at(gateway) is Outcome.NEEDS_APPROVAL


@on_both
def test_avim_lifts_the_hold_of_a_message_it_received(gateway: Gateway) -> None:
    """Case and address are held by the hand-over itself; only its own recipient can name it."""
    address = {**cases.ADDRESS}
    view = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 78, "protect_victim", address)).encode(), SANNE)
    message = view.parts[0].message_id
    assert outcome_at(gateway) is Outcome.DENY
    with gateway.tools.store.read() as unit:
        assert unit.signals.is_addressed(str(message), partner="avim")
        assert not unit.signals.is_addressed(str(message), partner="politie")
    send(gateway, "avim", {"code": "hold_lifted", "message": "0" * 32})
    assert outcome_at(gateway) is Outcome.DENY
    send(gateway, "avim", {"code": "hold_lifted", "message": message})
    assert outcome_at(gateway) is Outcome.NEEDS_APPROVAL
    assert {line.signal.message: line.fits for line in gateway.team.signals()} == {message: True, None: False}


def test_the_same_key_is_one_signal_and_another_signal_under_it_is_refused(gateway: Gateway) -> None:
    """A program that did not hear the answer asks again; another partner may use the same key."""
    key = "the-same-key-twice"
    send(gateway, "belle", GOOD["question"], key=key)
    size = gateway.team.log_summary().entries
    send(gateway, "belle", GOOD["question"], key=key)
    assert gateway.team.log_summary().entries == size
    with pytest.raises(DuplicateRequestError):
        send(gateway, "belle", {**GOOD["question"], "question": "key_lost"}, key=key)
    send(gateway, "ggd", GOOD["question"], key=key)
    assert len(gateway.team.signals()) == 2


def test_the_log_tells_no_code_and_its_detail_no_address(gateway: Gateway) -> None:
    """Every code is the same entry; who sent which code stands in the encrypted detail, the content as a commitment."""
    size = gateway.team.log_summary().entries
    for code, told in GOOD.items():
        send(gateway, SENDER[code], told)
    lines = gateway.team.log_entries(size, size + 9)
    assert {(line.type, line.outcome) for line in lines} == {("review", "signal")}
    assert len(lines) == len(GOOD)
    with gateway.tools.store.read() as unit:
        for index, code in enumerate(GOOD, start=size):
            _, detail, _ = gateway.tools.recorder.read(unit, index)
            assert (detail["code"], detail["partner"]) == (code, SENDER[code])
            assert detail.keys() == {"kind", "signal", "partner", "code", "by", "content"}
            assert "1299" not in json.dumps(detail)


@contextmanager
def counting() -> Iterator[list[str]]:
    """Count every statement that SQLite is given on connections made from now on."""
    told: list[str] = []

    def listen(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(lambda words: told.append(" ".join(words.split()[:3])))

    event.listen(Pool, "connect", listen)
    try:
        yield told
    finally:
        event.remove(Pool, "connect", listen)


@pytest.mark.control("DPIA-04")
@pytest.mark.parametrize(
    ("partner", "meets", "misses"),
    [
        ("dudok-wonen", nuisance(OWN), nuisance(NOBODYS)),
        ("dudok-wonen", nuisance(OWN), nuisance(OTHERS)),
        ("avim", hold(OWN), hold(NOBODYS)),
        ("avim", hold(OWN, "hold_lifted"), hold(NOBODYS, "hold_lifted")),
        ("avim", {"code": "hold_lifted", "message": None}, {"code": "hold_lifted", "message": "0" * 32}),
        ("avim", {**GOOD["question"], "message": None}, {**GOOD["question"], "message": "0" * 32}),
    ],
)
def test_the_work_is_the_same_whatever_a_signal_meets(
    gateway: Gateway, partner: str, meets: dict[str, Json], misses: dict[str, Json]
) -> None:
    """Statement by statement, whether or not there is a holding, a hold or a message; and so is the size of it all."""
    view = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 79, "protect_victim", OWN)).encode(), SANNE)
    with counting() as statements:
        gateway.tools.store.close()  # its next connections are counted
        for _ in range(2):  # the first ones open the connections, and make the key that all are kept under
            send(gateway, "belle", GOOD["question"])
        seen = []
        for told in (meets, misses):
            named = {"message": view.parts[0].message_id} if told.get("message", "") is None else {}
            statements.clear()
            send(gateway, partner, {**told, **named})
            # How many nodes of the tree are completed goes by the number of the entry, whatever is in it.
            seen.append(tuple(words for words in statements if words != "INSERT INTO node"))
    assert len(seen[0]) > 5
    assert seen[0] == seen[1]
    with gateway.tools.store.read() as unit:
        boxes = [len(row.box) for row in unit.signals.since(NOON - dt.timedelta(days=1))]
        details = [len(unit.cases.detail(row.leaf_index).box) for row in unit.signals.since(NOON - dt.timedelta(1))[:2]]  # type: ignore[union-attr]
    assert len(set(boxes)) == 1
    assert len(set(details)) == 1


def test_after_thirty_days_a_signal_is_shown_to_nobody(gateway: Gateway, clock: SetClock) -> None:
    """Whether or not it was deleted yet: the list does not have it; a hold it opened stays until AVIM lifts it."""
    send(gateway, "avim", hold({**cases.ADDRESS}))
    clock.now += dt.timedelta(days=30) - dt.timedelta(seconds=1)
    assert len(gateway.team.signals()) == 1
    clock.now += dt.timedelta(seconds=1)
    assert list(gateway.team.signals()) == []
    assert outcome_at(gateway) is Outcome.DENY


def test_an_employee_who_sends_one_is_named_to_the_team_alone(gateway: Gateway) -> None:
    """The page's signals go the same way, and say who sent them."""
    body = json.dumps({"idempotency_key": "from-a-page-16-chars", **GOOD["question"]}).encode()
    InboxDesk(gateway.tools, gateway.partners).send_signal(Employee("ketenpartners:1", "Bo Verzonnen", "belle"), body)
    assert gateway.team.signals()[0].sent_by == "Bo Verzonnen"
