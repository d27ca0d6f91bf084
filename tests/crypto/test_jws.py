"""Signatures: the attack list of research/seal.md section 4, RFC 8037's key, and golden bytes."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key
from gateway.crypto.jws import sign, verify
from gateway.errors import KeyUnavailableError, SignatureInvalidError
from gateway.model.partner import PublicKey
from gateway.model.terms import Json

TYP = "disclosure+jwt"
KEY = PrivateJwk.from_json(
    {
        "kty": "OKP",
        "crv": "Ed25519",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "use": "sig",
    }
)
KEYS = [KEY.public()]
GOLDEN = (
    "eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoia1ByS19xbXhWV2FZVkE5d3dCRjZJdW8zdlZ6ejdUeEhDVHdYQnlnclM0ayIsInR5cCI6ImRpc2Nsb3N1"
    "cmUrand0In0.eyJhIjoxfQ.Xks_dESJUqS8FmMz8wFjiC7AlHSPPmQv99Rn7JXGvW-3NEeyax2qzugX45F7Pk9_bZ0sPf6u3R36a1yFR-NjAA"
)
HEADER: Mapping[str, Json] = {"alg": "Ed25519", "kid": KEY.kid, "typ": TYP}


def _signed(header: bytes, payload: bytes = b'{"a":1}') -> str:
    """Sign any header and payload with the trusted key, as a careless or hostile holder of it could."""
    text = f"{b64url(header)}.{b64url(payload)}"
    signature = SigningKey(unb64url(KEY.secret["d"])).sign(text.encode()).signature
    return f"{text}.{b64url(signature)}"


def _header(**change: Json) -> bytes:
    return json.dumps({**HEADER, **change}).encode()


def test_the_helper_of_these_tests_signs_what_is_accepted() -> None:
    """So each refusal below is about what it changes."""
    assert verify(_signed(_header()), typ=TYP, keys=KEYS) == {"a": 1}


@pytest.mark.parametrize(
    "header",
    [
        _header(crit=[]),
        _header(crit=["exp"]),
        _header(crit=["b64"], b64=False),
        _header(b64=False),
        _header(b64=True),
        _header(jwk=dict(KEY.public().jwk)),
        _header(jku="https://example.org/keys"),
        _header(x5c=[]),
        _header(zip="DEF"),
        _header(cty="JWT"),
        _header(alg="none"),
        _header(alg="EdDSA"),
        _header(alg="HS256"),
        _header(alg=None),
        _header(kid="another"),
        _header(kid=None),
        _header(kid=["a"]),
        _header(typ="disclosure-receipt+jwt"),
        _header(typ="JWT"),
        _header(typ=None),
        b'{"alg":"Ed25519","typ":"disclosure+jwt"}',
        b'{"alg":"none",' + _header()[1:],
        _header()[:-1] + b',"kid":"another"}',
        b"[]",
        b"null",
        b"not json",
        b"\xff",
        b"{" * 5000,
        _header(kid="k" * 5000),
    ],
)
def test_a_header_other_than_alg_kid_and_typ_is_refused_though_well_signed(header: bytes) -> None:
    """Closed form: nothing in a header can change what is checked."""
    with pytest.raises(SignatureInvalidError):
        verify(_signed(header), typ=TYP, keys=KEYS)


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"1",
        b"null",
        b'"text"',
        b"",
        b"\xff",
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b'{"exp":1e9}',
        b'{"exp":Infinity}',
    ],
)
def test_a_payload_that_is_not_one_strict_object_is_refused_though_well_signed(payload: bytes) -> None:
    """Two programs would read it differently."""
    with pytest.raises(SignatureInvalidError):
        verify(_signed(_header(), payload), typ=TYP, keys=KEYS)


def test_a_token_without_signature_is_refused() -> None:
    """alg none in all its spellings."""
    text = GOLDEN.rpartition(".")[0]
    unsigned = f"{b64url(_header(alg='none'))}.{b64url(b'{}')}"
    for token in (f"{text}.", text, f"{unsigned}.", unsigned, "", "..", f"{GOLDEN}.x", f"{GOLDEN}."):
        with pytest.raises(SignatureInvalidError):
            verify(token, typ=TYP, keys=KEYS)


def test_the_public_key_is_never_an_hmac_secret() -> None:
    """Key confusion (CVE-2024-37568)."""
    text = f"{b64url(_header(alg='HS256'))}.{b64url(b'{}')}"
    for secret in (unb64url(KEY.public().jwk["x"]), KEY.public().jwk["x"].encode()):
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        with pytest.raises(SignatureInvalidError):
            verify(f"{text}.{b64url(mac)}", typ=TYP, keys=KEYS)


def test_an_embedded_key_is_not_trusted() -> None:
    """CVE-2026-27962: the attacker's own key, sent along, with the trusted kid."""
    forged = sign(b"{}", typ=TYP, key=generate_signing_key())
    with pytest.raises(SignatureInvalidError, match="not trusted"):
        verify(forged, typ=TYP, keys=KEYS)


