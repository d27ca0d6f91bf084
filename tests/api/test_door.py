"""A token opens the door only with a fresh proof by the key it was given to, for this very request (RFC 9449)."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey
from joserfc.jws import serialize_compact
from werkzeug.test import TestResponse

from gateway.crypto.dpop import access_token_hash, sign_proof
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import generate_signing_key, thumbprint
from gateway.model.terms import Json
from gateway.model.tokens import TokenRules
from tests.api.dict_desk import ENDPOINT, MINE, URL, DictDesk, Program, a_program, an_app, proof_claims

INBOX = "/api/v1/inbox"
ALGS = 'algs="Ed25519 EdDSA ES256"'
MOMENT = int(DictDesk().now.timestamp())


def shown(program: Program[DictDesk], proof: str | None, *, scheme: str = "DPoP", method: str = "GET") -> TestResponse:
    """Show the token with this proof, at the inbox."""
    headers = {"Authorization": f"{scheme} {program.token}"} | ({} if proof is None else {"DPoP": proof})
    return program.app.test_client().open(INBOX, method=method, headers=headers)


def refused(answer: TestResponse, error: str = "invalid_dpop_proof") -> None:
    """Check that the answer is a 401 that names the error, and nothing else that could help."""
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == f'DPoP error="{error}", {ALGS}'
    assert answer.get_json()["code"] == "no_access_token"
    assert "messages" not in answer.get_json()


def handmade(header: dict[str, Json], claims: dict[str, Json]) -> str:
    """Return a proof with any header, signed with RAW."""
    body = f"{b64url(json.dumps(header).encode())}.{b64url(json.dumps(claims).encode())}"
    return f"{body}.{b64url(RAW.sign(body.encode()))}"


RAW = Ed25519PrivateKey.generate()
JWK: dict[str, Json] = {"kty": "OKP", "crv": "Ed25519", "x": b64url(RAW.public_key().public_bytes_raw())}


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "POST"},
        {"htm": "get"},
        {"htm": None},
        {"htu": ENDPOINT},
        {"htu": f"{URL}{INBOX}/{MINE}"},
        {"htu": f"{URL}{INBOX}/"},
        {"htu": f"http://gateway.hilversum.example{INBOX}"},
        {"htu": f"https://evil.example{INBOX}"},
        {"htu": f"{URL}:8443{INBOX}"},
        {"htu": f"https://me@gateway.hilversum.example{INBOX}"},
        {"htu": f"https://gateway.hilversum.example:port{INBOX}"},
        {"htu": f"https://[{INBOX}"},
        {"htu": INBOX},
        {"htu": [f"{URL}{INBOX}"]},
        {"htu": None},
        {"iat": MOMENT - 61},
        {"iat": MOMENT + 11},
        {"iat": MOMENT - 86400},
        {"iat": 10**17},
        {"iat": str(MOMENT)},
        {"iat": True},
        {"iat": None},
        {"jti": None},
        {"jti": "x" * 15},
        {"jti": "x" * 129},
        {"jti": 1234567890123456},
        {"ath": None},
        {"ath": ""},
        {"ath": access_token_hash("another")},
        {"ath": [access_token_hash("another")]},
    ],
)
def test_a_proof_for_something_else_is_refused(changes: dict[str, Json]) -> None:
    """Another method, address, time or token; and what has no name of its own."""
    program = a_program(DictDesk())
    claims = proof_claims("GET", INBOX, token=program.token) | changes
    told = {name: value for name, value in claims.items() if value is not None}
    refused(shown(program, sign_proof(told, program.holder)))
    assert len(program.desk.proofs) == 1  # the one of the token request


@pytest.mark.parametrize("seconds", [-60, 0, 10])
def test_a_clock_may_be_a_minute_behind_and_ten_seconds_ahead(seconds: int) -> None:
    """The ends are inside."""
    program = a_program(DictDesk())
    headers = program.headers("GET", INBOX, iat=MOMENT + seconds)
    assert program.app.test_client().get(INBOX, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "address", [f"{URL}{INBOX}?x=1#y", f"{URL}:443{INBOX}", f"HTTPS://GATEWAY.hilversum.example{INBOX}"]
)
def test_the_same_address_in_another_spelling_is_the_same(address: str) -> None:
    """RFC 9449 section 4.3: without query and fragment, scheme and host in any case."""
    program = a_program(DictDesk())
    headers = program.headers("GET", INBOX, htu=address)
    assert program.app.test_client().get(INBOX, headers=headers).status_code == 200


def test_a_token_without_a_proof_is_refused() -> None:
    """It is not a bearer token: whoever found it has nothing."""
    program = a_program(DictDesk())
    refused(shown(program, None))
    refused(shown(program, ""))


def test_a_token_shown_as_bearer_is_refused() -> None:
    """With and without a good proof (RFC 9449 section 7.2)."""
    program = a_program(DictDesk())
    proof = program.headers("GET", INBOX)["DPoP"]
    for scheme in ("Bearer", "bearer"):
        refused(shown(program, None, scheme=scheme), "invalid_token")
        refused(shown(program, proof, scheme=scheme), "invalid_token")


def test_a_token_with_another_key_reads_like_no_token_at_all() -> None:
    """A key swap: the thief's own key, and the key of another partner with a token of its own."""
    desk = DictDesk()
    app = an_app(desk)
    mine, theirs = a_program(desk, app=app), a_program(desk, "dudok-wonen", app=app)
    for holder in (generate_signing_key(), theirs.holder):
        headers = mine.headers("GET", INBOX, holder=holder)
        swapped = app.test_client().get(INBOX, headers=headers)
        refused(swapped, "invalid_token")
        mine_was, mine.token = mine.token, "x" * 43
        unknown = app.test_client().get(INBOX, headers=mine.headers("GET", INBOX, holder=holder))
        mine.token = mine_was
        assert (unknown.data, str(unknown.headers)) == (swapped.data, str(swapped.headers))


