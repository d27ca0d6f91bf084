"""A partner that enrols new keys at a real gateway: its own side of the enrolment, and the two officers'."""

import json
from dataclasses import dataclass, field

from gateway.bootstrap import Gateway
from gateway.crypto.enrolment import fingerprint, make_request, open_challenge, read_request
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key, parse_jwks
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.partner import PublicKey
from gateway.pipeline.enrol import Begun, Confirmed, begin_enrolment, confirm_enrolment

MERYEM, OTTO = DEMO_PEOPLE[2], DEMO_PEOPLE[4]
ADDRESS = "https://gateway.example"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """New keys of a partner, and its request for them."""

    gateway: Gateway
    id: str
    enc: PrivateJwk = field(default_factory=generate_encryption_key, repr=False)
    sig: PrivateJwk = field(default_factory=generate_signing_key, repr=False)

    def request(self) -> str:
        """Return a request for these keys, made now."""
        at = self.gateway.tools.clock()
        return make_request(partner_id=self.id, encryption=self.enc, signing=self.sig, at=at)

    def begin(self, request: str) -> Begun:
        """Hand the request to the gateway's operator."""
        tools = self.gateway.tools
        keys = issuer_keys(self.gateway)
        return begin_enrolment(tools, request, issuer_keys=keys, gateway=ADDRESS, by="os:test", at=tools.clock())

    def number(self, request: str, challenge: bytes) -> str:
        """Open the challenge, and return the number to read out."""
        opened = open_challenge(challenge, key=self.enc, me=self.id, request=request)
        return fingerprint(read_request(request), opened)

    def enrol(self) -> Confirmed:
        """Go the whole way: both officers hear the right number."""
        request = self.request()
        begun = self.begin(request)
        number = self.number(request, begun.challenge)
        tools = self.gateway.tools
        confirm_enrolment(tools, begun.id, number, MERYEM, tools.clock())
        return confirm_enrolment(tools, begun.id, number, OTTO, tools.clock())


def issuer_keys(gateway: Gateway) -> tuple[PublicKey, ...]:
    """Return the keys that the gateway publishes."""
    return parse_jwks(json.dumps(gateway.partners.issuer_jwks()).encode())


def kids_of(gateway: Gateway, partner_id: str) -> list[str]:
    """Return the partner's keys that count now, newest first."""
    partner = gateway.partners.partner(partner_id)
    assert partner is not None
    return [key.kid for key in partner.keys]


def keys_on_file(gateway: Gateway, partner_id: str) -> dict[str, PrivateJwk]:
    """Return the keys that the demo made for a partner, by use."""
    kept = json.loads((gateway.settings.home / "partners" / partner_id / f"{partner_id}.keys.json").read_text())["keys"]
    return {key.use: key for key in map(PrivateJwk.from_json, kept)}
