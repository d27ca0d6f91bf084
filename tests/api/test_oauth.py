"""The token endpoint hands a token to the partner that signed a fresh assertion, and to nobody else."""

import datetime as dt
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import TestResponse

from gateway.crypto.dpop import sign_proof
from gateway.crypto.encoding import b64url
from gateway.crypto.jwk import generate_signing_key
from gateway.errors import ConfigError
from gateway.model.terms import Json
from gateway.model.tokens import AccessGrant, Binding
from tests.api.dict_desk import (
    ENDPOINT,
    ISSUER,
    KEYS,
    NOON,
    TYPE,
    URL,
    DictDesk,
    Program,
    an_app,
    claims_of,
    form_of,
    proof_claims,
    signed,
)

MOMENT = int(NOON.timestamp())
HOLDER = generate_signing_key()
GENERIC = "the client is not known, not active, or did not sign this"


def ask(
    desk: DictDesk, form: dict[str, str], *, query: str = "", headers: dict[str, str] | None = None
) -> TestResponse:
    """Ask for a token, with a good proof of possession."""
    headers = {"DPoP": a_proof()} | (headers or {})
    return an_app(desk).test_client().post(f"/oauth/token{query}", data=form, headers=headers)


def a_proof() -> str:
    """Return a proof for a token request."""
    return sign_proof(proof_claims("POST", "/oauth/token"), HOLDER)


def refused(desk: DictDesk, form: dict[str, str], error: str = "invalid_client") -> str:
    """Check that the request is refused with this error and leaves no token; return the description."""
    answer = ask(desk, form)
    told = answer.get_json()
    assert (answer.status_code, told["error"]) == (400, error)
    assert "access_token" not in told
    assert desk.tokens == {}
    return str(told.get("error_description", ""))


def unsigned_form(header: dict[str, Json], secret: bytes | None = None) -> dict[str, str]:
    """Return a request whose assertion has this header and an HMAC or no signature."""
    text = f"{b64url(json.dumps(header).encode())}.{b64url(json.dumps(claims_of()).encode())}"
    signature = hmac.digest(secret, text.encode(), "sha256") if secret is not None else b""
    return form_of(f"{text}.{b64url(signature)}")


def claims_with(changes: dict[str, Json]) -> dict[str, Json]:
    """Return good claims with changes; a change to None leaves the claim out."""
    return {name: value for name, value in (claims_of() | changes).items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": MOMENT - 30},
        {"exp": MOMENT - 1},
        {"exp": MOMENT},
        {"exp": MOMENT + 301},
        {"exp": MOMENT + 10 * 365 * 86400},
        {"exp": None},
        {"exp": str(MOMENT + 60)},
        {"exp": True},
        {"exp": 10**17},
        {"aud": [URL]},
        {"aud": [URL, "https://evil.example"]},
        {"aud": ENDPOINT},
        {"aud": ISSUER},
        {"aud": URL + "/"},
        {"aud": "https://evil.example"},
        {"aud": None},
        {"jti": None},
        {"jti": "x" * 21},
        {"jti": "x" * 129},
        {"jti": "x" * 2500},
        {"jti": 1234567890123456},
        {"iat": MOMENT + 60},
        {"nbf": MOMENT + 60},
    ],
)
def test_a_well_signed_assertion_with_a_bad_claim_is_refused(changes: dict[str, Json]) -> None:
    """Times, audience and jti are exact, and the partner is told which one was wrong."""
    desk = DictDesk()
    assert "assertion" in refused(desk, form_of(signed(claims_with(changes))))
    assert desk.assertions == {}


@pytest.mark.parametrize(
    "changes", [{"iss": "dudok-wonen"}, {"sub": "dudok-wonen"}, {"sub": None}, {"iss": None}, {"sub": ["avim"]}]
)
def test_an_assertion_about_somebody_else_is_refused(changes: dict[str, Json]) -> None:
    """Issuer, subject and client are one and the same."""
    assert refused(DictDesk(), form_of(signed(claims_with(changes)))) == GENERIC


def test_another_client_id_in_the_form_is_refused() -> None:
    """The form may not name another client than the assertion."""
    assert refused(DictDesk(), form_of(signed(claims_of()), client_id="dudok-wonen")) == GENERIC


def test_another_signer_is_refused() -> None:
    """Neither a stranger nor another partner can sign for this one, and the words do not tell which it was."""
    for key in (generate_signing_key(), KEYS["dudok-wonen"][1]):
        assert refused(DictDesk(), form_of(signed(claims_of(), key=key))) == GENERIC


def test_an_altered_assertion_is_refused() -> None:
    """One changed character in the claims breaks the signature."""
    header, _, signature = signed(claims_of()).split(".")
    forged = b64url(json.dumps(claims_of(jti="forged-forged-forged")).encode())
    assert refused(DictDesk(), form_of(f"{header}.{forged}.{signature}")) == GENERIC


def test_alg_none_and_hs256_are_refused() -> None:
    """No signature, or one made with the public key as a password, is none."""
    kid = KEYS["avim"][1].kid
    public = KEYS["avim"][1].public().jwk["x"].encode()
    for form in (
        unsigned_form({"alg": "none", "typ": "JWT", "kid": kid}),
        unsigned_form({"alg": "none", "typ": "JWT", "kid": kid}, b"any"),
        unsigned_form({"alg": "HS256", "typ": "JWT", "kid": kid}, public),
        unsigned_form({"alg": "Ed25519", "typ": "JWT", "kid": kid}, public),
    ):
        assert refused(DictDesk(), form) == GENERIC


def test_a_receipt_is_no_assertion() -> None:
    """A text that was signed for another purpose does not sign in."""
    assert refused(DictDesk(), form_of(signed(claims_of(), typ="disclosure-receipt+jwt"))) == GENERIC


