"""Boxes under a case key: nothing altered, moved or foreign opens; golden bytes."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_aead_xchacha20poly1305_ietf_encrypt

from gateway.crypto.casebox import new_case_key, open_apart, open_box, seal_apart, seal_box, unwrap, wrap
from gateway.errors import CannotOpenError, KeyUnavailableError

KEY = bytes(range(32))
GOLDEN_BOX = bytes.fromhex(
    "01000000000000000000000000000000000000000000000000e56aedae8296dcba8f64b837a9a26bd72de1cdcaf0"
)
GOLDEN_WRAP = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000095068cc7ec88e519168e7f39ec163eea3cbcad937a904d0bcbed955dd7e61a31"
    "880edbf7c89d2c35b9dd9df9f7771a44"
)


def test_a_box_opens_only_at_its_place_and_under_its_key() -> None:
    """The place is authenticated, so one entry's detail cannot be put under another."""
    box = seal_box(b"secret", key=KEY, aad=b"detail/7")
    with pytest.raises(CannotOpenError):
        open_box(box, key=KEY, aad=b"detail/8")
    with pytest.raises(CannotOpenError):
        open_box(box, key=new_case_key(), aad=b"detail/7")
    assert open_box(box, key=KEY, aad=b"detail/7") == b"secret"


@given(st.integers(min_value=0, max_value=len(GOLDEN_BOX) - 1), st.integers(min_value=1, max_value=255))
def test_a_box_with_one_changed_byte_does_not_open(place: int, change: int) -> None:
    """Version, nonce, ciphertext and tag are all authenticated."""
    altered = bytearray(GOLDEN_BOX)
    altered[place] ^= change
    with pytest.raises(CannotOpenError):
        open_box(bytes(altered), key=KEY, aad=b"detail/7")


@pytest.mark.parametrize(
    "box", [b"", b"\x01", GOLDEN_BOX[:40], GOLDEN_BOX[:-1], GOLDEN_BOX + b"\0", b"\x02" + GOLDEN_BOX[1:]]
)
def test_a_cut_or_longer_or_newer_box_does_not_open(box: bytes) -> None:
    """Nothing is half opened."""
    with pytest.raises(CannotOpenError):
        open_box(box, key=KEY, aad=b"detail/7")


def test_a_wrapped_key_is_not_a_box_and_the_reverse() -> None:
    """Even when one key served both."""
    with pytest.raises(CannotOpenError):
        open_box(wrap(KEY, kek=KEY, aad=b"x"), key=KEY, aad=b"x")
    with pytest.raises(CannotOpenError):
        unwrap(seal_box(KEY, key=KEY, aad=b"x"), kek=KEY, aad=b"x")


@pytest.mark.parametrize("part", [0, 1])
def test_what_has_a_key_of_its_own_opens_only_with_that_key_and_at_its_place(part: int) -> None:
    """Whoever holds the row without the key-encryption key, or another row's key, has nothing."""
    sealed, other = (seal_apart(b"typed", kek=KEY, aad=b"draft/7") for _ in range(2))
    mixed = [other[0], sealed[1]] if part == 0 else [sealed[0], other[1]]
    for wrapped, box, kek, aad in (
        (*mixed, KEY, b"draft/7"),
        (*sealed, new_case_key(), b"draft/7"),
        (*sealed, KEY, b"draft/8"),
    ):
        with pytest.raises(CannotOpenError):
            open_apart(wrapped, box, kek=kek, aad=aad)
    assert open_apart(*sealed, kek=KEY, aad=b"draft/7") == b"typed"
    assert unwrap(sealed[0], kek=KEY, aad=b"draft/7") != unwrap(other[0], kek=KEY, aad=b"draft/7")


def test_a_case_key_unwraps_only_for_its_own_case() -> None:
    """Swapping rows of the key table is found out."""
    case_key = new_case_key()
    box = wrap(case_key, kek=KEY, aad=b"case-1")
    with pytest.raises(CannotOpenError):
        unwrap(box, kek=KEY, aad=b"case-2")
    with pytest.raises(CannotOpenError):
        unwrap(box, kek=new_case_key(), aad=b"case-1")
    assert unwrap(box, kek=KEY, aad=b"case-1") == case_key


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    """Before anything is encrypted with it."""
    attempts: list[Callable[[], bytes]] = [
        lambda: seal_box(b"", key=key, aad=b""),
        lambda: open_box(GOLDEN_BOX, key=key, aad=b""),
        lambda: wrap(key, kek=KEY, aad=b""),
        lambda: wrap(KEY, kek=key, aad=b""),
        lambda: unwrap(GOLDEN_WRAP, kek=key, aad=b""),
    ]
    for attempt in attempts:
        with pytest.raises(KeyUnavailableError):
            attempt()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_wrapped_key_of_another_length_is_refused_though_well_sealed(length: int) -> None:
    """Whoever holds the key-encryption key still cannot bring in a shorter case key."""
    nonce = bytes(24)
    aad = b"\x01case-key/v1\0case"
    box = b"\x01" + nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(length), aad, nonce, KEY)
    with pytest.raises(CannotOpenError):
        unwrap(box, kek=KEY, aad=b"case")


def test_golden_boxes_open() -> None:
    """Made once with a nonce of zeros; stored boxes must open for ever."""
    assert open_box(GOLDEN_BOX, key=KEY, aad=b"detail/7") == b"plain"
    assert unwrap(GOLDEN_WRAP, kek=KEY, aad=b"case") == bytes(32)


def test_the_format_is_a_version_a_nonce_and_the_standard_cipher() -> None:
    """Another program can open it with XChaCha20-Poly1305-IETF."""
    box = seal_box(b"plain", key=KEY, aad=b"detail/7")
    opened = crypto_aead_xchacha20poly1305_ietf_decrypt(box[25:], b"\x01case-box/v1\0detail/7", box[1:25], KEY)
    assert (box[:1], opened) == (b"\x01", b"plain")


def test_no_two_boxes_or_keys_are_the_same() -> None:
    """A fresh nonce each time."""
    assert seal_box(b"", key=KEY, aad=b"") != seal_box(b"", key=KEY, aad=b"")
    assert new_case_key() != new_case_key()
    assert len(new_case_key()) == 32


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_is_sealed_opens(plaintext: bytes, aad: bytes) -> None:
    """A round trip for any content."""
    assert open_box(seal_box(plaintext, key=KEY, aad=aad), key=KEY, aad=aad) == plaintext
