"""Attacks on the partners' door over a real connection, with headers and bodies as the server passes them on."""

import gzip
import http.client
import json
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from gateway.config.clock import utc_now
from gateway.crypto.dpop import sign_proof
from gateway.crypto.jwk import PrivateJwk, generate_signing_key
from gateway.demo.server import free_port, running
from gateway.model.terms import Json
from gateway.partner.keys import read_keys
from tests.api.dict_desk import claims_of, form_of, proof_claims, signed

FORM = ("Content-Type", "application/x-www-form-urlencoded")
INBOX = "/api/v1/inbox"


@dataclass
class Line:
    """A connection for each request, with every header as it is given, also twice."""

    url: str
    signer: PrivateJwk
    holder: PrivateJwk = field(default_factory=generate_signing_key)

    def send(
        self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes = b""
    ) -> tuple[int, dict[str, Json], str]:
        """Send a request; return status, body and challenge."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=30)
        try:
            connection.putrequest(method, path)
            for name, value in headers:
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
            told = json.loads(content) if content.startswith(b"{") else {}
            return answer.status, told, answer.headers.get("WWW-Authenticate", "")
        finally:
            connection.close()

    def form(self) -> bytes:
        """Return a good token request."""
        assertion = signed(claims_of("avim", now=utc_now(), aud=self.url), key=self.signer)
        return urlencode(form_of(assertion)).encode()

    def proof(self, method: str, path: str, token: str | None = None) -> tuple[str, str]:
        """Return the header with a good proof."""
        claims = proof_claims(method, path, token=token, now=utc_now(), url=self.url)
        return "DPoP", sign_proof(claims, self.holder)

    def token(self) -> str:
        """Get a token."""
        status, told, _ = self.send("POST", "/oauth/token", [FORM, self.proof("POST", "/oauth/token")], self.form())
        assert status == 200
        return str(told["access_token"])


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Run a demo gateway; AVIM is at the door."""
    home: Path = tmp_path_factory.mktemp("door") / "home"
    with running(home, port=free_port()) as url:
        yield Line(url, read_keys(home / "partners" / "avim" / "avim.keys.json").signing)


def test_twenty_parallel_uses_of_one_assertion_give_one_token(line: Line) -> None:
    """Each with a proof of its own; single use is decided by the database."""
    form = line.form()
    proofs = [line.proof("POST", "/oauth/token") for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda proof: line.send("POST", "/oauth/token", [FORM, proof], form), proofs))
    assert sorted(status for status, _, _ in answers) == [200] + [400] * 19
    assert {told["error"] for status, told, _ in answers if status == 400} == {"invalid_client"}


def test_twenty_parallel_uses_of_one_proof_open_the_door_once(line: Line) -> None:
    """With one token, which is good."""
    token = line.token()
    headers = [("Authorization", f"DPoP {token}"), line.proof("GET", INBOX, token)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: line.send("GET", INBOX, headers), range(20)))
    assert sorted(status for status, _, _ in answers) == [200] + [401] * 19


def test_a_header_that_comes_twice_is_refused(line: Line) -> None:
    """Two proofs, the second of them good; two tokens; in either order."""
    token = line.token()
    shown = ("Authorization", f"DPoP {token}")
    for pair in (
        [line.proof("GET", INBOX, token), line.proof("GET", INBOX, token)],
        [("DPoP", "x"), line.proof("GET", INBOX, token)],
        [line.proof("GET", INBOX, token), ("dpop", "")],
    ):
        status, _, challenge = line.send("GET", INBOX, [shown, *pair])
        assert status == 401
        assert 'error="invalid_dpop_proof"' in challenge
    for tokens in ([shown, ("Authorization", "Bearer x")], [("authorization", "Bearer x"), shown], [shown, shown]):
        status, _, challenge = line.send("GET", INBOX, [*tokens, line.proof("GET", INBOX, token)])
        assert status == 401
        assert 'error="invalid_token"' in challenge


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "gzip, identity", "x"])
def test_a_packed_body_is_refused(line: Line, coding: str) -> None:
    """Neither unpacked nor read as it is."""
    token = line.token()
    path = f"{INBOX}/{secrets.token_hex(16)}/receipts"
    body = gzip.compress(b'{"receipt": "' + b"a" * 10_000_000 + b'"}')
    packed = ("Content-Encoding", coding)
    headers = [("Authorization", f"DPoP {token}"), line.proof("POST", path, token), packed]
    assert line.send("POST", path, [*headers, ("Content-Type", "application/json")], body)[0] == 415
    sent = [FORM, line.proof("POST", "/oauth/token"), packed]
    assert line.send("POST", "/oauth/token", sent, gzip.compress(line.form()))[0] == 415


def test_a_large_body_is_refused(line: Line) -> None:
    """Before it is parsed, at both kinds of door."""
    token = line.token()
    path = f"{INBOX}/{secrets.token_hex(16)}/receipts"
    body = json.dumps({"receipt": "a" * 70_000}).encode()
    headers = [
        ("Authorization", f"DPoP {token}"),
        line.proof("POST", path, token),
        ("Content-Type", "application/json"),
    ]
    assert line.send("POST", path, headers, body)[0] == 413
    form = line.form() + b"&scope=" + b"a" * 70_000
    assert line.send("POST", "/oauth/token", [FORM, line.proof("POST", "/oauth/token")], form)[0] == 413


@pytest.mark.parametrize(
    ("extra", "query"),
    [
        (b"&scope=inbox&scope=inbox", ""),
        (b"&client_id=avim", ""),
        (b"&client_assertion=x", ""),
        (b"&grant_type=client_credentials", ""),
        (b"&more=1", ""),
        (b"", "?client_id=avim"),
        (b"", "?client_assertion=x"),
    ],
)
def test_a_parameter_twice_unknown_or_in_the_address_is_refused(line: Line, extra: bytes, query: str) -> None:
    """RFC 6749 section 3.2; addresses end up in logs."""
    headers = [FORM, line.proof("POST", "/oauth/token")]
    status, told, _ = line.send("POST", f"/oauth/token{query}", headers, line.form() + extra)
    assert (status, told["error"]) == (400, "invalid_request")


def test_a_client_certificate_in_a_header_is_refused(line: Line) -> None:
    """Only the proxy of GATEWAY_PROXY may say it, and there is none here; also in other spellings of the name."""
    for name in ("X-Client-Certificate", "x-client-certificate"):
        for path in (INBOX, "/healthz", "/nowhere"):
            assert line.send("GET", path, [(name, "x")])[0] == 400


def test_a_sender_that_makes_up_its_address_is_not_believed(line: Line) -> None:
    """Without a proxy X-Forwarded-For says nothing; the request is served as any other."""
    token = line.token()
    headers = [("Authorization", f"DPoP {token}"), line.proof("GET", INBOX, token), ("X-Forwarded-For", "10.1.1.1")]
    assert line.send("GET", INBOX, headers)[0] == 200
