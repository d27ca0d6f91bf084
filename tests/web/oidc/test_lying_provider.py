"""A provider that lies, over HTTP: whatever it answers, nobody is signed in and nothing breaks."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from gateway.bootstrap import Gateway
from gateway.crypto.encoding import b64url
from gateway.pipeline.sessions import Sessions
from gateway.web.oidc.signin import OidcSignIn
from gateway.wsgi import create_app
from tests.web.oidc.signing_in import ADDRESS, SECRET, provider_for

NONE = b64url(b'{"alg":"none"}')
KEY = RSAKey.generate_key(2048, {"kid": "k"})


class Liar(ThreadingHTTPServer):
    """Answers as the test says: `lie` replaces parts of the metadata, the token answer or the claims."""

    lie: dict[str, Any]
    nonce = ""

    @property
    def issuer(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    """The three addresses of a provider."""

    server: Liar

    def _send(self, told: object, status: int = 200) -> None:
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        """Send metadata or keys."""
        issuer, lie = self.server.issuer, self.server.lie
        if self.path == "/jwks":
            self._send(lie.get("jwks", KeySet([KEY]).as_dict(private=False)))
            return
        told = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
        }
        told = {**told, **lie.get("metadata", {})} if "whole" not in lie else lie["whole"]
        self._send(told, lie.get("status", 200))

    def do_POST(self) -> None:
        """Send tokens."""
        lie, now = self.server.lie, int(dt.datetime.now(dt.UTC).timestamp())  # noqa: TID251  # the machine's clock
        claims = {
            "iss": self.server.issuer,
            "sub": "x",
            "aud": "gateway",
            "nonce": self.server.nonce,
            "iat": now,
            "exp": now + 60,
            "groups": ["sekswerkteam"],
            **lie.get("claims", {}),
        }
        alg = lie.get("alg", "RS256")
        key = OctKey.import_key(SECRET) if alg == "HS256" else KEY
        signed = jwt.encode({"alg": alg, "kid": "k"}, claims, key, algorithms=[alg]) if alg != "none" else ""
        token = signed or f"{NONE}.{b64url(json.dumps(claims).encode())}."
        self._send(lie.get("token", {"access_token": "t", "token_type": "Bearer", "id_token": token}))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def liar() -> Iterator[Liar]:
    """Run the provider."""
    server = Liar(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(gateway: Gateway, liar: Liar, tmp_path: Path) -> FlaskClient:
    """Return a browser's connection to a gateway that trusts it."""
    liar.lie = {}
    keeper = Sessions(gateway.tools.store, gateway.tools.clock, gateway.tools.lookup.account)
    people = OidcSignIn([provider_for(liar.issuer, tmp_path)], keeper, address=ADDRESS)
    return create_app(gateway, people).test_client()


def test_whatever_it_lies_about_nobody_is_signed_in(client: FlaskClient, liar: Liar) -> None:
    """A wrong token is 400, a provider that makes no sense 503; never 500, and the page repeats nothing of it."""
    lies: list[tuple[dict[str, Any], int]] = [
        ({"alg": "none"}, 400),
        ({"alg": "HS256"}, 400),
        ({"claims": {"iss": "https://elsewhere.example"}}, 400),
        ({"claims": {"aud": "another"}}, 400),
        ({"claims": {"nonce": "another"}}, 400),
        ({"claims": {"exp": 1}}, 400),
        ({"token": {"access_token": "t", "token_type": "Bearer"}}, 400),
        ({"token": {"error": "invalid_grant"}}, 400),
        ({"token": [1]}, 503),
        ({"token": b"<html>"}, 503),
        ({"jwks": {"keys": []}}, 400),
        ({"jwks": b"<html>"}, 503),
    ]
    for lie, status in lies:
        liar.lie = {}
        asked = parse_qs(urlsplit(client.get("/aanmelden/gemeente").location or "").query)
        liar.nonce, liar.lie = asked["nonce"][0], lie
        answer = client.get("/aanmelden/gemeente/terug", query_string={"state": asked["state"][0], "code": "c"})
        assert answer.status_code == status, lie
        assert "elsewhere" not in answer.get_data(as_text=True)
        assert client.get("/").status_code == 303, lie


def test_the_same_provider_telling_the_truth_signs_in(client: FlaskClient, liar: Liar) -> None:
    """The test above can fail."""
    asked = parse_qs(urlsplit(client.get("/aanmelden/gemeente").location or "").query)
    liar.nonce = asked["nonce"][0]
    answer = client.get("/aanmelden/gemeente/terug", query_string={"state": asked["state"][0], "code": "c"})
    assert answer.status_code == 200
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "lie",
    [
        {"metadata": {"issuer": "https://elsewhere.example"}},
        {"metadata": {"authorization_endpoint": "http://elsewhere.example/auth"}},
        {"metadata": {"authorization_endpoint": None}},
        {"metadata": {"token_endpoint": "ftp://elsewhere.example/"}},
        {"whole": b"<html>"},
        {"whole": [1]},
        {"status": 500},
    ],
    ids=str,
)
def test_a_provider_that_makes_no_sense_is_left_alone(client: FlaskClient, liar: Liar, lie: dict[str, Any]) -> None:
    """Metadata of another issuer, or addresses that are not safe: nobody is sent there (503, with what to do)."""
    liar.lie = lie
    answer = client.get("/aanmelden/gemeente")
    assert answer.status_code == 503
    assert "Location" not in answer.headers
