"""The one-time key of a link: refusals, golden bytes, and an independent derivation and decryption from the RFCs."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jws import sign
from gateway.crypto.one_time import (
    ANSWER,
    LinkProfile,
    OneTimeKey,
    receipt_key,
    sign_not_for_us,
    verify_not_for_us,
)
from gateway.crypto.profiles import form
from gateway.errors import CannotOpenError, KeyUnavailableError, SignatureInvalidError

SECRET = bytes(range(32))
KEY = OneTimeKey.from_secret(SECRET)
FRAGMENT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def _hkdf(label: bytes, length: int) -> bytes:
    """Return RFC 5869's output for an empty salt and one block."""
    extracted = hmac.new(bytes(32), SECRET, hashlib.sha256).digest()
    return hmac.new(extracted, label + b"\x01", hashlib.sha256).digest()[:length]


@pytest.mark.parametrize("text", ["", "x", FRAGMENT[:-1], FRAGMENT + "=", FRAGMENT[:-1] + "9", "é" * 43, "A" * 44])
def test_what_is_not_exactly_a_fragment_is_refused(text: str) -> None:
    """A link that was typed over wrongly opens nothing and says why."""
    with pytest.raises(KeyUnavailableError):
        OneTimeKey.from_fragment(text)


def test_everything_is_made_of_the_secret_and_a_posted_letter_stays_good() -> None:
    """The labels are part of every letter that was ever posted."""
    assert KEY.fragment == FRAGMENT
    assert OneTimeKey.from_fragment(FRAGMENT) == KEY
    assert KEY.content == _hkdf(b"disclosure pick-up link/v1 content", 32)
    assert unb64url(KEY.signing.secret["d"]) == _hkdf(b"disclosure pick-up link/v1 receipt", 32)
    assert KEY.id == _hkdf(b"disclosure pick-up link/v1 id", 16).hex()
    assert receipt_key(KEY.receipt_x) == KEY.signing.public()


def test_nothing_of_the_secret_is_printed() -> None:
    """What is in a repr() ends up in a log one day."""
    assert all(hidden not in repr(KEY) for hidden in (KEY.id, KEY.signing.secret["d"], repr(KEY.content), repr(SECRET)))


def test_a_message_is_opened_with_nothing_but_aes() -> None:
    """RFC 7516 appendix B in five lines, without the library that made it."""
    message = LinkProfile(KEY).encrypt("a.b.c", to=KEY.signing.public())
    header, encrypted_key, iv, text, tag = message.split(".")
    assert json.loads(unb64url(header)) == {"alg": "dir", "cty": "JWT", "enc": "A256GCM", "kid": KEY.signing.kid}
    assert encrypted_key == ""
    opened = AESGCM(_hkdf(b"disclosure pick-up link/v1 content", 32)).decrypt(
        unb64url(iv), unb64url(text) + unb64url(tag), header.encode()
    )
    assert opened == b"a.b.c"


def _by_hand(header: bytes, key: bytes = KEY.content, text: bytes = b"a.b.c") -> str:
    """Seal under a header of our choice, which is authenticated whatever it says."""
    aad = b64url(header)
    sealed = AESGCM(key).encrypt(bytes(12), text, aad.encode())
    return f"{aad}..{b64url(bytes(12))}.{b64url(sealed[:-16])}.{b64url(sealed[-16:])}"


GOOD = b'{"alg":"dir","cty":"JWT","enc":"A256GCM","kid":"' + KEY.signing.kid.encode() + b'"}'


def test_the_hand_made_message_is_good_when_nothing_is_wrong_with_it() -> None:
    """Otherwise the refusals below would prove nothing."""
    assert LinkProfile(KEY).decrypt(_by_hand(GOOD), key=KEY.signing) == "a.b.c"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "a.b.c",
        "....",
        _by_hand(GOOD.replace(b'"dir"', b'"ECDH-ES"')),
        _by_hand(GOOD.replace(b"A256GCM", b"A128GCM")),
        _by_hand(GOOD.replace(b'{"alg"', b'{"zip":"DEF","alg"')),
        _by_hand(GOOD.replace(b'{"alg"', b'{"alg":"dir","alg"')),
        _by_hand(GOOD.replace(KEY.signing.kid[:5].encode(), b"xxxxx")),
        _by_hand(GOOD, key=bytes(32)),
        _by_hand(GOOD, text=b"\xff"),
        _by_hand(GOOD)[:-1],
        _by_hand(GOOD) + "A" * form.LARGEST,
        _by_hand(GOOD).replace("..", ".AAAA.", 1),
    ],
)
def test_any_other_form_is_refused(message: str) -> None:
    """Another algorithm, compression, a double name, another key, altered or too large."""
    with pytest.raises(CannotOpenError):
        LinkProfile(KEY).decrypt(message, key=KEY.signing)


def test_a_message_is_sealed_for_its_own_link_only() -> None:
    """A one-time key serves one message."""
    stranger = OneTimeKey.generate()
    with pytest.raises(KeyUnavailableError):
        LinkProfile(KEY).encrypt("a.b.c", to=stranger.signing.public())
    with pytest.raises(CannotOpenError):
        LinkProfile(KEY).encrypt("x" * form.LARGEST, to=KEY.signing.public())
    with pytest.raises(KeyUnavailableError):
        OneTimeKey.from_secret(SECRET[:-1])


def test_not_for_us_is_an_answer_about_this_link_and_gateway_only() -> None:
    """Its bytes are pinned, and every other signed text is refused."""
    answer = sign_not_for_us(KEY, audience="g.example")
    payload = f'{{"aud":"g.example","rkid":"{KEY.signing.kid}","state":"not_for_us"}}'
    assert unb64url(answer.split(".")[1]) == payload.encode()
    public = KEY.signing.public()
    verify_not_for_us(answer, key=public, audience="g.example")
    others = (
        sign_not_for_us(KEY, audience="h.example"),
        sign_not_for_us(OneTimeKey.generate(), audience="g.example"),
        sign(payload.encode(), typ="disclosure-receipt+jwt", key=KEY.signing),
        sign(payload.replace("not_for_us", "opened").encode(), typ=ANSWER, key=KEY.signing),
        answer[:-1],
    )
    for other in others:
        with pytest.raises(SignatureInvalidError):
            verify_not_for_us(other, key=public, audience="g.example")


@given(st.text(max_size=400))
def test_no_text_makes_it_do_anything_but_refuse(text: str) -> None:
    """Whoever has the address of the page can send any text."""
    with pytest.raises(CannotOpenError):
        LinkProfile(KEY).decrypt(text, key=KEY.signing)
    with pytest.raises(SignatureInvalidError):
        verify_not_for_us(text, key=KEY.signing.public(), audience="g.example")
