"""A partner enrols its keys: it sends a request, opens the gateway's challenge, and reads a number out by phone."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from gateway.crypto.enrolment import fingerprint, make_request, open_challenge, read_request
from gateway.crypto.jwk import to_jwks
from gateway.partner.config import check_gateway_url, check_partner_id
from gateway.partner.keys import read_file, read_keys, write_new

REQUEST = ".enrolment.jwt"
KEYS = ".keys.json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the challenge gave: the number to read out, the gateway's name, and the files that were written."""

    partner_id: str
    number: str
    issuer: str
    gateway: str
    written: tuple[Path, ...]


def write_request(private: Path, at: dt.datetime) -> Path:
    """Write `<id>.enrolment.jwt` beside `<id>.keys.json`, and return its path: for the municipality, by e-mail.

    :raises ConfigError: it exists already.
    """
    partner_id, keys = _id(private), read_keys(private)
    path = private.with_name(f"{partner_id}{REQUEST}")
    text = make_request(partner_id=partner_id, encryption=keys.encryption, signing=keys.signing, at=at)
    write_new(path, text.encode() + b"\n", mode=0o644)
    return path


def answer(challenge: Path, private: Path) -> Answer:
    """Open the challenge with the key file, and write partner.yaml and the gateway's keys beside it, where they lack.

    The number shows whether the files came from the gateway: until the officers say that it is right, trust nothing.

    :raises CryptoError: it was not made for these keys or this request, or altered.
    :raises ConfigError: a file cannot be read or written, or the gateway's address is not a safe one.
    """
    partner_id, keys = _id(private), read_keys(private)
    request = read_file(private.with_name(f"{partner_id}{REQUEST}")).decode("ascii", errors="replace").strip()
    told = open_challenge(read_file(challenge), key=keys.encryption, me=partner_id, request=request)
    address = check_gateway_url(told.gateway)
    folder = private.parent
    settings = (
        f"id: {partner_id}\n"
        f"gateway: {json.dumps(address)}\n"
        f"issuer: {json.dumps(told.issuer)}\n"
        f"keys: {private.name}\n"
        "trust: trust.policy\n"
        "issuer_keys: issuer.jwks.json\n"
    )
    written = []
    for name, data in (("partner.yaml", settings.encode()), ("issuer.jwks.json", to_jwks(told.issuer_keys))):
        if not (folder / name).exists():
            write_new(folder / name, data, mode=0o644)
            written.append(folder / name)
    return Answer(partner_id, fingerprint(read_request(request), told), told.issuer, address, tuple(written))


def _id(private: Path) -> str:
    return check_partner_id(private.name.removesuffix(KEYS))
