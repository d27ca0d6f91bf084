"""Signatures by partners' own libraries: the key says which algorithm; what a library lets pass is refused first."""

import hashlib
import hmac
import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, serialize_compact

from gateway.crypto.assertions import verify_assertion
from gateway.crypto.compact import ED25519, ES256, LARGEST, PS256, RS256, read_compact
from gateway.crypto.encoding import b64url
from gateway.errors import SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

RAW = Ed25519PrivateKey.generate()
OKP = OKPKey.import_key(RAW)
EC = ECKey.generate_key("P-256")
RSA = RSAKey.generate_key(2048)
ALL = ED25519 | {ES256, PS256, RS256}
KEYS: Mapping[str, OKPKey | ECKey | RSAKey] = {"Ed25519": OKP, "ES256": EC, "PS256": RSA, "RS256": RSA}


def public(key: OKPKey | ECKey | RSAKey, **more: str) -> dict[str, str]:
    """Return the public half as a JWK."""
    return {name: str(value) for name, value in key.as_dict(private=False).items() if name != "kid"} | more


def signed(header: dict[str, Json], key: OKPKey | ECKey | RSAKey, payload: bytes = b'{"a":1}') -> str:
    """Return a text signed by any key under any header that joserfc makes."""
    registry = JWSRegistry(algorithms=[str(header["alg"])], strict_check_header=False)
    return serialize_compact(header, payload, key, registry=registry)


@pytest.mark.parametrize("alg", KEYS)
def test_each_algorithm_is_taken_with_its_own_key_only(alg: str) -> None:
    """A key of one kind never verifies a text of another, whatever the text says."""
    text = read_compact(signed({"alg": alg}, KEYS[alg]))
    text.verify(public(KEYS[alg]), algorithms=ALL)
    for name, key in KEYS.items():
        if public(key) != public(KEYS[alg]):
            with pytest.raises(SignatureInvalidError):
                text.verify(public(key), algorithms=ALL)
        assert name in ALL


@pytest.mark.parametrize("alg", KEYS)
def test_an_algorithm_that_is_not_asked_for_is_refused(alg: str) -> None:
    """RS256 with a good RSA key is refused where only PS256 is taken."""
    text = read_compact(signed({"alg": alg}, KEYS[alg]))
    with pytest.raises(SignatureInvalidError, match="algorithm"):
        text.verify(public(KEYS[alg]), algorithms=ALL - {alg})


@pytest.mark.parametrize(
    ("own", "alg", "taken"),
    [
        ("PS256", "PS256", True),
        ("PS256", "RS256", False),
        ("RS256", "PS256", False),
        ("RSA-OAEP", "PS256", False),
        ("EdDSA", "PS256", False),
        ("EdDSA", "Ed25519", True),
        ("Ed25519", "Ed25519", True),
        ("ES256", "Ed25519", False),
    ],
)
def test_the_keys_own_algorithm_is_enforced(own: str, alg: str, taken: bool) -> None:
    """A key that says what it is for is used for nothing else (RFC 7517 section 4.4)."""
    text, jwk = read_compact(signed({"alg": alg}, KEYS[alg])), public(KEYS[alg], alg=own)
    if taken:
        text.verify(jwk, algorithms=ALL)
    else:
        with pytest.raises(SignatureInvalidError):
            text.verify(jwk, algorithms=ALL)


def test_the_older_name_of_ed25519_is_the_same() -> None:
    """Most libraries still write EdDSA; joserfc warns of it, and a warning is no refusal."""
    header = b64url(b'{"alg":"EdDSA"}')
    body = f"{header}.{b64url(b'{}')}"
    signature = RAW.sign(body.encode())
    read_compact(f"{body}.{b64url(signature)}").verify(public(OKP), algorithms=ALL)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "OKP", "crv": "Ed448", "x": "AA"},
        {"kty": "OKP", "crv": "X25519", "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": b64url(b"\1" * 32), "y": b64url(b"\1" * 32)},
        {"kty": "RSA", "n": "AA", "e": "AQAB"},
    ],
)
def test_what_is_no_key_verifies_nothing(jwk: dict[str, str]) -> None:
    """Wrong curves, points that are on none, and secrets."""
    for alg, key in KEYS.items():
        with pytest.raises(SignatureInvalidError):
            read_compact(signed({"alg": alg}, key)).verify(jwk, algorithms=ALL)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "PS512", "ed25519", "", None, ["Ed25519"], 1])
