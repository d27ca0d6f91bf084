"""The server dies between COMMIT and its answer: whoever asks again gets what was done, and nothing is done twice."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import requests

from gateway.crypto.receipts import ReceiptState
from gateway.demo import cases
from gateway.demo.server import free_port
from gateway.demo.staff import Desk
from gateway.errors import TemporaryDeliveryError
from gateway.log.envelope import Envelope
from gateway.model.terms import Json
from gateway.partner.client import GatewayClient
from gateway.partner.config import load_config
from gateway.partner.keys import read_keys
from gateway.partner.opening import receipt_for
from tests.databases import POSTGRESQL, SQLITE
from tests.stress.evidence import Evidence
from tests.stress.life import PATIENCE, Life
from tests.stress.nursery import Child
from tests.stress.tally import TALLY
from tests.stress.work import BRAM, DAY, SANNE, Running

pytestmark = [
    pytest.mark.stress,
    pytest.mark.parametrize("new_life", [SQLITE, POSTGRESQL], indirect=True),
]

BELLE = "belle"


class Site:
    """One log behind a server that can die before it answers a certain request."""

    def __init__(self, life: Life) -> None:
        """Serve it, mortal in no request yet."""
        self.life = life
        self.port = free_port()
        self._clients: list[GatewayClient] = []
        self.child = self._start("")
        self.sanne, self.bram = (Desk(self.url, person) for person in (SANNE, BRAM))

    @property
    def url(self) -> str:
        """Return where it is served, whichever process does."""
        return f"http://127.0.0.1:{self.port}"

    def _start(self, last: str) -> Child:
        child = self.life.start("http", port=self.port, last=last)
        assert self.life.listen(child, PATIENCE, until="ready", watching=False), "the server does not start"
        return child

    def dies_after(self, last: str) -> None:
        """Serve from now on with a process that is killed when it has carried out this request."""
        self.child.end()
        self.child = self._start(last)

    def rises(self) -> Evidence:
        """See that the server is dead, look at what it left, and serve again."""
        status, _ = self.child.bury()
        assert status < 0, f"the server was not killed: {status}"
        TALLY.kills += 1
        wrong, found = self.life.look_at()
        assert wrong == []
        self.child = self._start("")
        return found

    def close(self) -> None:
        """Let the server and everybody's connections go."""
        self.child.end()
        for desk in (self.sanne, self.bram):
            desk.close()
        for client in self._clients:
            client.close()

    def belle(self) -> GatewayClient:
        """Return the partner's program, signed in nowhere yet."""
        folder = self.life.home / "partners" / BELLE
        config = load_config(folder / "partner.yaml")
        keys = read_keys(config.keys)
        here = replace(config, gateway=self.url)
        self._clients.append(GatewayClient(here, keys.signing, clock=Running(self.life.began)))
        return self._clients[-1]

    def receipt(self, message_id: str, envelope: Envelope) -> str:
        """Return the partner's receipt for a message."""
        config = load_config(self.life.home / "partners" / BELLE / "partner.yaml")
        return receipt_for(
            envelope,
            key=read_keys(config.keys).signing,
            partner_id=BELLE,
            issuer=config.issuer,
            message_id=message_id,
            state=ReceiptState.OPENED,
            at=Running(self.life.began)(),
        )


@pytest.fixture
def site(new_life: Callable[[], Life]) -> Iterator[Site]:
    """Serve a fresh log."""
    site = Site(new_life())
    yield site
    site.close()


def part_of(told: dict[str, Json]) -> dict[str, Json]:
    """Return the only part of a request as the staff API shows it."""
    parts = told["parts"]
    assert isinstance(parts, list)
    part = parts[0]
    assert isinstance(part, dict)
    return part


def test_a_request_sent_again_after_a_lost_answer_is_the_same_request(site: Site) -> None:
    """The same key: the same id, one decision, one message."""
    body = cases.urgent(DAY, 1, "protect_victim")
    site.dies_after("POST /disclosure-requests")
    with pytest.raises(requests.ConnectionError):
        site.sanne.send("", body)
    found = site.rises()
    (kept,) = found.disclosures
    status, told = site.sanne.send("", body)
    assert (status, told["id"], told["outcome"]) == (201, kept, "permit")
    wrong, after = site.life.look_at()
    assert wrong == []
    assert after.entries == found.entries


def test_an_approval_sent_again_after_a_lost_answer_releases_once(site: Site) -> None:
    """The colleague hears that nothing waits any more, and sees that it was released."""
    _, told = site.sanne.send("", cases.landlord(DAY, 2))
    part = part_of(told)
    sheet: dict[str, Json] = {"part": part["id"], "digest": part["digest"]}
    site.dies_after("POST /approval")
    with pytest.raises(requests.ConnectionError):
        site.bram.send(f"/{told['id']}/approval", sheet)
    found = site.rises()
    status, _ = site.bram.send(f"/{told['id']}/approval", sheet)
    assert status in {403, 409}
    assert part_of(site.bram.look(str(told["id"])))["state"] == "released"
    wrong, after = site.life.look_at()
    assert wrong == []
    assert after.entries == found.entries


def test_a_message_fetched_again_after_a_lost_answer_is_the_same_message(site: Site) -> None:
    """It counts as delivered from the first time, and its proof still holds."""
    _, told = site.sanne.send("", cases.help_with_consent(DAY, 3, "offer_help"))
    message = str(part_of(told)["message_id"])
    site.dies_after(f"GET /{message}")
    with pytest.raises(TemporaryDeliveryError):
        site.belle().envelope(message)
    found = site.rises()
    (release,) = [release for release in found.outbox if release.message_id == message]
    assert release.state == "delivered"
    got = site.belle().envelope(message)
    assert got.message == release.message
    site.life.examiner.hear({"did": "fetch", "partner": BELLE, "message": message, "envelope": got.to_json()})
    assert site.life.examine() == []


def test_a_receipt_sent_again_after_a_lost_answer_is_one_entry(site: Site) -> None:
    """The partner is told the same place in the log."""
    _, told = site.sanne.send("", cases.help_with_consent(DAY, 4, "offer_help"))
    message = str(part_of(told)["message_id"])
    token = site.receipt(message, site.belle().envelope(message))
    site.dies_after("POST /receipts")
    with pytest.raises(TemporaryDeliveryError):
        site.belle().send_receipt(message, token)
    found = site.rises()
    ((leaf, _, _),) = found.receipts
    assert site.belle().send_receipt(message, token) == leaf
    wrong, after = site.life.look_at()
    assert wrong == []
    assert len(after.receipts) == 1
