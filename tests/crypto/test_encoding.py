"""Base64 has one spelling, or it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.encoding import b64, b64url, unb64, unb64url
from gateway.errors import SignatureInvalidError


@pytest.mark.parametrize(
    "text", ["AP9=", "AP8", "AP8==", "AP8=\n", " AP8=", "A P8=", "AP-_", "=", "A", "AA=A", "ÀP8=", "\ud800AA="]
)
def test_other_spellings_of_base64_are_refused(text: str) -> None:
    """Stray bits, missing or surplus padding, spaces and foreign characters are refused."""
    with pytest.raises(SignatureInvalidError):
        unb64(text)


@pytest.mark.parametrize("text", ["AP9", "AP8=", "AP8\n", " AP8", "A P8", "AP+/", "=", "A", "ÀP8", "\ud800AA"])
def test_other_spellings_of_base64url_are_refused(text: str) -> None:
    """Padding and the standard alphabet do not belong in base64url."""
    with pytest.raises(SignatureInvalidError):
        unb64url(text)


def test_both_alphabets_are_as_the_rfc_writes_them() -> None:
    """Golden (RFC 4648 sections 4 and 5)."""
    assert (b64(b"\xfb\xff"), b64url(b"\xfb\xff")) == ("+/8=", "-_8")
    assert (b64(b""), b64url(b"")) == ("", "")


@given(st.binary(max_size=70))
def test_bytes_come_back(data: bytes) -> None:
    """Decoding undoes encoding."""
    assert unb64(b64(data)) == unb64url(b64url(data)) == data