@pytest.mark.parametrize("assertion", ["", "x", "..", "a.b.c", "a.W10.c", "a.é.c", "x" * 5000, "a.Int9.c"])
def test_what_is_no_token_at_all_is_refused(assertion: str) -> None:
    """Rubbish is an unknown client, never a fault."""
    assert refused(DictDesk(), form_of(assertion)) == GENERIC


def test_an_inactive_or_unknown_partner_is_an_invalid_client() -> None:
    """A partner that was switched off reads like one that never was."""
    desk = DictDesk()
    desk.deactivate("avim")
    assert refused(desk, form_of(signed(claims_of()))) == GENERIC
    assert refused(desk, form_of(signed(claims_of("ghost")), client_id="ghost")) == GENERIC


@pytest.mark.parametrize("scope", ["admin", "inbox admin", "inbox inbox", "INBOX", "inbox,receipts", " "])
def test_no_scope_that_there_is_not_is_given(scope: str) -> None:
    """A custom token generator once issued `admin`; any other scope refuses the whole request."""
    refused(DictDesk(), form_of(signed(claims_of()), scope=scope), "invalid_scope")


def test_other_grants_and_other_ways_to_sign_in_are_refused() -> None:
    """Only client_credentials, only by assertion."""
    refused(DictDesk(), form_of(signed(claims_of()), grant_type="password"), "unsupported_grant_type")
    refused(DictDesk(), {"grant_type": "client_credentials", "client_id": "avim"})
    refused(DictDesk(), {"grant_type": "client_credentials", "client_id": "avim", "client_assertion_type": TYPE})
    refused(DictDesk(), form_of(signed(claims_of()), client_assertion_type="urn:other"))
    refused(DictDesk(), form_of(signed(claims_of()), client_secret="secret"), "invalid_request")


def test_an_assertion_in_the_url_is_refused() -> None:
    """URLs end up in logs."""
    desk = DictDesk()
    answer = ask(desk, form_of(signed(claims_of())), query="?scope=inbox")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
    assert desk.tokens == {}


def test_two_ways_to_sign_in_at_once_are_refused() -> None:
    """RFC 6749 section 2.3: one method per request."""
    answer = ask(DictDesk(), form_of(signed(claims_of())), headers={"Authorization": "Basic YTpi"})
    assert answer.get_json()["error"] == "invalid_request"


def test_twenty_parallel_uses_of_one_assertion_give_one_token() -> None:
    """Single use holds under a race, not only one after the other."""
    desk = DictDesk()
    app, form = an_app(desk), form_of(signed(claims_of()))
    with ThreadPoolExecutor(20) as pool:
        asked = [{"DPoP": a_proof()} for _ in range(20)]
        answers = list(pool.map(lambda one: app.test_client().post("/oauth/token", data=form, headers=one), asked))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
    assert len(desk.tokens) == 1


def test_a_good_assertion_gives_an_opaque_token_for_ten_minutes() -> None:
    """Bound to the key of the proof; only the token's digest is kept."""
    desk = DictDesk()
    answer = ask(desk, form_of(signed(claims_of()), scope="inbox"))
    told = answer.get_json()
    assert answer.status_code == 200
    assert set(told) == {"access_token", "token_type", "expires_in", "scope"}
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("DPoP", 600, "inbox")
    kept = "sha256:" + hashlib.sha256(told["access_token"].encode()).hexdigest()
    grant = AccessGrant("avim", frozenset({"inbox"}), Binding.DPOP, HOLDER.kid, NOON + dt.timedelta(minutes=10))
    assert desk.tokens == {kept: grant}
    assert len(told["access_token"]) == 43  # 32 bytes in base64url
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_assertion_is_remembered_until_it_expires() -> None:
    """Forgetting it sooner would let it be used again; the proof until it is too old to be taken."""
    desk = DictDesk()
    ask(desk, form_of(signed(claims_of(exp=MOMENT + 300))))
    assert desk.expiries == [NOON + dt.timedelta(minutes=5), NOON + dt.timedelta(seconds=61)]


def test_the_form_may_leave_client_id_and_scope_out() -> None:
    """RFC 7521 section 4.2: the assertion says who it is."""
    desk = DictDesk()
    form = form_of(signed(claims_of()))
    del form["client_id"]
    assert ask(desk, form).get_json()["scope"] == "inbox receipts signals"


def test_the_metadata_says_what_is_supported() -> None:
    """RFC 8414: a client can configure itself."""
    told = an_app(DictDesk()).test_client().get("/.well-known/oauth-authorization-server").get_json()
    assert told == {
        "issuer": URL,
        "token_endpoint": ENDPOINT,
        "jwks_uri": f"{URL}/.well-known/jwks.json",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["Ed25519", "EdDSA", "PS256", "RS256"],
        "dpop_signing_alg_values_supported": ["Ed25519", "EdDSA", "ES256"],
        "tls_client_certificate_bound_access_tokens": False,
        "scopes_supported": ["inbox", "receipts", "signals"],
    }


@pytest.mark.parametrize(
    "url", ["http://gateway.hilversum.example", "http://127.0.0.1.evil.example", "ftp://localhost"]
)
def test_a_public_address_without_tls_is_refused_at_the_start(url: str) -> None:
    """Tokens must not cross a network in the clear."""
    with pytest.raises(ConfigError):
        an_app(DictDesk(), public_url=url)


def test_this_machine_may_do_without_tls() -> None:
    """The demo runs on loopback."""
    desk = DictDesk()
    url = "http://127.0.0.1:8080"
    assert Program(an_app(desk, public_url=f"{url}/"), desk, url=url).sign_in().get("/api/v1/inbox").status_code == 200
