"""What a revoked key signed opens nothing over HTTP: no token, no message, no receipt; and it is not told why."""

from dataclasses import dataclass, replace

import pytest
from flask import Flask

from gateway.bootstrap import Gateway
from gateway.crypto.commitments import digest
from gateway.crypto.dpop import sign_proof
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo.setting import DEMO_PEOPLE
from gateway.pipeline.revoke import revoke_keys
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.api.dict_desk import Program, claims_of, form_of, proof_claims, signed
from tests.conftest import NOON, SetClock
from tests.pipeline.newcomer import Newcomer, keys_on_file
from tests.pipeline.test_revoke import queue

WHO = "dudok-wonen"


@dataclass
class Door:
    """A gateway's partners' surface, and a program of the partner that signed in with the key of before."""

    gateway: Gateway
    app: Flask
    program: Program[SetClock]

    def ask(self, signer: str, **claims: str) -> tuple[int, str]:
        """Ask for a token with the `old` key or one that `nobody` enrolled; return the status and the answer."""
        keys = {"old": self.program.signer, "nobody": Newcomer(self.gateway, WHO).sig}
        url = self.gateway.settings.public_url
        form = form_of(signed(claims_of(WHO, now=NOON, aud=url, **claims), key=keys[signer]), client_id=WHO)
        proof = sign_proof(proof_claims("POST", "/oauth/token", now=NOON, url=url), self.program.holder)
        answer = self.app.test_client().post("/oauth/token", data=form, headers={"DPoP": proof})
        return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def door(gateway: Gateway, clock: SetClock) -> Door:
    """Return the surface, with a message that waits."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE), surface="partners")
    signer = keys_on_file(gateway, WHO)["sig"]
    program = Program(app, clock, WHO, url=gateway.settings.public_url, signer=signer).sign_in()
    return Door(gateway, app, program)


def test_a_revoked_key_gets_no_token_and_hears_what_an_unknown_key_hears(door: Door) -> None:
    """Not even that it was known once."""
    revoke_keys(door.gateway.tools, WHO, by="os:test", at=NOON)
    assert door.ask("old") == door.ask("nobody")
    assert door.ask("old")[0] in {400, 401}


def test_a_token_of_before_opens_nothing_more(door: Door) -> None:
    """Neither the list, nor a message, nor the way of a receipt."""
    _, message = queue(door.gateway, 1)
    assert door.program.get("/api/v1/inbox").status_code == 200
    revoke_keys(door.gateway.tools, WHO, by="os:test", at=NOON)
    for path in ("/api/v1/inbox", f"/api/v1/inbox/{message}"):
        assert door.program.get(path).status_code == 401


def test_the_new_key_signs_in_and_finds_neither_the_message_nor_the_old_receipts_taken(door: Door) -> None:
    """What was sealed to the old key looks absent; what was fetched before is acknowledged with the new key only."""
    _, fetched = queue(door.gateway, 1)
    envelope = door.program.get(f"/api/v1/inbox/{fetched}").get_json()
    _, waiting = queue(door.gateway, 2)
    revoke_keys(door.gateway.tools, WHO, by="os:test", at=NOON)
    new = Newcomer(door.gateway, WHO)
    new.enrol()
    program = replace(door.program, signer=new.sig).sign_in()
    absent = program.get(f"/api/v1/inbox/{'0' * 32}")
    for message in (waiting, fetched):
        answer = program.get(f"/api/v1/inbox/{message}")
        assert (answer.status_code, answer.get_json()) == (404, absent.get_json())
    listed = [line["id"] for line in program.get("/api/v1/inbox").get_json()["messages"]]
    assert listed == [fetched]
    old = keys_on_file(door.gateway, WHO)["sig"]
    for key, status in ((old, 400), (new.sig, 201)):
        receipt = make_receipt(
            key=key,
            partner_id=WHO,
            audience=door.gateway.settings.issuer,
            message_id=fetched,
            payload_digest=digest(envelope["message"].encode()),
            state=ReceiptState.RECEIVED,
            at=NOON,
        )
        answer = program.send("POST", f"/api/v1/inbox/{fetched}/receipts", json={"receipt": receipt})
        assert answer.status_code == status, answer.get_json()


def test_both_keys_sign_in_while_they_overlap(door: Door) -> None:
    """The old program works on until the new one is installed."""
    new = Newcomer(door.gateway, WHO)
    new.enrol()
    for key in (new.sig, keys_on_file(door.gateway, WHO)["sig"]):
        program = replace(door.program, signer=key).sign_in()
        assert program.get("/api/v1/inbox").status_code == 200
