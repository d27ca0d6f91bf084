"""The OpenAPI document says what there is: every route and no other, and every answer has its status and form."""

import json
import re
import secrets
from dataclasses import dataclass, field

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from gateway.api.openapi import openapi
from gateway.bootstrap import Gateway
from gateway.cli.openapi import openapi as command
from gateway.crypto.commitments import digest
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.terms import Json
from gateway.partner.keys import read_keys
from gateway.web.signin import DemoSignIn
from gateway.wsgi import create_app
from tests.api.dict_desk import Program
from tests.api.json_schema import faults, resolved
from tests.conftest import NOON, SetClock

URL = "http://127.0.0.1:8080"
OURS = ("/api/", "/oauth/", "/log/", "/.well-known/", "/openapi.json")
DOCUMENT = openapi(URL)
PATHS = DOCUMENT["paths"]
STAFF = "/api/v1/disclosure-requests"
ABSENT = "f" * 32
NOT_ROUTED = {404, 405}


def operations() -> dict[tuple[str, str], dict[str, Json]]:
    """Return each operation by method and path."""
    assert isinstance(PATHS, dict)
    return {
        (method.upper(), path): operation
        for path, methods in PATHS.items()
        if isinstance(methods, dict)
        for method, operation in methods.items()
        if isinstance(operation, dict)
    }


def operation_of(method: str, path: str) -> tuple[str, dict[str, Json]] | None:
    """Return the operation that a request is for; a path without variables goes first."""
    found = [
        (rule, operation)
        for (verb, rule), operation in operations().items()
        if verb == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", rule), path)
    ]
    return min(found, key=lambda one: one[0].count("{"), default=None)


@dataclass
class Client:
    """Sends requests to the whole gateway, and compares each answer with the document."""

    app: Flask
    program: Program[SetClock]
    met: set[tuple[str, str, int]] = field(default_factory=set)

    def partner(self, method: str, path: str, body: Json = None) -> TestResponse:
        """Send something as a partner's program that is signed in."""
        return self._checked(method, path, self.program.send(method, path, json=body))

    def anybody(
        self,
        method: str,
        path: str,
        *,
        data: bytes | dict[str, str] | None = None,
        kind: str | None = None,
        **headers: str,
    ) -> TestResponse:
        """Send anything."""
        client = self.app.test_client()
        return self._checked(
            method, path, client.open(path, method=method, data=data, content_type=kind, headers=headers)
        )

    def staff(self, method: str, path: str, body: Json = None, *, who: int = 0) -> TestResponse:
        """Send something as one of the team."""
        client = self.app.test_client()
        client.post("/aanmelden", data={"person": DEMO_PEOPLE[who].id})
        return self._checked(method, path, client.open(path, method=method, json=body))

    def _checked(self, method: str, path: str, answer: TestResponse) -> TestResponse:
        found = operation_of(method, path)
        if found is None:
            assert answer.status_code in NOT_ROUTED
            return answer
        rule, operation = found
        responses = operation["responses"]
        assert isinstance(responses, dict)
        assert str(answer.status_code) in responses, f"{method} {rule}: {answer.status_code} {answer.data!r}"
        described = responses[str(answer.status_code)]
        assert isinstance(described, dict)
        content = described["content"]
        assert isinstance(content, dict)
        assert answer.mimetype in content, f"{method} {rule}: {answer.status_code} {answer.mimetype}"
        media = content[answer.mimetype]
        assert isinstance(media, dict)
        value: Json = answer.get_data(as_text=True) if answer.mimetype == "text/plain" else json.loads(answer.data)
        assert list(faults(value, media["schema"], DOCUMENT)) == [], f"{method} {rule}: {answer.status_code}"
        self.met.add((method, rule, answer.status_code))
        return answer


@pytest.fixture
def client(gateway: Gateway, clock: SetClock) -> Client:
    """Return a client of the whole gateway, with AVIM's program signed in."""
    app = create_app(gateway, DemoSignIn(DEMO_PEOPLE))
    app.config["WTF_CSRF_ENABLED"] = False
    signer = read_keys(gateway.settings.home / "partners" / "avim" / "avim.keys.json").signing
    return Client(app, Program(app, clock, "avim", url=URL, signer=signer).sign_in())


def test_the_document_has_every_route_and_no_other(client: Client) -> None:
    """A route that is not described, or described and not there, fails here."""
    there = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in client.app.url_map.iter_rules()
        if rule.rule.startswith(OURS)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == set(operations())


