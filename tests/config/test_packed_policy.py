"""Packing a policy's files: one string of bytes whose hash is the digest in every log entry."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.packed_policy import pack, unpack
from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.errors import PolicyUnreadableError

SHIPPED = read_policy_files(Path(__file__).parents[2] / "policies")
PACKED = pack({"b.yaml": b"two", "a.yaml": b"\xff"})


@pytest.mark.parametrize(
    "data",
    [
        PACKED[:-1],  # cut off
        PACKED + b"\0",  # something behind its end
        PACKED[:15],  # no content
        pack({"b.yaml": b""}) + pack({"a.yaml": b""}),  # another order
        pack({"a.yaml": b"one"}) * 2,  # a name twice
        (1).to_bytes(8, "big") + b"\xff" + bytes(8),  # no name
    ],
)
def test_what_was_never_packed_is_refused(data: bytes) -> None:
    """One set of files has one spelling, or a signature could stand for two policies."""
    with pytest.raises(PolicyUnreadableError):
        unpack(data)


def test_the_bytes_are_the_agreed_ones() -> None:
    """Golden bytes: they are signed and kept for ever."""
    assert PACKED == (
        b"\0\0\0\0\0\0\0\x06a.yaml\0\0\0\0\0\0\0\x01\xff" + b"\0\0\0\0\0\0\0\x06b.yaml\0\0\0\0\0\0\0\x03two"
    )


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), st.binary(max_size=20), max_size=4))
def test_unpacking_gives_the_same_files(files: dict[str, bytes]) -> None:
    """Any names and any bytes make the round trip."""
    assert unpack(pack(files)) == files


def test_the_digest_of_a_bundle_is_the_hash_of_the_packed_files() -> None:
    """So whoever has the stored bytes can compute what stands in the log, with any tool."""
    assert load_bundle(SHIPPED).digest == f"sha256:{hashlib.sha256(pack(SHIPPED)).hexdigest()}"
