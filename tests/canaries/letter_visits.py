"""Who holds a link, with canaries wherever something can be put; the message inside is sealed and shows nothing."""

import json

from gateway.config.clock import utc_now
from gateway.crypto.commitments import digest
from gateway.crypto.encoding import unb64url
from gateway.crypto.one_time import LinkProfile, OneTimeKey, sign_not_for_us
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.model.terms import Json
from tests.canaries import birds
from tests.canaries.places import Exchange
from tests.canaries.visitor import Visitor

NAME, KEY = birds.NAME.value, birds.KEY.value
BROWSER = "c" * 32


class Reader:
    """A private landlord with bad manners, who has the letter and heard the code."""

    def __init__(self, url: str, kept: list[Exchange], fragment: str) -> None:
        """Look at the page."""
        self._visitor = Visitor(url, kept)
        self._key = OneTimeKey.from_fragment(fragment)
        self._visitor.go("GET", f"/ophalen?name={KEY}", place="the page of a link")

    def read(self, code: str, *, issuer: str, message: str) -> bytes:
        """Misbehave, then open and acknowledge; return the signed text that the letter's reader has."""
        link = self._key.id
        good: dict[str, Json] = {"link": link, "code": code, "browser": BROWSER}
        nested: Json = {KEY: NAME}
        wrong: list[Json] = [NAME, KEY, nested, birds.BSN.value]
        for value in wrong:
            self._post("bericht", {**good, "link": value})
            self._post("bericht", {**good, "browser": value})
            self._post("bericht", {**good, "link": KEY, "code": value})  # a wrong code of this link would count
        self._post("bericht", {**good, KEY: NAME})
        for receipt in (NAME, f"{KEY}.{KEY}.{KEY}", sign_not_for_us(self._key, audience=KEY)):
            self._post("ontvangst", {"link": link, "receipt": receipt})
            self._post("antwoord", {"link": link, "answer": receipt})
        envelope = json.loads(self._post("bericht", good))
        receipt = make_receipt(
            key=self._key.signing,
            partner_id=envelope["opening"]["recipient"]["value"],
            audience=issuer,
            message_id=message,
            payload_digest=digest(envelope["message"].encode()),
            state=ReceiptState.OPENED,
            at=utc_now(),
        )
        assert self._post("ontvangst", {"link": link, "receipt": receipt}) == ""
        token = LinkProfile(self._key).decrypt(envelope["message"], key=self._key.signing)
        return unb64url(token.split(".")[1])

    def _post(self, path: str, body: Json) -> str:
        headers = {"Content-Type": "application/json"}
        sent = json.dumps(body).encode()
        return self._visitor.go("POST", f"/ophalen/{path}", place=f"a link: {path}", headers=headers, data=sent).text
