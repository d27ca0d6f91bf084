"""Events, posted to a real receiver: signed, about nobody, never redirected, and never inwards."""

import base64
import datetime as dt
import hashlib
import json
import re
import socket
import uuid

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from gateway.crypto.jwk import generate_signing_key
from gateway.errors import PermanentDeliveryError, TemporaryDeliveryError
from gateway.notices.event import event
from gateway.notices.webhook import WebhookSender
from tests.conftest import NOON
from tests.notices.certificates import Certificates
from tests.notices.servers import hanging_server, receiver

KEY = generate_signing_key()
SOURCE = "urn:nld:oin:00000099000000000000:systeem:verstrekkingen"
ID = "5f0c3c9e-6b0f-4c55-9d0e-6f3a1f1a2b3c"
BODY = event(ID, NOON + dt.timedelta(seconds=33), source=SOURCE, public_url="https://gateway.hilversum.example")
CREATED = int(NOON.timestamp())


def over(certificates: Certificates, *, timeout: float = 20, longest: float = 40) -> WebhookSender:
    """Return a sender that may also send to this machine, as in a demonstration."""
    return WebhookSender(KEY, loopback=True, context=certificates.for_client(), timeout=timeout, longest=longest)


def verify(url: str, fields: dict[str, str], body: bytes) -> None:
    """Verify a request as a partner would, with none of our code (RFC 9421, RFC 9530)."""
    inputs = re.fullmatch(r'gateway=(\((.*)\);created=(\d+);keyid="([^"]+)";alg="ed25519")', fields["Signature-Input"])
    assert inputs is not None
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    assert fields["Content-Digest"] == digest
    known = {
        "@method": "POST",
        "@target-uri": url,
        "content-type": fields["Content-Type"],
        "content-digest": fields["Content-Digest"],
    }
    assert inputs[4] == KEY.kid
    lines = [f"{name}: {known[name.strip(chr(34))]}" for name in inputs[2].split(" ")]
    base = "\n".join([*lines, f'"@signature-params": {inputs[1]}']).encode()
    signature = base64.b64decode(fields["Signature"].removeprefix("gateway=:").removesuffix(":"))
    VerifyKey(base64.urlsafe_b64decode(KEY.public().jwk["x"] + "=")).verify(base, signature)


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost:{port}/",
        "https://127.0.0.1:{port}/",
        "https://2130706433:{port}/",
        "https://127.1:{port}/",
        "https://0x7f000001:{port}/",
        "https://[::1]:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://0.0.0.0:{port}/",
        "http://localhost:{port}/",
    ],
)
def test_nothing_goes_to_this_machine_unless_in_a_demonstration(certificates: Certificates, url: str) -> None:
    """The receiver is there and would answer; nothing arrives. And http is never spoken."""
    with receiver(certificates.for_server()) as kept:
        sender = WebhookSender(KEY, context=certificates.for_client(), timeout=20)
        with pytest.raises((PermanentDeliveryError, TemporaryDeliveryError)):
            sender.send(url.format(port=kept.port), BODY, created=CREATED)
        assert kept.requests == []


def test_a_redirect_is_not_followed(certificates: Certificates) -> None:
    """Whoever may answer for the partner's host could send us anywhere."""
    with receiver(certificates.for_server()) as inner, receiver(certificates.for_server()) as kept:
        kept.fields = {"Location": f"https://localhost:{inner.port}/"}
        for status in (301, 302, 307, 308):
            kept.status = status
            with pytest.raises(TemporaryDeliveryError):
                over(certificates).send(f"https://localhost:{kept.port}/", BODY, created=CREATED)
        assert (len(kept.requests), inner.requests) == (4, [])


@pytest.mark.parametrize(("status", "error"), [(410, PermanentDeliveryError), (401, TemporaryDeliveryError)])
def test_what_does_not_succeed_is_tried_again_but_what_is_gone(
    certificates: Certificates, status: int, error: type[Exception]
) -> None:
    """A partner may be mending its side; an address that was given up is not asked again."""
    with receiver(certificates.for_server()) as kept:
        kept.status = status
        with pytest.raises(error):
            over(certificates).send(f"https://localhost:{kept.port}/", BODY, created=CREATED)


def test_a_strangers_certificate_gets_nothing(certificates: Certificates, strangers: Certificates) -> None:
    """The name is looked up by DNS, which anybody may answer: the certificate says who it is."""
    with receiver(strangers.for_server()) as kept:
        with pytest.raises(TemporaryDeliveryError):
            over(certificates).send(f"https://localhost:{kept.port}/", BODY, created=CREATED)
        assert kept.requests == []


def test_a_receiver_that_never_answers_is_left(certificates: Certificates) -> None:
    """The whole conversation has an end: also of one that lets us connect and hangs in TLS."""
    with hanging_server() as port, pytest.raises(TemporaryDeliveryError):
        over(certificates, timeout=0.2, longest=30).send(f"https://localhost:{port}/", BODY, created=CREATED)
    with hanging_server() as port, pytest.raises(TemporaryDeliveryError):
        over(certificates, timeout=60, longest=0.2).send(f"http://127.0.0.1:{port}/", BODY, created=CREATED)


def test_a_large_answer_is_not_read(certificates: Certificates) -> None:
    """Only its status counts."""
    with receiver(certificates.for_server()) as kept:
        kept.status, kept.body = 200, b"x" * 20_000
        over(certificates).send(f"https://localhost:{kept.port}/", BODY, created=CREATED)


@pytest.mark.control("DPIA-04")
def test_an_event_arrives_signed_and_says_nothing_of_anybody(certificates: Certificates) -> None:
    """Golden body; the signature is verified with other code, and does not fit another address or body."""
    with receiver(certificates.for_server()) as kept:
        url = f"https://localhost:{kept.port}/events?of=gateway"
        over(certificates).send(url, BODY, created=CREATED)
        ((path, fields, body),) = kept.requests
    assert (path, fields["Host"], fields["Content-Type"]) == (
        "/events?of=gateway",
        f"localhost:{kept.port}",
        "application/cloudevents+json",
    )
    verify(url, fields, body)
    for other, changed in (("https://other.example/", body), (url, body)):
        fields["Content-Type"] = fields["Content-Type"] if other != url else "application/json"
        with pytest.raises(BadSignatureError):
            verify(other, fields, changed)
    assert json.loads(body) == {
        "specversion": "1.0",
        "id": ID,
        "source": SOURCE,
        "type": "nl.disclosure-gateway.inbox-changed",
        "time": "2026-11-24T12:00:00Z",
        "dataref": "https://gateway.hilversum.example/api/v1/inbox",
    }
    assert str(uuid.UUID(ID)) == ID


def test_the_connection_goes_to_the_address_that_was_looked_at(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public at the first look-up and inner at the second (DNS rebinding) is asked once."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, port: int, *args: int, **named: int) -> object:
        if host != "localhost":
            return real(host, port, *args, **named)  # a number is its own address
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "192.0.2.1", port, *args, **named)

    with receiver(certificates.for_server()) as kept:
        monkeypatch.setattr(socket, "getaddrinfo", answer)
        over(certificates).send(f"https://localhost:{kept.port}/", BODY, created=CREATED)
        assert len(kept.requests) == 1
    assert asked == ["localhost"]
