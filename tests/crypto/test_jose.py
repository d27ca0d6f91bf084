"""The profile `jose`: refusals, an independent decryption from the RFCs, and a golden message."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import OKPKey

from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key
from gateway.crypto.profiles import PROFILES
from gateway.errors import CannotOpenError, KeyUnavailableError
from gateway.model.partner import PublicKey, SealProfile

JOSE = PROFILES[SealProfile.JOSE]
KEY = PrivateJwk.from_json(
    {
        "kty": "OKP",
        "crv": "X25519",
        "x": "j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8",
        "d": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "kid": "SwTa_gK4BSILk_fgKKpcPSklidTgpy9H_0dqYEo8mQA",
        "use": "enc",
    }
)
X = KEY.public().jwk["x"]
GOLDEN = (
    "eyJhbGciOiJFQ0RILUVTIiwiY3R5IjoiSldUIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6IlN3VGFfZ0s0QlNJTGtfZmdLS3BjUFNrbGlkVGdweTlI"
    "XzBkcVlFbzhtUUEiLCJlcGsiOnsiY3J2IjoiWDI1NTE5IiwieCI6IkxsWS1QelpXc2hVTlZFeExqam85QkNxREhoSk1TY2VCcE8xWWotUENSMUUi"
    "LCJrdHkiOiJPS1AifX0..OzkxnzL7PiTlQpsF.nY2PpBo.AMtU87NbYz3xkYxU19QobA"
)


def _encrypted(header: dict[str, object], *, text: bytes = b"a.b.c") -> str:
    """Encrypt to KEY under any header that the library allows, as a hostile sender could."""
    public = OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": X})
    algorithms = ["ECDH-ES", "ECDH-ES+A256KW", "A256GCM", "A128GCM", "A256CBC-HS512", "DEF"]
    return encrypt_compact(header, text, public, registry=JWERegistry(algorithms=algorithms))


HEADER: dict[str, object] = {"alg": "ECDH-ES", "cty": "JWT", "enc": "A256GCM", "kid": KEY.kid}


def _own_header(header: bytes) -> str:
    """Build a message by hand whose header is authenticated, whatever it says."""
    ephemeral = X25519PrivateKey.from_private_bytes(bytes([7]) * 32)
    x = b64url(ephemeral.public_key().public_bytes_raw())
    text = header.replace(b"EPK", json.dumps({"kty": "OKP", "crv": "X25519", "x": x}).encode())
    secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(unb64url(X)))
    aad = b64url(text)
    sealed = AESGCM(_concat_kdf(secret)).encrypt(bytes(12), b"a.b.c", aad.encode())
    return f"{aad}..{b64url(bytes(12))}.{b64url(sealed[:-16])}.{b64url(sealed[-16:])}"


def _concat_kdf(secret: bytes) -> bytes:
    """Return the key of RFC 7518 section 4.6.2 for direct agreement: AlgorithmID A256GCM, no party info, 256 bits."""
    name = b"A256GCM"
    info = len(name).to_bytes(4, "big") + name + bytes(4) + bytes(4) + (256).to_bytes(4, "big")
    return ConcatKDFHash(algorithm=SHA256(), length=32, otherinfo=info).derive(secret)


PLAIN_HEADER = b'{"alg":"ECDH-ES","cty":"JWT","enc":"A256GCM","kid":"' + KEY.kid.encode() + b'","epk":EPK}'


def test_the_helpers_of_these_tests_make_what_is_accepted() -> None:
    """So each refusal below is about what it changes; it also proves the RFC's key derivation."""
    assert JOSE.decrypt(_encrypted(HEADER), key=KEY) == "a.b.c"
    assert JOSE.decrypt(_own_header(PLAIN_HEADER), key=KEY) == "a.b.c"


@pytest.mark.parametrize(
    "change",
    [
        {"zip": "DEF"},
        {"enc": "A128GCM"},
        {"enc": "A256CBC-HS512"},
        {"alg": "ECDH-ES+A256KW"},
        {"cty": "text/plain"},
        {"kid": "another"},
        {"typ": "JWT"},
        {"jku": "https://example.org/"},
        {"apu": "QQ"},
    ],
)
def test_a_well_encrypted_message_of_another_form_is_refused(change: dict[str, object]) -> None:
    """The profile is pinned: a sender cannot choose a weaker one, or compress."""
    with pytest.raises(CannotOpenError):
        JOSE.decrypt(_encrypted({**HEADER, **change}), key=KEY)