def test_none_hmac_and_what_is_not_listed_are_refused(alg: Json) -> None:
    """With an empty signature, and with one made with the public key as a password."""
    for key in KEYS.values():
        body = f"{b64url(json.dumps({'alg': alg}).encode())}.{b64url(b'{}')}"
        for secret in (json.dumps(public(key)).encode(), public(key).get("x", "").encode(), b"x"):
            mac = b64url(hmac.new(secret, body.encode(), hashlib.sha256).digest())
            with pytest.raises(SignatureInvalidError):
                read_compact(f"{body}.{mac}").verify(public(key), algorithms=ALL)


@pytest.mark.parametrize("crit", [[], ["exp"], ["b64"]])
def test_critical_members_are_refused_by_their_presence(crit: list[Json]) -> None:
    """We know none (RFC 7515 section 4.1.11); each reader of a text names the members that it takes."""
    key = PublicKey("k", "sig", public(OKP))
    body = f"{b64url(json.dumps({'alg': 'Ed25519', 'kid': 'k', 'crit': crit}).encode())}.{b64url(b'{}')}"
    signature = RAW.sign(body.encode())
    with pytest.raises(SignatureInvalidError):
        verify_assertion(read_compact(f"{body}.{b64url(signature)}"), keys=[key], algorithms=ALL)


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "e30..e30", ".e30.e30", "e30=.e30.e30", "W10.e30.e30", "e30.W10.e30"],
)
def test_what_is_not_of_three_parts_is_refused(text: str) -> None:
    """Empty parts, padding, and lists in the place of objects."""
    with pytest.raises(SignatureInvalidError):
        read_compact(text)


def test_what_is_too_large_is_refused_before_it_is_looked_at() -> None:
    """Also when the signature is good."""
    text = signed({"alg": "Ed25519"}, OKP, json.dumps({"a": "x" * LARGEST}).encode())
    with pytest.raises(SignatureInvalidError, match="too large"):
        read_compact(text)


@pytest.mark.parametrize("payload", [b'{"a":1,"a":2}', b'{"a":1.5}', b'{"a":NaN}', b'"\xff"', b"{}{}"])
def test_two_programs_must_read_the_same(payload: bytes) -> None:
    """Doubles and fractions are read in different ways."""
    with pytest.raises(SignatureInvalidError):
        read_compact(signed({"alg": "Ed25519"}, OKP, payload))


@given(
    st.text(max_size=200) | st.builds(".".join, st.lists(st.binary(max_size=60).map(b64url), min_size=3, max_size=3))
)
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else is raised, whatever arrives."""
    try:
        read_compact(text).verify(public(OKP), algorithms=ALL)
    except SignatureInvalidError:
        return
    pytest.fail("nobody signed this")


@pytest.mark.parametrize("typ", ["absent", "JWT", "client-authentication+jwt"])
def test_an_assertion_is_taken_with_and_without_its_type(typ: str) -> None:
    """Common libraries leave `typ` out."""
    key = PublicKey("k", "sig", public(OKP))
    header: dict[str, Json] = {"alg": "Ed25519", "kid": "k", **({} if typ == "absent" else {"typ": typ})}
    assertion = read_compact(signed(header, OKP))
    assert verify_assertion(assertion, keys=[key], algorithms=ED25519) == {"a": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"typ": "disclosure-receipt+jwt"},
        {"typ": "dpop+jwt"},
        {"typ": None},
        {"typ": ["JWT"]},
        {"kid": None},
        {"kid": ["k"]},
        {"kid": "another"},
        {"jwk": {}},
        {"x5c": []},
        {"jku": "https://evil.example"},
        {"cty": "JWT"},
    ],
)
def test_an_assertion_with_another_header_is_refused_though_well_signed(change: dict[str, Json]) -> None:
    """Closed form: a receipt or a proof of the same partner is no assertion, and no header brings its own key."""
    key = PublicKey("k", "sig", public(OKP))
    header: dict[str, Json] = {"alg": "Ed25519", "kid": "k", "typ": "JWT", **change}
    body = f"{b64url(json.dumps(header).encode())}.{b64url(b'{}')}"
    signature = RAW.sign(body.encode())
    with pytest.raises(SignatureInvalidError):
        verify_assertion(read_compact(f"{body}.{b64url(signature)}"), keys=[key], algorithms=ALL)


def test_a_key_for_encryption_signs_nothing() -> None:
    """Even when a text names it."""
    key = PublicKey("k", "enc", public(OKP))
    with pytest.raises(SignatureInvalidError, match="enrolled"):
        verify_assertion(read_compact(signed({"alg": "Ed25519", "kid": "k"}, OKP)), keys=[key], algorithms=ALL)