def test_another_key_under_the_trusted_kid_is_refused() -> None:
    """The kid only chooses among trusted keys."""
    other = generate_signing_key()
    disguised = replace(other, kid=KEY.kid)
    with pytest.raises(SignatureInvalidError, match="does not fit"):
        verify(sign(b"{}", typ=TYP, key=disguised), typ=TYP, keys=KEYS)


def test_no_trusted_key_accepts_nothing() -> None:
    """An empty set is not permission."""
    with pytest.raises(SignatureInvalidError):
        verify(GOLDEN, typ=TYP, keys=[])


def test_a_key_for_encryption_neither_signs_nor_verifies() -> None:
    """One key, one use."""
    key = generate_encryption_key()
    with pytest.raises(KeyUnavailableError):
        sign(b"{}", typ=TYP, key=key)
    with pytest.raises(KeyUnavailableError):
        sign(b"{}", typ=TYP, key=replace(key, use="sig"))
    marked = PublicKey(KEY.kid, "enc", KEY.public().jwk)
    with pytest.raises(SignatureInvalidError, match="not for signing"):
        verify(GOLDEN, typ=TYP, keys=[marked])


def test_a_second_spelling_of_the_base64_is_refused() -> None:
    """Stray trailing bits, padding, line ends and the other alphabet (Wycheproof 367 and 370)."""
    head, payload, signature = GOLDEN.split(".")
    assert signature.endswith("A")
    for spelling in (
        signature[:-1] + "B",
        signature + "==",
        signature + "\n",
        " " + signature,
        signature.replace("_", "/"),
    ):
        with pytest.raises(SignatureInvalidError):
            verify(f"{head}.{payload}.{spelling}", typ=TYP, keys=KEYS)
    with pytest.raises(SignatureInvalidError):
        verify(f"{head}.{payload}=.{signature}", typ=TYP, keys=KEYS)
    with pytest.raises(SignatureInvalidError):
        verify(GOLDEN + "\u00e9", typ=TYP, keys=KEYS)


def test_too_large_a_text_is_refused_before_it_is_read() -> None:
    """CVE-2025-61920: oversized segments; and we sign nothing that nobody would accept."""
    with pytest.raises(SignatureInvalidError, match="too large"):
        verify("a" * (256 * 1024 + 1), typ=TYP, keys=KEYS)
    with pytest.raises(SignatureInvalidError, match="too large"):
        sign(b'{"a":"' + b"x" * 200_000 + b'"}', typ=TYP, key=KEY)


@given(st.integers(min_value=0, max_value=len(GOLDEN) - 1), st.sampled_from("AZaz09-_."))
def test_no_single_changed_character_is_accepted(place: int, char: str) -> None:
    """Every character of a token is authenticated."""
    changed = GOLDEN[:place] + char + GOLDEN[place + 1 :]
    if changed == GOLDEN:
        return
    with pytest.raises(SignatureInvalidError):
        verify(changed, typ=TYP, keys=KEYS)


def test_a_large_but_allowed_message_is_signed_and_read() -> None:
    """The library's own limit of 128 kB is lower than ours."""
    payload = json.dumps({"a": "x" * 180_000}).encode()
    assert verify(sign(payload, typ=TYP, key=KEY), typ=TYP, keys=[generate_signing_key().public(), *KEYS])["a"]


def test_the_bytes_of_a_signed_text_are_pinned() -> None:
    """Ed25519 is deterministic, so the whole token is."""
    assert sign(b'{"a":1}', typ=TYP, key=KEY) == GOLDEN
    assert _signed(b'{"alg":"Ed25519","kid":"' + KEY.kid.encode() + b'","typ":"disclosure+jwt"}') == GOLDEN
    assert verify(GOLDEN, typ=TYP, keys=KEYS) == {"a": 1}