def test_a_proof_is_good_once() -> None:
    """Also for the same request a moment later; the token itself stays good."""
    program = a_program(DictDesk())
    headers = program.headers("GET", INBOX)
    client = program.app.test_client()
    assert client.get(INBOX, headers=headers).status_code == 200
    refused(client.get(INBOX, headers=headers))
    assert program.get(INBOX).status_code == 200


def test_of_twenty_parallel_uses_of_one_proof_one_is_the_first() -> None:
    """Single use holds under a race."""
    program = a_program(DictDesk())
    headers = program.headers("GET", INBOX)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: program.app.test_client().get(INBOX, headers=headers), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19


def test_a_proof_is_remembered_for_as_long_as_it_would_be_taken() -> None:
    """One second longer, because its time has no fractions."""
    program = a_program(DictDesk())
    program.get(INBOX)
    assert program.desk.expiries[-1] == program.desk.now + dt.timedelta(seconds=61)


def test_a_proof_of_the_token_request_opens_nothing() -> None:
    """It names another address, and no token."""
    desk = DictDesk()
    program = a_program(desk)
    refused(shown(program, sign_proof(proof_claims("POST", "/oauth/token"), program.holder)))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"typ": "JWT"},
        {"crit": ["exp"]},
        {"crit": []},
        {"kid": "k"},
        {"jwk": {**JWK, "d": b64url(b"1" * 32)}},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jwk": None},
    ],
)
def test_a_proof_of_another_form_is_refused(header: dict[str, Json]) -> None:
    """No algorithm, a password as key, a private key, and what we do not know."""
    program = a_program(DictDesk())
    claims = proof_claims("GET", INBOX, token=program.token)
    refused(shown(program, handmade({"typ": "dpop+jwt", "alg": "Ed25519", "jwk": JWK, **header}, claims)))


def test_the_helper_of_these_tests_makes_proofs_that_are_taken() -> None:
    """So each refusal above is about what it changes."""
    desk = DictDesk()
    program = a_program(desk)
    header: dict[str, Json] = {"typ": "dpop+jwt", "alg": "Ed25519", "jwk": JWK}
    kept = desk.tokens.popitem()
    desk.tokens[kept[0]] = replace(kept[1], bound_to=thumbprint({name: str(value) for name, value in JWK.items()}))
    assert shown(program, handmade(header, proof_claims("GET", INBOX, token=program.token))).status_code == 200


