"""What a partner is pinned to holds at the token endpoint: audience, algorithms, scopes, keys, and the proof.

The refusals follow the modules of the FAPI 2.0 client credentials plan of the OpenID Foundation's conformance suite, as
far as they are about what a server refuses: the audience as a list, of the token endpoint or of another server; exp
past or missing; iat and nbf ahead; jti used before; client_id of another client; signature by another client's key,
altered, with another algorithm or none; no assertion; a proof that is missing, old, of another method or address,
without jti, used before, or signed with none or a private key in it; a token used with another key, as bearer, or after
it ended. The others stand in `test_oauth` and `test_door`.
"""

import json
from dataclasses import replace

import pytest
from joserfc.jwk import OKPKey, RSAKey
from joserfc.jws import JWSRegistry, serialize_compact
from werkzeug.test import TestResponse

from gateway.crypto.dpop import sign_proof
from gateway.crypto.jwk import PrivateJwk, generate_key, generate_signing_key
from gateway.model.terms import Json
from gateway.model.tokens import TokenProfile, TokenRules
from tests.api.dict_desk import (
    ENDPOINT,
    ISSUER,
    KEYS,
    NOON,
    URL,
    DictDesk,
    a_program,
    an_app,
    claims_of,
    form_of,
    proof_claims,
    signed,
)

NLGOV = TokenRules(profile=TokenProfile.NLGOV)
MOMENT = int(NOON.timestamp())
HOLDER = generate_signing_key()
RSA = generate_key("PS256")


def ask(desk: DictDesk, assertion: str, *, proof: str | None = None, **changes: str) -> TestResponse:
    """Ask for a token for AVIM."""
    good = sign_proof(proof_claims("POST", "/oauth/token", now=desk.now), HOLDER)
    form = form_of(assertion, **changes)
    return (
        an_app(desk).test_client().post("/oauth/token", data=form, headers={"DPoP": good if proof is None else proof})
    )


def error_of(answer: TestResponse) -> str:
    """Return the error of a refusal."""
    assert answer.status_code == 400
    assert "access_token" not in answer.get_json()
    return str(answer.get_json()["error"])


@pytest.mark.parametrize("audience", [URL, ISSUER, [ENDPOINT], [ENDPOINT, URL], f"{ENDPOINT}/", None])
def test_under_nl_gov_the_audience_is_the_token_endpoint_alone(audience: Json) -> None:
    """The issuer, which FAPI 2.0 wants, is refused, and so is a list with the right one in it."""
    desk = DictDesk()
    desk.pin("avim", NLGOV)
    assert error_of(ask(desk, signed(claims_of(aud=audience)))) == "invalid_client"
    assert ask(desk, signed(claims_of(aud=ENDPOINT))).status_code == 200


def rsa_signed(alg: str, audience: str) -> str:
    """Return an assertion signed with AVIM's RSA key."""
    members: dict[str, str | list[str]] = {
        name: str(value) for name, value in RSA.to_json().items() if name not in {"kid", "use", "alg"}
    }
    registry = JWSRegistry(algorithms=[alg])
    header = {"alg": alg, "kid": RSA.kid}
    return serialize_compact(header, json.dumps(claims_of(aud=audience)), RSAKey.import_key(members), registry=registry)


@pytest.mark.parametrize(
    ("profile", "alg", "taken"),
    [
        (TokenProfile.FAPI2, "PS256", True),
        (TokenProfile.FAPI2, "RS256", False),
        (TokenProfile.NLGOV, "PS256", True),
        (TokenProfile.NLGOV, "RS256", True),
        (TokenProfile.NLGOV, "PS512", False),
        (TokenProfile.NLGOV, "RS512", False),
    ],
)
def test_rs256_is_for_nl_gov_alone(profile: TokenProfile, alg: str, taken: bool) -> None:
    """One enrolled RSA key, and what each profile takes of it."""
    desk = DictDesk()
    desk.partners["avim"] = replace(desk.partners["avim"], keys=(RSA.public(),), tokens=TokenRules(profile=profile))
    audience = URL if profile is TokenProfile.FAPI2 else ENDPOINT
    answer = ask(desk, rsa_signed(alg, audience))
    assert (answer.status_code == 200) is taken


def test_an_ed25519_key_signs_no_rsa_text_and_the_reverse() -> None:
    """Algorithm confusion: the header says what the key is not."""
    desk = DictDesk()
    desk.pin("avim", NLGOV)
    assert error_of(ask(desk, rsa_signed("PS256", ENDPOINT))) == "invalid_client"
    header = {"alg": "Ed25519", "kid": RSA.kid}
    desk.partners["avim"] = replace(desk.partners["avim"], keys=(RSA.public(),))
    forged = serialize_compact(header, b"{}", OKPKey.generate_key("Ed25519"), algorithms=["Ed25519"])
    assert error_of(ask(desk, forged)) == "invalid_client"


@pytest.mark.parametrize("asked", ["receipts", "inbox receipts", "signals", "admin", "inbox admin"])
def test_a_scope_that_a_partner_was_not_given_is_refused(asked: str) -> None:
    """All of the request, not only that scope; the regression of the generator that gave `admin` away."""
    desk = DictDesk()
    desk.pin("avim", TokenRules(scopes=frozenset({"inbox"})))
    assert error_of(ask(desk, signed(claims_of()), scope=asked)) == "invalid_scope"
    assert desk.tokens == {}


