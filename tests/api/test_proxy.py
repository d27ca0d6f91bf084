"""What only the proxy may tell is believed from the proxy alone: the sender's address and certificate."""

import datetime as dt
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask, request
from werkzeug.test import TestResponse

from gateway.crypto.certificates import certificate_thumbprint
from gateway.model.tokens import Binding, TokenRules
from tests.api.dict_desk import MINE, DictDesk, an_app, claims_of, form_of, signed

PROXY = "10.0.0.7"
HEADER = "X-Client-Certificate"
INBOX = "/api/v1/inbox"


def a_certificate() -> str:
    """Return a certificate of somebody, as nginx passes it on."""
    key, name = Ed25519PrivateKey.generate(), x509.Name([])
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, at, at + dt.timedelta(days=60))
    return quote(made.sign(key, None).public_bytes(Encoding.PEM).decode())


CERTIFICATE = a_certificate()


def pinned() -> DictDesk:
    """Return a desk where AVIM's tokens are bound to its certificate."""
    desk = DictDesk()
    desk.pin("avim", TokenRules(binding=Binding.MTLS))
    return desk


def ask(app: Flask, certificate: str | None = CERTIFICATE) -> TestResponse:
    """Ask for a token from the proxy's address."""
    headers = {} if certificate is None else {HEADER: certificate}
    form = form_of(signed(claims_of()))
    return app.test_client().post("/oauth/token", data=form, headers=headers, environ_base={"REMOTE_ADDR": PROXY})


def fetch(app: Flask, token: str, certificate: str | None, *, scheme: str = "Bearer") -> TestResponse:
    """Fetch the inbox from the proxy's address."""
    headers = {"Authorization": f"{scheme} {token}"} | ({} if certificate is None else {HEADER: certificate})
    return app.test_client().get(INBOX, headers=headers, environ_base={"REMOTE_ADDR": PROXY})


@pytest.mark.parametrize("path", [INBOX, f"{INBOX}/{MINE}", "/oauth/token", "/.well-known/jwks.json", "/nowhere"])
@pytest.mark.parametrize("proxy", ["", PROXY])
def test_a_certificate_from_anybody_else_is_refused(path: str, proxy: str) -> None:
    """Without a proxy from everybody, with one from whoever is not it; at every address, also an empty one."""
    for told in (CERTIFICATE, "x", ""):
        answer = an_app(DictDesk(), proxy=proxy).test_client().get(path, headers={HEADER: told})
        assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "certificate", [None, "", "x", CERTIFICATE[:-40], CERTIFICATE + CERTIFICATE, "%ff", "x" * 20_000]
)
def test_without_one_certificate_that_can_be_read_there_is_no_token(certificate: str | None) -> None:
    """None, rubbish, half of one, two, and a flood."""
    desk = pinned()
    answer = ask(an_app(desk, proxy=PROXY), certificate)
    assert (answer.status_code, answer.get_json()["error"], desk.tokens) == (400, "invalid_client", {})


def test_a_partner_with_certificates_gets_no_token_where_there_is_no_proxy() -> None:
    """Nothing could bind it."""
    desk = pinned()
    answer = an_app(desk).test_client().post("/oauth/token", data=form_of(signed(claims_of())))
    assert (answer.get_json()["error"], desk.tokens) == ("invalid_client", {})


def test_a_token_of_one_certificate_opens_nothing_with_another() -> None:
    """Nor without one, nor under the other scheme, which asks for a proof."""
    app = an_app(pinned(), proxy=PROXY)
    token = ask(app).get_json()["access_token"]
    for certificate in (None, "x", a_certificate()):
        assert fetch(app, token, certificate).status_code == 401
    assert fetch(app, token, CERTIFICATE, scheme="DPoP").status_code == 401
    assert fetch(app, token, CERTIFICATE).status_code == 200


def test_a_token_is_kept_with_the_thumbprint_of_its_certificate() -> None:
    """RFC 8705 section 3.1, over the DER."""
    desk = pinned()
    assert ask(an_app(desk, proxy=PROXY)).get_json()["token_type"] == "Bearer"
    (grant,) = desk.tokens.values()
    assert (grant.binding, grant.bound_to) == (Binding.MTLS, certificate_thumbprint(unquote(CERTIFICATE)))


def test_a_partner_that_is_pinned_to_the_other_binding_since_has_no_token_any_more() -> None:
    """What partners.yaml says now counts."""
    desk = pinned()
    app = an_app(desk, proxy=PROXY)
    token = ask(app).get_json()["access_token"]
    desk.pin("avim", TokenRules())
    assert fetch(app, token, CERTIFICATE).status_code == 401


def test_requests_are_counted_by_the_address_that_the_proxy_saw() -> None:
    """Its own word is the last one; what stands before it the sender may have made up."""
    app = an_app(DictDesk(), proxy=PROXY)
    seen: list[str] = []

    @app.get("/seen")
    def look() -> str:
        seen.append(request.remote_addr or "")
        return ""

    for told in ("192.0.2.1", "198.51.100.1, 192.0.2.2", "", None):
        headers = {} if told is None else {"X-Forwarded-For": told}
        app.test_client().get("/seen", headers=headers, environ_base={"REMOTE_ADDR": PROXY})
    app.test_client().get("/seen", headers={"X-Forwarded-For": "192.0.2.9"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert seen == ["192.0.2.1", "192.0.2.2", PROXY, PROXY, "192.0.2.7"]


def test_a_thumbprint_of_one_kind_never_stands_for_one_of_the_other() -> None:
    """A token of a key is not opened by a certificate, whatever thumbprint stands with it."""
    desk = pinned()
    app = an_app(desk, proxy=PROXY)
    token = ask(app).get_json()["access_token"]
    kept, grant = desk.tokens.popitem()
    desk.tokens[kept] = replace(grant, binding=Binding.DPOP)
    desk.pin("avim", TokenRules())
    assert fetch(app, token, CERTIFICATE).status_code == 401