def test_who_may_use_a_route_is_what_the_route_says(client: Client) -> None:
    """The document's security and the roles of the source are the same."""
    for rule in client.app.url_map.iter_rules():
        if not rule.rule.startswith(OURS):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            security = operations()[method, path]["security"]
            assert isinstance(security, list)
            named = {name for one in security if isinstance(one, dict) for name in one}
            roles: set[str] = getattr(client.app.view_functions[rule.endpoint], "roles", set())
            expected = roles & {"partner"} if roles <= {"partner", "public"} else {"staff"}
            assert named == expected, path
            assert ({} in security or security == []) is ("public" in roles)


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    """No dead ends, and nothing left over."""
    text = json.dumps(DOCUMENT)
    used = set(re.findall(r'"\$ref": "([^"]+)"', text))
    assert all(isinstance(resolved(one, DOCUMENT), dict) for one in used)
    components = DOCUMENT["components"]
    assert isinstance(components, dict)
    schemas = components["schemas"]
    assert isinstance(schemas, dict)
    assert {one.rpartition("/")[2] for one in used} == set(schemas)
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(map(str, names))) == len(names)


def test_each_good_answer_has_its_form(client: Client, gateway: Gateway) -> None:
    """Every operation, once as it should be; what each answers is what the document says."""
    urgent = cases.urgent(NOON.date(), 1, "protect_victim")
    client.staff("POST", f"{STAFF}/preview", urgent)
    submitted = client.staff("POST", STAFF, urgent).get_json()
    client.staff("GET", f"{STAFF}/{submitted['id']}")
    held = client.staff("POST", STAFF, cases.landlord(NOON.date(), 2)).get_json()
    seen = gateway.team.follow(held["id"], DEMO_PEOPLE[1]).parts[0]
    approval: Json = {"part": seen.id, "digest": seen.digest}
    client.staff("POST", f"{STAFF}/{held['id']}/approval", approval, who=1)
    message = client.partner("GET", "/api/v1/inbox").get_json()["messages"][0]["id"]
    envelope = client.partner("GET", f"/api/v1/inbox/{message}").get_json()
    assert client.program.signer is not None
    receipt = make_receipt(
        key=client.program.signer,
        partner_id="avim",
        audience=gateway.settings.issuer,
        message_id=message,
        payload_digest=digest(envelope["message"].encode()),
        state=ReceiptState.RECEIVED,
        at=NOON,
    )
    client.partner("POST", f"/api/v1/inbox/{message}/receipts", {"receipt": receipt})
    question: Json = {"code": "question", "question": "call_us", "idempotency_key": secrets.token_hex(16)}
    client.partner("POST", "/api/v1/signals", question)
    client.partner("GET", "/log/checkpoint")
    for path in ("/.well-known/oauth-authorization-server", "/.well-known/jwks.json", "/openapi.json"):
        client.anybody("GET", path)
    done = {(method, rule) for method, rule, status in client.met if status < 300}
    elsewhere = {("POST", f"{STAFF}/{{disclosure_id}}/{what}") for what in ("link", "code")}  # tests of pick-up
    assert set(operations()) - done == {("POST", "/oauth/token")} | elsewhere  # the fixture signed in


def test_each_refusal_has_its_form(client: Client) -> None:
    """Nobody, too little, too much, packed, of another kind, and what is not there."""
    for method, rule in operations():
        path = re.sub(r"\{\w+\}", ABSENT, rule)
        client.anybody(method, path)
        client.anybody(method, path, data=b"x", kind="text/plain")
        client.anybody(method, path, data=b"{" * 100, kind="application/json")
        client.anybody(method, path, data=b"x", **{"Content-Encoding": "gzip"})
        client.anybody(method, path, Authorization="DPoP x", DPoP="x")
        client.partner(method, path, {})
        client.partner(method, path, {"receipt": "x" * 70_000})
        client.staff(method, path, {})
    assert {status for _, _, status in client.met} >= {400, 401, 403, 404, 413, 415}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    operation=st.sampled_from(sorted(operations())),
    body=ANY,
    part=st.text("0123456789abcdefxyz%.-~é ", min_size=1, max_size=40),
)
def test_whatever_is_sent_is_answered_as_the_document_says(
    client: Client, operation: tuple[str, str], body: Json, part: str
) -> None:
    """No body and no address makes another answer, and none a fault of ours."""
    method, rule = operation
    path = re.sub(r"\{\w+\}", part.replace("%", "%25"), rule)
    if operation_of(method, path) is not None:
        client.anybody(method, path, data=json.dumps(body).encode(), kind="application/json")
        client.staff(method, path, body)
        if "%" not in path:
            client.partner(method, path, body)


def test_the_command_prints_the_same_document(client: Client) -> None:
    """Without any configuration; as text a line for each route."""
    printed = CliRunner().invoke(command, ["--url", URL])
    assert printed.exit_code == 0
    assert json.loads(printed.output) == client.anybody("GET", "/openapi.json").get_json() == DOCUMENT
    lines = CliRunner().invoke(command, ["--format", "text"]).output.splitlines()
    assert len(lines) == len(operations())