def test_a_proof_by_a_p256_key_is_as_good() -> None:
    """What browsers and most libraries make."""
    desk = DictDesk()
    key = ECKey.generate_key("P-256")
    public = {name: str(value) for name, value in key.as_dict(private=False).items() if name != "kid"}
    program = a_program(desk)
    digest, kept = desk.tokens.popitem()
    desk.tokens[digest] = replace(kept, bound_to=key.thumbprint())
    claims = proof_claims("GET", INBOX, token=program.token)
    proof = serialize_compact({"typ": "dpop+jwt", "alg": "ES256", "jwk": public}, json.dumps(claims), key)
    assert shown(program, proof).status_code == 200


@pytest.mark.parametrize("text", ["x", "a.b.c", "a.b.c.d", "é", "x" * 100_000, ".".join(["eyJ9"] * 3)])
def test_what_is_no_proof_is_refused(text: str) -> None:
    """Rubbish and floods."""
    refused(shown(a_program(DictDesk()), text.encode().decode("latin-1")))


def test_two_proofs_at_once_are_refused() -> None:
    """Section 4.3: there is not more than one; as one header with a comma, and as two."""
    program = a_program(DictDesk())
    first, second = (program.headers("GET", INBOX)["DPoP"] for _ in range(2))
    refused(shown(program, f"{first}, {second}"))
    refused(shown(program, f"{first},{second}"))
    pairs = [("Authorization", f"DPoP {program.token}"), ("DPoP", first), ("DPoP", second)]
    refused(program.app.test_client().get(INBOX, headers=pairs))


def test_two_tokens_at_once_are_refused() -> None:
    """One sender, one token."""
    program = a_program(DictDesk())
    headers = program.headers("GET", INBOX)
    headers["Authorization"] += ", " + headers["Authorization"]
    refused(program.app.test_client().get(INBOX, headers=headers), "invalid_token")


def test_who_shows_nothing_is_told_what_to_show() -> None:
    """RFC 6750 section 3.1: without a token there is no error to name."""
    answer = an_app(DictDesk()).test_client().get(INBOX)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, f"DPoP {ALGS}")


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("receipts", "GET", INBOX),
        ("receipts", "GET", f"{INBOX}/{MINE}"),
        ("receipts", "GET", "/log/checkpoint"),
        ("inbox", "POST", f"{INBOX}/{MINE}/receipts"),
        ("signals", "GET", INBOX),
        ("signals", "POST", f"{INBOX}/{MINE}/receipts"),
    ],
)
def test_a_token_opens_only_what_it_is_for(scope: str, method: str, path: str) -> None:
    """403 names the scope that is needed (RFC 6750 section 3.1), for everybody the same."""
    desk = DictDesk()
    answer = a_program(desk, scope=scope).send(method, path)
    needed = "receipts" if path.endswith("/receipts") else "inbox"
    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"] == f'DPoP error="insufficient_scope", scope="{needed}", {ALGS}'
    assert desk.receipts == []


def test_a_scope_that_a_partner_lost_is_gone_from_its_tokens_at_once() -> None:
    """What partners.yaml says now counts, also for a token of before."""
    desk = DictDesk()
    program = a_program(desk)
    desk.pin("avim", TokenRules(scopes=frozenset({"receipts"})))
    assert program.get(INBOX).status_code == 403


def test_a_busy_partner_is_told_so_and_no_other_feels_it() -> None:
    """The limit is for each partner: behind a proxy many share one address."""
    desk = DictDesk()
    app = an_app(desk, rate_limit="2 per minute")
    busy, other = a_program(desk, app=app), a_program(desk, "dudok-wonen", app=app)
    assert [busy.get(INBOX).status_code for _ in range(4)] == [200, 200, 429, 429]
    assert other.get(INBOX).status_code == 200


def test_a_signature_in_a_second_spelling_is_refused() -> None:
    """Base64 has one."""
    program = a_program(DictDesk())
    head, _, signature = program.headers("GET", INBOX)["DPoP"].rpartition(".")
    assert unb64url(signature)
    refused(shown(program, f"{head}.{signature}="))
    refused(shown(program, f"{head}.{signature[:-1]}B"))
