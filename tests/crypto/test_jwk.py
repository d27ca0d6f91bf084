"""Keys: what is refused, RFC 8037's example, and the file form."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.encoding import b64url
from gateway.crypto.jwk import (
    PrivateJwk,
    generate_encryption_key,
    generate_signing_key,
    parse_jwks,
    public_key,
    strict_object,
    thumbprint,
    to_jwks,
)
from gateway.errors import KeyUnavailableError
from gateway.model.terms import Json

# RFC 8037 appendix A.1 to A.3.
RFC_D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
RFC_X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_KID = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
PUBLIC: dict[str, Json] = {"kty": "OKP", "crv": "Ed25519", "x": RFC_X, "kid": RFC_KID, "use": "sig"}

P = 2**255 - 19
# Points of small order on curve 25519: https://cr.yp.to/ecdh.html#validate
LOW_ORDER = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    P - 1,
    P,
    P + 1,
]


def _with_x(use: str, x: bytes) -> dict[str, Json]:
    crv = "Ed25519" if use == "sig" else "X25519"
    members = {"kty": "OKP", "crv": crv, "x": b64url(x)}
    return {**members, "use": use, "kid": thumbprint(members)}


@pytest.mark.parametrize("point", LOW_ORDER)
def test_an_x25519_point_of_low_order_is_refused(point: int) -> None:
    """Everyone would share the same secret with such a key (RFC 7748 section 6.1)."""
    with pytest.raises(KeyUnavailableError):
        public_key(_with_x("enc", point.to_bytes(32, "little")))


@pytest.mark.parametrize("point", LOW_ORDER)
def test_the_library_refuses_the_same_points(point: int) -> None:
    """Our table is about what an exchange would show: with each of these points every secret gives zero."""
    with pytest.raises(ValueError, match="shared key"):
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(point.to_bytes(32, "little")))


def test_a_second_spelling_of_an_x25519_point_is_refused() -> None:
    """The top bit is ignored by the curve, so two thumbprints would name one key."""
    x = bytearray(bytes(range(32)))
    x[31] |= 0x80
    with pytest.raises(KeyUnavailableError, match="only right spelling"):
        public_key(_with_x("enc", bytes(x)))


@pytest.mark.parametrize("x", [bytes(32), (1).to_bytes(32, "little"), b"\xff" * 32, bytes(31), bytes(33)])
def test_an_ed25519_point_of_small_order_or_wrong_length_is_refused(x: bytes) -> None:
    """Anyone could sign for such a key."""
    with pytest.raises(KeyUnavailableError):
        public_key(_with_x("sig", x))


@pytest.mark.parametrize(
    "change",
    [
        {"d": RFC_D},
        {"kid": "another"},
        {"kid": 1},
        {"kty": "EC"},
        {"crv": "X25519"},
        {"crv": "P-256"},
        {"use": "enc"},
        {"use": "wrap"},
        {"x": RFC_X + "="},
        {"x": RFC_X[:-1] + "p"},
        {"alg": "HS256"},
        {"alg": "ECDH-ES"},
        {"x5u": "https://example.org/"},
        {"key_ops": ["sign"]},
    ],
)
def test_a_key_with_a_wrong_member_is_refused(change: dict[str, Json]) -> None:
    """The form is closed; a `d` means that someone sent the private half."""
    assert public_key(PUBLIC).kid == RFC_KID
    with pytest.raises(KeyUnavailableError):
        public_key({**PUBLIC, **change})


@pytest.mark.parametrize("name", list(PUBLIC))
def test_a_key_without_one_of_its_members_is_refused(name: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(KeyUnavailableError):
        public_key({key: value for key, value in PUBLIC.items() if key != name})


@pytest.mark.parametrize("value", [None, "key", [PUBLIC], 1])
def test_what_is_not_an_object_is_no_key(value: Json) -> None:
    """A key is an object."""
    with pytest.raises(KeyUnavailableError):
        public_key(value)
    with pytest.raises(KeyUnavailableError):
        PrivateJwk.from_json(value)


@pytest.mark.parametrize("secret", [None, 1, "", "AAAA", RFC_D + "=", b64url(bytes(32))])
def test_a_private_half_that_does_not_belong_is_refused(secret: Json) -> None:
    """A signature made with it would not fit the public half that others trust."""
    with pytest.raises(KeyUnavailableError):
        PrivateJwk.from_json({**PUBLIC, "d": secret})


def test_the_private_form_is_needed_to_get_a_private_key() -> None:
    """The public half alone signs nothing."""
    with pytest.raises(KeyUnavailableError):
        PrivateJwk.from_json(PUBLIC)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b'{"keys":[]}',
        b'{"keys":{}}',
        b'{"keys":[],"keys":[]}',
        b'{"keys":[null]}',
        b'{"key":[]}',
        b"[" * 5000,
        b"\xff",
        b" " * 65537,
        json.dumps({"keys": [PUBLIC, PUBLIC]}).encode(),
        json.dumps({"keys": [PUBLIC], "next": ""}).encode(),
        json.dumps({"keys": [{**PUBLIC, "d": RFC_D}]}).encode(),
    ],
)
def test_a_malformed_key_set_is_refused_whole(document: bytes) -> None:
    """Half a key set is none."""
    with pytest.raises(KeyUnavailableError):
        parse_jwks(document)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":1.5}',
        b'{"a":NaN}',
        b'{"a":1e3}',
        b'{"a":"\\ud800"}',
        b"1",
        b"\xef\xbb\xbf{}",
    ],
)
def test_json_that_two_programs_could_read_differently_is_refused(text: bytes) -> None:
    """Duplicates, fractions, lone surrogates and byte order marks."""
    with pytest.raises(ValueError, match="not one strict JSON object"):
        strict_object(text)


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    """Appendix A.3 of RFC 8037; other members do not count."""
    assert thumbprint({"kty": "OKP", "crv": "Ed25519", "x": RFC_X, "use": "sig"}) == RFC_KID


def test_the_private_half_is_not_shown() -> None:
    """A trace or a log line shows no secret."""
    key = PrivateJwk.from_json({**PUBLIC, "d": RFC_D})
    assert RFC_D not in repr(key)
    assert "d" not in key.public().jwk
    assert RFC_D.encode() not in to_jwks([key.public()])


def test_keys_survive_writing_and_reading() -> None:
    """Every encoder has a decoder."""
    for key in (generate_signing_key(), generate_encryption_key()):
        assert PrivateJwk.from_json(key.to_json()) == key
        assert public_key(dict(key.public().jwk)) == key.public()
    keys = (generate_signing_key().public(), generate_encryption_key().public())
    assert parse_jwks(to_jwks(keys)) == keys
    assert keys[0].use == "sig"
    assert keys[1].use == "enc"


def test_two_keys_are_never_the_same() -> None:
    """Fresh randomness for each."""
    assert generate_signing_key().secret["d"] != generate_signing_key().secret["d"]
    assert generate_encryption_key().secret["d"] != generate_encryption_key().secret["d"]


def test_an_alg_of_the_curve_is_accepted_and_dropped() -> None:
    """Other tools write it; a key has one form here."""
    assert public_key({**PUBLIC, "alg": "EdDSA"}) == public_key(PUBLIC)


def test_the_bytes_of_a_key_set_are_pinned() -> None:
    """Partners and the demo read this file."""
    key = PrivateJwk.from_json({**PUBLIC, "d": RFC_D})
    assert to_jwks([key.public()]) == (
        b'{"keys":[{"crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","kty":"OKP","use":"sig",'
        b'"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}\n'
    )


@given(st.binary(min_size=32, max_size=32))
def test_no_bytes_make_a_key_reader_fail_otherwise(x: bytes) -> None:
    """Any 32 bytes are a key or a KeyUnavailableError."""
    for use in ("sig", "enc"):
        jwk = _with_x(use, x)
        try:
            assert public_key(jwk).kid == jwk["kid"]
        except KeyUnavailableError:
            continue


def test_a_changed_secret_is_caught_when_read_again() -> None:
    """The halves are compared at load."""
    key = replace(generate_encryption_key(), hidden=generate_encryption_key().hidden)
    with pytest.raises(KeyUnavailableError, match="belong together"):
        PrivateJwk.from_json(key.to_json())
