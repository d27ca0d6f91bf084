"""A private landlord who opens his link: a small program that does over HTTP what the page does in a browser."""

import datetime as dt
import json
import re
import secrets

import requests

from gateway.crypto.commitments import digest
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import parse_jwks
from gateway.crypto.one_time import LinkProfile, OneTimeKey
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.log.envelope import Envelope
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.terms import Json, members

TIMEOUT = 30  # seconds
GIVEN = re.compile(r'<script type="application/json" id="given">(.*?)</script>')


class Landlord:
    """Who has a link, in one browser."""

    def __init__(self, link: str) -> None:
        """Load the page; the secret behind the `#` stays here."""
        self._address, _, fragment = link.partition("#")
        self._key = OneTimeKey.from_fragment(fragment)
        self._browser = secrets.token_hex(16)
        page = requests.get(self._address, timeout=TIMEOUT).text
        found = GIVEN.search(page)
        told: Json = json.loads(found[1]) if found else {}
        self._given = members(told)

    def open(self, code: str) -> tuple[int, Envelope | None]:
        """Ask for the message; return the status, and what was handed over."""
        body = {"link": self._key.id, "code": code, "browser": self._browser}
        answer = requests.post(f"{self._address}/bericht", json=body, timeout=TIMEOUT)
        return answer.status_code, Envelope.from_json(answer.text) if answer.ok else None

    def read(self, envelope: Envelope, now: dt.datetime) -> dict[str, Json]:
        """Verify log, witness and signature, then open; raise what the kit raises."""
        trust = TrustPolicy.from_text(str(self._given["trust"]))
        verify_message(envelope, trust, recipient=envelope.recipient, now=now)
        return read_disclosure(
            envelope.message,
            profile=LinkProfile(self._key),
            key=self._key.signing,
            issuer_keys=parse_jwks(str(self._given["keys"]).encode()),
            issuer=str(self._given["issuer"]),
            me=envelope.recipient,
            now=now,
        )

    def acknowledge(self, envelope: Envelope, claims: dict[str, Json], now: dt.datetime) -> int:
        """Send the signed receipt that it was opened; return the status."""
        receipt = make_receipt(
            key=self._key.signing,
            partner_id=envelope.recipient,
            audience=str(self._given["issuer"]),
            message_id=str(claims["jti"]),
            payload_digest=digest(envelope.message.encode()),
            state=ReceiptState.OPENED,
            at=now,
        )
        sent = {"link": self._key.id, "receipt": receipt}
        return requests.post(f"{self._address}/ontvangst", json=sent, timeout=TIMEOUT).status_code
