"""A partners' desk that keeps everything in dictionaries, and assertions to sign in with."""

import datetime as dt
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

from flask import Flask, Response
from werkzeug.test import TestResponse

from gateway.api.partners import create_partner_blueprint
from gateway.api.problem import problem_response
from gateway.api.proxy import BehindProxy
from gateway.crypto.dpop import access_token_hash, sign_proof
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key, to_jwks
from gateway.crypto.jws import sign
from gateway.errors import GatewayError, NotFoundError, NotWitnessedError
from gateway.http import install
from gateway.log.envelope import Envelope
from gateway.metrics import Metrics
from gateway.model.partner import Contact, Partner, SealProfile
from gateway.model.terms import Json
from gateway.model.tokens import AccessGrant, TokenRules

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
ISSUER = "disclosure-gateway.hilversum.example"
URL = "https://gateway.hilversum.example"
ENDPOINT = f"{URL}/oauth/token"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ISSUER_KEY = generate_signing_key()
KEYS = {name: (generate_encryption_key(), generate_signing_key()) for name in ("avim", "dudok-wonen")}
MINE, THEIRS = "0" * 32, "1" * 32
ENVELOPE = Envelope("a.b.c.d.e", b"{}", "proof\n", b"s" * 32, "avim")


def a_partner(name: str) -> Partner:
    """Return an active partner with both keys."""
    keys = tuple(key.public() for key in KEYS[name])
    contact = Contact("desk", "desk@partner.example", "+31 35 000 0000")
    return Partner(name, "avim", name, True, contact, None, None, None, SealProfile.JOSE, False, 30, keys)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an inbox."""

    message_id: str
    sent_at: dt.datetime
    state: str


@dataclass(slots=True)
class DictDesk:
    """Two partners with one message each; `now` is what the clock says."""

    now: dt.datetime = NOON
    issuer: str = ISSUER
    partners: dict[str, Partner] = field(default_factory=lambda: {name: a_partner(name) for name in KEYS})
    messages: dict[str, str] = field(default_factory=lambda: {MINE: "avim", THEIRS: "dudok-wonen"})
    assertions: dict[tuple[str, str], object] = field(default_factory=dict)
    expiries: list[dt.datetime] = field(default_factory=list)
    proofs: dict[tuple[str, str], object] = field(default_factory=dict)
    tokens: dict[str, AccessGrant] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    signals: list[tuple[str, bytes]] = field(default_factory=list)
    refusal: GatewayError | None = None
    unwitnessed: bool = False
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    public_note: str = ""
    note: str = "log\n1\nroot\n\n— log sig\n"

    def issuer_jwks(self) -> Json:
        """Return the public keys."""
        told: Json = json.loads(to_jwks([ISSUER_KEY.public()]))
        return told

    def partner(self, partner_id: str) -> Partner | None:
        """Return a partner."""
        return self.partners.get(partner_id)

    def pin(self, partner_id: str, rules: TokenRules) -> None:
        """Set how a partner gets its tokens."""
        self.partners[partner_id] = replace(self.partners[partner_id], tokens=rules)

    def deactivate(self, partner_id: str) -> None:
        """Make a partner inactive."""
        self.partners[partner_id] = replace(self.partners[partner_id], active=False)

    def inbox(self, partner_id: str, *, now: dt.datetime) -> Sequence[Line]:
        """Return the partner's own messages."""
        return [Line(message, now, "waiting") for message, owner in self.messages.items() if owner == partner_id]

    def envelope(self, partner_id: str, message_id: str, *, now: dt.datetime) -> Envelope:
        """Return the message. The two refusals differ on purpose: the interface must not pass that on."""
        if message_id not in self.messages:
            raise NotFoundError("absent", hint="nothing")
        if self.messages[message_id] != partner_id:
            raise NotFoundError("of another", hint="something else")
        if self.unwitnessed:
            raise NotWitnessedError("not seen yet", hint="fetch it again")
        return self.envelopes.get(message_id, ENVELOPE)

    def acknowledge(self, partner_id: str, message_id: str, receipt: str, *, now: dt.datetime) -> int:
        """Keep the receipt."""
        self.envelope(partner_id, message_id, now=now)
        self.receipts.append(receipt)
        return 7

    def signal(self, partner: Partner, body: bytes, *, now: dt.datetime) -> None:
        """Keep the signal, or refuse it as the test says."""
        if self.refusal is not None:
            raise self.refusal
        self.signals.append((partner.id, body))

    def remember_assertion(self, partner_id: str, jti: str, *, expires: dt.datetime) -> bool:
        """Note an assertion; setdefault is atomic, so exactly one caller finds its own mark."""
        mark = object()
        self.expiries.append(expires)
        return self.assertions.setdefault((partner_id, jti), mark) is mark

    def remember_proof(self, thumbprint: str, jti: str, *, expires: dt.datetime) -> bool:
        """Note a proof of possession."""
        mark = object()
        self.expiries.append(expires)
        return self.proofs.setdefault((thumbprint, jti), mark) is mark

    def store_token(self, token_digest: str, grant: AccessGrant, *, signers: Collection[str]) -> bool:
        """Keep a digest; every key counts here."""
        self.tokens[token_digest] = grant
        return bool(signers)

    def token_grant(self, token_digest: str, *, now: dt.datetime) -> AccessGrant | None:
        """Return what it stands for."""
        grant = self.tokens.get(token_digest)
        return grant if grant is not None and now < grant.expires else None

    def public_checkpoint(self, *, now: dt.datetime) -> str:
        """Return the note of before today."""
        return self.public_note

    def checkpoint(self) -> str:
        """Return the note."""
        return self.note