@pytest.mark.parametrize(
    "header",
    [
        PLAIN_HEADER.replace(b',"cty":"JWT"', b""),
        PLAIN_HEADER.replace(b'"alg":', b'"alg":"dir","alg":'),
        PLAIN_HEADER[:-1] + b',"crit":[]}',
        PLAIN_HEADER[:-1] + b',"p2c":2000000000}',
        PLAIN_HEADER.replace(b"EPK", b'"none"'),
        PLAIN_HEADER.replace(b"EPK", b'{"kty":"OKP","crv":"X25519"}'),
        PLAIN_HEADER.replace(b"EPK", b'{"kty":"OKP","crv":"X25519","x":1}'),
        PLAIN_HEADER.replace(b"EPK", b'{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}'),
        PLAIN_HEADER.replace(b"EPK", b'{"kty":"OKP","crv":"X25519","x":"' + b"A" * 43 + b'"}'),
        b"[]",
        b"\xff",
    ],
)
def test_a_header_outside_the_profile_is_refused_though_authenticated(header: bytes) -> None:
    """Duplicates, crit, a work factor, and one-time keys that are missing, foreign or of low order."""
    with pytest.raises(CannotOpenError):
        JOSE.decrypt(_own_header(header), key=KEY)


def test_another_partner_cannot_open_it() -> None:
    """Neither as it is nor with the kid of the other put in its place."""
    message, other = JOSE.encrypt("a.b.c", to=KEY.public()), generate_encryption_key()
    with pytest.raises(CannotOpenError, match="another key"):
        JOSE.decrypt(message, key=other)
    with pytest.raises(CannotOpenError, match="altered"):
        JOSE.decrypt(message, key=replace(other, kid=KEY.kid))


def test_a_second_spelling_is_refused() -> None:
    """Padding, stray bits, white space, an encrypted key where there is none, and missing parts."""
    header, _, iv, text, tag = GOLDEN.split(".")
    assert text.endswith("o")  # two stray bits: `p` decodes to the same bytes
    for message in (
        f"{header}..{iv}.{text}.{tag}==",
        f"{header}..{iv}.{text[:-1]}p.{tag}",
        f"{header}.AA.{iv}.{text}.{tag}",
        f"{header}..{iv}.{text}.{tag}\n",
        f"{header}..{iv}.{text}",
        f"{header}..{iv[:-4]}.{text}.{tag}",
        f"{header}..{iv}.{text}.{b64url(unb64url(tag)[:12])}",
        "",
        "....",
        GOLDEN + "\u00e9",
    ):
        with pytest.raises(CannotOpenError):
            JOSE.decrypt(message, key=KEY)


def test_too_large_a_message_is_neither_made_nor_read() -> None:
    """A bound on what a recipient must hold in memory."""
    with pytest.raises(CannotOpenError, match="too large"):
        JOSE.decrypt("a" * (384 * 1024 + 1), key=KEY)
    with pytest.raises(CannotOpenError, match="too large"):
        JOSE.encrypt("a" * 300_000, to=KEY.public())


def test_what_is_not_text_is_refused() -> None:
    """A token is ASCII."""
    with pytest.raises(CannotOpenError):
        JOSE.decrypt(_encrypted(HEADER, text=b"\xff"), key=KEY)


def test_keys_of_the_other_use_or_of_low_order_are_refused() -> None:
    """Nothing is sealed to a key that cannot keep it."""
    signing = generate_signing_key()
    with pytest.raises(KeyUnavailableError):
        JOSE.encrypt("a.b.c", to=signing.public())
    with pytest.raises(KeyUnavailableError):
        JOSE.decrypt(GOLDEN, key=signing)
    with pytest.raises(KeyUnavailableError):
        JOSE.encrypt("a.b.c", to=PublicKey("k", "enc", {"kty": "OKP", "crv": "X25519", "x": "A" * 43, "use": "enc"}))


@given(st.integers(min_value=0, max_value=len(GOLDEN) - 1), st.sampled_from("AZaz09-_."))
def test_no_single_changed_character_is_accepted(place: int, char: str) -> None:
    """Every character of a message is authenticated."""
    changed = GOLDEN[:place] + char + GOLDEN[place + 1 :]
    if changed == GOLDEN:
        return
    with pytest.raises(CannotOpenError):
        JOSE.decrypt(changed, key=KEY)


def test_the_largest_signed_text_fits() -> None:
    """256 KiB, far above the library's own limit of 64 KiB."""
    token = "a" * 256 * 1024
    assert JOSE.decrypt(JOSE.encrypt(token, to=KEY.public()), key=KEY) == token


def test_the_golden_message_opens_and_its_header_is_pinned() -> None:
    """Made once with this profile; it must open for ever."""
    assert JOSE.decrypt(GOLDEN, key=KEY) == "a.b.c"
    made = json.loads(unb64url(JOSE.encrypt("a.b.c", to=KEY.public()).split(".")[0]))
    epk = made.pop("epk")
    assert made == {"alg": "ECDH-ES", "cty": "JWT", "enc": "A256GCM", "kid": KEY.kid}
    assert epk.keys() == {"kty", "crv", "x"}


def test_the_same_text_is_never_encrypted_the_same() -> None:
    """A fresh one-time key each time."""
    assert JOSE.encrypt("a.b.c", to=KEY.public()) != JOSE.encrypt("a.b.c", to=KEY.public())
