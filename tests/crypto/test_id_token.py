"""ID tokens: what a provider may sign, and everything that looks like it and is not."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry

from gateway.crypto.id_token import LEEWAY, LONGEST, read_id_token, texts
from gateway.errors import SignatureInvalidError

NOW = 1_800_000_000
ISSUER, CLIENT, NONCE, SECRET = "https://login.example", "gateway", "n" * 20, "s" * 40
KEY, OTHER = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("first", "other"))
JWKS: Any = KeySet([KEY]).as_dict(private=False)
GOOD: dict[str, object] = {
    "iss": ISSUER,
    "sub": "someone",
    "aud": CLIENT,
    "nonce": NONCE,
    "iat": NOW - 5,
    "exp": NOW + 300,
    "groups": ["sekswerkteam"],
}


def signed(claims: dict[str, Any] | None = None, *, alg: str = "RS256", key: Any = KEY, **header: object) -> str:
    """Return an ID token with these claims instead of the good ones; None takes a claim away."""
    told = {name: value for name, value in {**GOOD, **(claims or {})}.items() if value is not None}
    head = {"alg": alg, **({"kid": key.kid} if key.kid else {}), **header}
    return jwt.encode(head, told, key, algorithms=[alg])


def read(token: str, nonce: str = NONCE) -> object:
    """Read a token as the gateway does."""
    return read_id_token(token, jwks=JWKS, issuer=ISSUER, client_id=CLIENT, nonce=nonce, now=NOW)


def with_secret(secret: bytes) -> str:
    """Return a token whose signature is a MAC (HS256) with this secret, as the classic confusion has it."""
    head = unsigned("HS256").rstrip(".")
    mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


class _Anything(JWSRegistry):
    """Makes what the gateway must not take."""

    def check_header(self, header: Any) -> None:
        """Let everything pass."""


def unsigned(alg: str) -> str:
    """Return a token that nobody signed."""
    parts = [json.dumps(part).encode() for part in ({"alg": alg, "kid": "first"}, GOOD)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": []},
        {"aud": None},
        {"azp": "another"},
        {"aud": "another", "azp": CLIENT},
        {"nonce": "m" * 20},
        {"nonce": None},
        {"nonce": ""},
        {"exp": NOW - LEEWAY},
        {"exp": NOW - 86_400},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"iat": NOW + LEEWAY + 1},
        {"iat": None},
        {"nbf": NOW + LEEWAY + 1},
        {"nbf": "now"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
    ids=str,
)
def test_a_claim_that_does_not_fit_is_refused(claims: dict[str, Any]) -> None:
    """Another issuer, audience, party or sign-in; too old, too new; or nobody."""
    with pytest.raises(SignatureInvalidError, match="refused") as caught:
        read(signed(claims))
    assert "elsewhere" not in caught.value.message


@pytest.mark.parametrize(
    "make",
    [
        lambda: unsigned("none"),
        lambda: unsigned("RS256"),
        lambda: with_secret(SECRET.encode()),
        lambda: with_secret(KEY.as_pem(private=False)),
        lambda: signed(key=OTHER),
        lambda: signed(key=OTHER, kid="first"),
        lambda: signed(key=OTHER, kid="first", jwk=OTHER.as_dict(private=False)),
        lambda: signed() + "x",
        lambda: signed()[: -len("xxxx")],
        lambda: signed({"padding": "x" * LONGEST}),
        lambda: jws.serialize_compact(
            {"alg": "RS256", "kid": "first", "crit": ["invented"], "invented": 1},
            json.dumps(GOOD).encode(),
            KEY,
            registry=_Anything(algorithms=["RS256"]),
        ),
    ],
    ids=["none", "no signature", "secret", "public key as secret", "stranger", "stranger's key under our kid",
         "embedded key", "longer", "shorter", "huge", "unknown crit"],
)  # fmt: skip
def test_a_signature_that_is_not_the_providers_is_refused(make: Callable[[], str]) -> None:
    """No signature, one with a secret, one of another key, or one that was altered."""
    token = make()
    with pytest.raises(SignatureInvalidError, match="refused"):
        read(token)


def test_a_good_token_gives_its_claims() -> None:
    """Signed with a key of the provider, for this client and this sign-in; also when the audience is a list of one."""
    for claims in ({}, {"aud": [CLIENT]}, {"azp": CLIENT}, {"exp": NOW - LEEWAY + 1}, {"nbf": NOW}):
        told = read(signed(claims))
        assert isinstance(told, dict)
        assert told["sub"] == "someone"
    assert read(signed(alg="PS256"))


def test_an_empty_nonce_never_fits() -> None:
    """A sign-in that lost its nonce is no sign-in."""
    with pytest.raises(SignatureInvalidError):
        read(signed({"nonce": ""}), nonce="")


@pytest.mark.parametrize("jwks", [None, [], {}, {"keys": []}, {"keys": "x"}, {"keys": [{}]}, {"keys": [1]}])
def test_keys_of_another_form_open_nothing(jwks: Any) -> None:
    """Whatever the provider answers instead of keys."""
    with pytest.raises(SignatureInvalidError):
        read_id_token(signed(), jwks=jwks, issuer=ISSUER, client_id=CLIENT, nonce=NONCE, now=NOW)


@given(st.text(max_size=200) | st.lists(st.text(max_size=40), min_size=3, max_size=3).map(".".join))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    """A parser of what comes from elsewhere has one way to say no."""
    with pytest.raises(SignatureInvalidError):
        read(text)


@pytest.mark.parametrize(
    ("value", "expected"), [("a", ("a",)), (["a", 1, "b"], ("a", "b")), (None, ()), ({"a": 1}, ()), (True, ())]
)
def test_a_claim_may_be_one_text_or_several(value: object, expected: tuple[str, ...]) -> None:
    """Anything else is nothing: unknown means no."""
    assert texts(value) == expected