def test_without_a_scope_a_partner_gets_its_own_and_no_other() -> None:
    """RFC 6749 section 3.3: the default is what it was given."""
    desk = DictDesk()
    desk.pin("avim", TokenRules(scopes=frozenset({"receipts"})))
    assert ask(desk, signed(claims_of())).get_json()["scope"] == "receipts"
    assert ask(desk, signed(claims_of()), scope="receipts").get_json()["scope"] == "receipts"
    assert {grant.scopes for grant in desk.tokens.values()} == {frozenset({"receipts"})}


def test_a_key_that_was_taken_away_signs_in_no_more() -> None:
    """Revoked, or replaced: the words are those for a stranger. The other key of two goes on."""
    desk = DictDesk()
    old, new = KEYS["avim"][1], generate_signing_key()
    desk.partners["avim"] = replace(desk.partners["avim"], keys=(new.public(), old.public()))
    for key in (old, new):
        assert ask(desk, signed(claims_of(), key=key)).status_code == 200
    desk.partners["avim"] = replace(desk.partners["avim"], keys=(new.public(),))
    assert error_of(ask(desk, signed(claims_of(), key=old))) == "invalid_client"
    assert ask(desk, signed(claims_of(), key=new)).status_code == 200
    desk.partners["avim"] = replace(desk.partners["avim"], keys=())
    assert error_of(ask(desk, signed(claims_of(), key=new))) == "invalid_client"


def test_who_is_unknown_inactive_without_keys_or_mistaken_reads_the_same() -> None:
    """Nobody can find out who the partners are."""
    desk = DictDesk()
    stranger = generate_signing_key()
    told = [ask(desk, signed(claims_of("ghost"), key=stranger), client_id="ghost")]
    told += [ask(desk, signed(claims_of(), key=stranger))]
    desk.deactivate("avim")
    told += [ask(desk, signed(claims_of())), ask(desk, "x"), ask(desk, "")]
    assert {(answer.status_code, answer.data, str(answer.headers)) for answer in told} == {
        (400, told[0].data, str(told[0].headers))
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "GET"},
        {"htm": None},
        {"htu": URL},
        {"htu": f"{URL}/api/v1/inbox"},
        {"htu": "https://evil.example/oauth/token"},
        {"htu": None},
        {"iat": MOMENT - 61},
        {"iat": MOMENT + 11},
        {"iat": None},
        {"jti": None},
        {"jti": "short"},
    ],
)
def test_a_proof_that_is_not_for_this_request_gets_no_token(changes: dict[str, Json]) -> None:
    """RFC 9449 section 5; the assertion is not used up by it."""
    desk = DictDesk()
    claims = {
        name: value for name, value in (proof_claims("POST", "/oauth/token") | changes).items() if value is not None
    }
    assertion = signed(claims_of())
    assert error_of(ask(desk, assertion, proof=sign_proof(claims, HOLDER))) == "invalid_dpop_proof"
    assert (desk.tokens, desk.assertions) == ({}, {})
    assert ask(desk, assertion).status_code == 200


@pytest.mark.parametrize("proof", ["", "x", "a.b.c", "x" * 100_000])
def test_without_a_proof_there_is_no_token(proof: str) -> None:
    """There is no bearer token to be had."""
    desk = DictDesk()
    assert error_of(ask(desk, signed(claims_of()), proof=proof)) == "invalid_dpop_proof"
    answer = an_app(desk).test_client().post("/oauth/token", data=form_of(signed(claims_of())))
    assert error_of(answer) == "invalid_dpop_proof"
    assert desk.tokens == {}


def test_a_proof_gets_one_token() -> None:
    """Also with a new assertion."""
    desk = DictDesk()
    proof = sign_proof(proof_claims("POST", "/oauth/token"), HOLDER)
    assert ask(desk, signed(claims_of()), proof=proof).status_code == 200
    assert error_of(ask(desk, signed(claims_of()), proof=proof)) == "invalid_dpop_proof"
    assert len(desk.tokens) == 1


def test_a_bad_proof_says_nothing_about_who_is_known() -> None:
    """It is looked at first."""
    desk = DictDesk()
    known = ask(desk, signed(claims_of()), proof="x")
    unknown = ask(desk, signed(claims_of("ghost"), key=generate_signing_key()), proof="x", client_id="ghost")
    assert (known.status_code, known.data, str(known.headers)) == (
        unknown.status_code,
        unknown.data,
        str(unknown.headers),
    )


def test_two_tokens_of_one_partner_are_of_two_keys() -> None:
    """Each opens the door with its own key only."""
    desk = DictDesk()
    app = an_app(desk)
    first, second = a_program(desk, app=app), a_program(desk, app=app)

    def swapped(holder: PrivateJwk) -> int:
        headers = first.headers("GET", "/api/v1/inbox", holder=holder)
        return app.test_client().get("/api/v1/inbox", headers=headers).status_code

    assert [swapped(first.holder), swapped(second.holder)] == [200, 401]
