"""A gateway with a released message for a private landlord, and what its link's holder does."""

import json

from gateway.bootstrap import Gateway
from gateway.crypto.commitments import digest
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import parse_jwks
from gateway.crypto.one_time import LinkProfile, OneTimeKey
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.log.envelope import Envelope
from gateway.model.pickup import LinkView
from gateway.model.terms import Json
from gateway.model.views import PartView
from gateway.pipeline.pick_up import Attempt, attempt, pick_up

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
LANDLORD = "verhuurder-1"
PHONE, LIBRARY = "a" * 32, "b" * 32  # the random numbers of two browsers


class Sent:
    """A message that was released, by a request of Sanne's that Bram approved."""

    def __init__(self, gateway: Gateway, number: int = 301) -> None:
        """Submit and approve."""
        self.gateway, self.tools = gateway, gateway.tools
        view = gateway.team.submit(
            json.dumps(cases.landlord_by_letter(self.tools.clock().date(), number)).encode(), SANNE
        )
        self.id, part = view.id, view.parts[0]
        gateway.team.approve(self.id, part.id, part.digest, BRAM)
        self.part_id = part.id

    def part(self) -> PartView:
        """Return the part as it stands."""
        return self.gateway.team.follow(self.id, SANNE).parts[0]

    def link(self) -> LinkView:
        """Return its link as Sanne sees it."""
        found = self.part().link
        assert found is not None
        return found

    def letter(self) -> OneTimeKey:
        """Make the letter; return what its reader has."""
        return OneTimeKey.from_fragment(self.gateway.team.make_link(self.id, self.part_id, SANNE).fragment)

    def code(self) -> str:
        """Make the code."""
        return self.gateway.team.make_code(self.id, self.part_id, SANNE)

    def attempt(self, key: OneTimeKey, code: str, browser: str = PHONE) -> Attempt:
        """Return an attempt to open."""
        return attempt(self.tools, link=key.id, code=code, browser=browser)

    def open(self, key: OneTimeKey, code: str, browser: str = PHONE) -> Envelope:
        """Open the link."""
        return pick_up(self.tools, self.attempt(key, code, browser), self.tools.clock())

    def read(self, key: OneTimeKey, found: Envelope) -> dict[str, Json]:
        """Decrypt and verify what was handed over."""
        return read_disclosure(
            found.message,
            profile=LinkProfile(key),
            key=key.signing,
            issuer_keys=parse_jwks(json.dumps(self.gateway.partners.issuer_jwks()).encode()),
            issuer=self.tools.issuer,
            me=LANDLORD,
            now=self.tools.clock(),
        )

    def receipt(self, key: OneTimeKey, found: Envelope, state: ReceiptState = ReceiptState.OPENED) -> str:
        """Sign a receipt as the page does."""
        return make_receipt(
            key=key.signing,
            partner_id=found.recipient,
            audience=self.tools.issuer,
            message_id=str(self.part().message_id),
            payload_digest=digest(found.message.encode()),
            state=state,
            at=self.tools.clock(),
        )


def other(code: str) -> str:
    """Return a wrong code."""
    return f"{(int(code) + 1) % 10**8:08d}"
