"""Cases for the tests of this room: what a team and partners left of them, and how one is erased."""

import json
from dataclasses import dataclass, field

from sqlalchemy import Engine

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.log.envelope import Envelope
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.leaf import LeafType
from gateway.model.terms import Json
from gateway.model.views import DisclosureView
from gateway.pipeline.tools import LIFETIME
from gateway.rights.basis import Basis
from gateway.rights.erase import Erasure, Order, Refusal, erase, look
from gateway.rights.holding import Means
from gateway.store import schema
from gateway.store.ports import Unit
from tests.conftest import NOON
from tests.stress.work import receipt_of

SANNE, BRAM, MERYEM, FLEUR, _ = DEMO_PEOPLE
DAY = NOON.date()
URGENT = frozenset({"exploitation_signal", "vital_interest"})
DECISION = "FG 2026-044"


def submit(gateway: Gateway, request: dict[str, Json]) -> DisclosureView:
    """Submit as Sanne."""
    return gateway.team.submit(json.dumps(request).encode(), SANNE)


def reference(number: int) -> str:
    """Return the reference of the case that a demo request with this number is about."""
    return f"Z-{DAY.year}-{number}"


def means(gateway: Gateway) -> Means:
    """Return what it takes to read a case."""
    return Means(gateway.tools.recorder, URGENT, LIFETIME)


def order(gateway: Gateway, number: int, *, withdraw: bool = False) -> Order:
    """Return the order to erase a case, because its term is over."""
    return Order(gateway.tools.lookup.case(reference(number)), Basis.TERM_OVER, DECISION, "os:test", withdraw)


def erase_one(gateway: Gateway, number: int, *, withdraw: bool = False) -> Erasure | Refusal:
    """Erase a case in the running gateway."""
    tools = gateway.tools
    told = order(gateway, number, withdraw=withdraw)

    def job(unit: Unit) -> Erasure | Refusal:
        return erase(unit, means(gateway), tools.lookup, told, bundle=tools.policy.bundle.digest, at=tools.clock())

    return tools.store.write(job)


def erased(gateway: Gateway, number: int, *, withdraw: bool = False) -> Erasure:
    """Erase a case that may be erased."""
    done = erase_one(gateway, number, withdraw=withdraw)
    assert isinstance(done, Erasure), done
    return done


def looked(gateway: Gateway, number: int, *, withdraw: bool = False) -> Erasure | Refusal:
    """Say what an erasure would do."""
    tools = gateway.tools
    with tools.store.read() as unit:
        tag = tools.lookup.case(reference(number))
        return look(unit, means(gateway), tag=tag, withdraw=withdraw, at=tools.clock())


def fetch(gateway: Gateway, partner: str, view: DisclosureView) -> Envelope:
    """Let a partner fetch the message of a request's first part."""
    message = view.parts[0].message_id
    assert message is not None
    return gateway.partners.envelope(partner, message, now=gateway.tools.clock())


@dataclass(frozen=True)
class Lived:
    """A case that came to its end: the envelope that its partner keeps, and the ids of request and message."""

    number: int
    request: str
    message: str
    envelope: Envelope = field(repr=False)
    index: int


def live(gateway: Gateway, number: int) -> Lived:
    """Release one message to Belle, which fetches and acknowledges it."""
    view = submit(gateway, cases.help_with_consent(DAY, number, "offer_help"))
    envelope = fetch(gateway, "belle", view)
    message, index = view.parts[0].message_id, view.parts[0].leaf_index
    assert message is not None
    assert index is not None
    receipt = receipt_of(gateway, "belle", message, envelope.message)
    gateway.partners.acknowledge("belle", message, receipt, now=gateway.tools.clock())
    return Lived(number, view.id, message, envelope, index)


def withdraw_consent(gateway: Gateway, lived: Lived) -> None:
    """Take the consent of a case back, and let the partner fetch the recall that it then gets."""
    gateway.team.withdraw_consent(lived.request, SANNE)
    now = gateway.tools.clock()
    for line in gateway.partners.inbox("belle", now=now):
        if line.state == "waiting":
            gateway.partners.envelope("belle", line.message_id, now=now)


def still_verifies(gateway: Gateway, lived: Lived) -> None:
    """Let the partner verify the envelope that it kept, with nothing but the log's public key."""
    trust = TrustPolicy.from_text(f"log {gateway.tools.log_vkey}\nquorum none\n")
    stapled = verify_message(lived.envelope, trust, recipient="belle", now=gateway.tools.clock())
    assert stapled.leaf.type is LeafType.RELEASE


def rows(engine: Engine) -> dict[str, list[str]]:
    """Return every row of every table, as text."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select()))) for table in schema.metadata.sorted_tables
        }