def an_app(desk: DictDesk, *, public_url: str = URL, rate_limit: str = "1000 per minute", proxy: str = "") -> Flask:
    """Return an app with the partners' routes, as the whole gateway installs them."""
    app = Flask("partners", static_folder=None)

    def show(status: int, error: GatewayError | None) -> Response:
        code = error.code if error else "http_error"
        return problem_response(status, title="t", detail=error.message if error else "d", code=code)

    install(app, rate_limit="1000 per minute", metrics=Metrics(), show=show)
    app.wsgi_app = BehindProxy(app.wsgi_app, proxy or None)  # type: ignore[method-assign]  # Flask's own way
    app.register_blueprint(
        create_partner_blueprint(
            desk, public_url=public_url, clock=lambda: desk.now, rate_limit=rate_limit, certificates=bool(proxy)
        )
    )
    return app


def claims_of(name: str = "avim", *, now: dt.datetime = NOON, **changes: Json) -> dict[str, Json]:
    """Return the claims of a good assertion, with changes; a change to None leaves the claim out."""
    moment = int(now.timestamp())
    claims: dict[str, Json] = {
        "iss": name,
        "sub": name,
        "aud": URL,
        "jti": secrets.token_hex(16),
        "iat": moment,
        "exp": moment + 60,
    }
    return {key: value for key, value in {**claims, **changes}.items() if value is not None}


def form_of(assertion: str, **changes: str) -> dict[str, str]:
    """Return the form of a token request."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "avim",
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
    }
    return {**form, **changes}


def signed(claims: dict[str, Json], *, key: PrivateJwk | None = None, typ: str = "JWT") -> str:
    """Return an assertion, by default with AVIM's own key."""
    return sign(json.dumps(claims).encode(), typ=typ, key=key or KEYS["avim"][1])


def proof_claims(
    method: str, path: str, *, token: str | None = None, now: dt.datetime = NOON, url: str = URL, **changes: Json
) -> dict[str, Json]:
    """Return the claims of a good proof of possession, with changes; a change to None leaves the claim out."""
    claims: dict[str, Json] = {
        "jti": secrets.token_hex(16),
        "htm": method,
        "htu": url + path,
        "iat": int(now.timestamp()),
        "ath": None if token is None else access_token_hash(token),
    }
    return {key: value for key, value in {**claims, **changes}.items() if value is not None}


class Timed(Protocol):
    """Whatever knows what time it is."""

    now: dt.datetime


D = TypeVar("D", bound=Timed)


@dataclass
class Program(Generic[D]):
    """A partner's program: its token, and the key that holds it. `signer` is its enrolled key."""

    app: Flask
    desk: D
    name: str = "avim"
    scope: str | None = None
    url: str = URL
    signer: PrivateJwk | None = None
    holder: PrivateJwk = field(default_factory=generate_signing_key)
    token: str = ""

    def sign_in(self) -> "Program[D]":
        """Get a token."""
        now = self.desk.now
        signer = self.signer or KEYS[self.name][1]
        form = form_of(signed(claims_of(self.name, now=now, aud=self.url), key=signer), client_id=self.name)
        if self.scope is not None:
            form["scope"] = self.scope
        headers = {"DPoP": sign_proof(proof_claims("POST", "/oauth/token", now=now, url=self.url), self.holder)}
        answer = self.app.test_client().post("/oauth/token", data=form, headers=headers)
        assert answer.status_code == 200, answer.get_json()
        self.token = answer.get_json()["access_token"]
        return self

    def headers(self, method: str, path: str, *, holder: PrivateJwk | None = None, **changes: Json) -> dict[str, str]:
        """Return the token with a new proof for this request, perhaps with changes."""
        claims = proof_claims(method, path, token=self.token, now=self.desk.now, url=self.url, **changes)
        return {"Authorization": f"DPoP {self.token}", "DPoP": sign_proof(claims, holder or self.holder)}

    def send(
        self, method: str, path: str, *, json: object = None, data: str | None = None, content_type: str | None = None
    ) -> TestResponse:
        """Send a request with a good proof."""
        return self.app.test_client().open(
            path, method=method, headers=self.headers(method, path), json=json, data=data, content_type=content_type
        )

    def get(self, path: str) -> TestResponse:
        """Fetch something."""
        return self.send("GET", path)


def a_program(
    desk: DictDesk, name: str = "avim", *, app: Flask | None = None, scope: str | None = None
) -> Program[DictDesk]:
    """Return a program of this partner, signed in."""
    return Program(app or an_app(desk), desk, name, scope).sign_in()
