"""Strict JSON: everything doubtful is refused, and nothing of it is repeated."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InvalidRequestError
from gateway.intake.strict_json import parse_json
from gateway.model.terms import Json
from tests.intake.conftest import refusal

CANARY = "KANARIE-9e7f"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a":1,"a":2}', "an object has the same key twice"),
        (b'{"\\u0061":1,"a":2}', "an object has the same key twice"),
        (b"[1.0]", "a number is not a whole number"),
        (b"[1e3]", "a number is not a whole number"),
        (b"[NaN]", "a number is not a whole number"),
        (b"[-Infinity]", "a number is not a whole number"),
        (b"[1000000000000000]", "a number has more than 15 digits"),
        (b'["\\ud800"]', "a text holds half a character (a lone surrogate)"),
        (b'{"\\udfff":1}', "a text holds half a character (a lone surrogate)"),
        (b'"\xff"', "the request is not UTF-8"),
        ('"á"'.encode("utf-16"), "the request is not UTF-8"),
        (b"\xef\xbb\xbf{}", "the request is not JSON"),
        (b"", "the request is not JSON"),
        (b"{} {}", "the request is not JSON"),
        (b"[" * 13 + b"]" * 13, "the request is nested deeper than 12 levels"),
        (b"[" * 60_000 + b"]" * 60_000, "the request is nested deeper than 12 levels"),
        (b"1" * 5_000, "a number has more than 15 digits"),
    ],
)
def test_a_doubtful_text_is_refused_with_fixed_words(body: bytes, message: str) -> None:
    """Each kind of doubt has its own message."""
    with pytest.raises(InvalidRequestError) as caught:
        parse_json(body, limit=200_000)
    assert caught.value.message == message


def test_a_text_over_the_limit_is_refused_and_one_at_the_limit_is_read() -> None:
    """The limit counts bytes and is itself allowed."""
    assert parse_json('"é"'.encode(), limit=4) == "é"
    with pytest.raises(InvalidRequestError, match="larger than 3 bytes"):
        parse_json('"é"'.encode(), limit=3)


def test_twelve_levels_are_read() -> None:
    """The deepest allowed nesting works."""
    assert parse_json(b"[" * 12 + b"]" * 12, limit=100) is not None


@given(JSON)
def test_what_json_writes_is_read_back(value: Json) -> None:
    """Within its limits the reader changes nothing."""
    assert parse_json(json.dumps(value).encode(), limit=1_000_000) == value


@given(st.binary(max_size=40))
def test_no_bytes_crash_it_and_no_error_carries_them(noise: bytes) -> None:
    """Whatever is sent, the outcome is a value or InvalidRequestError without the text in it, its cause or context."""
    body = b'{"a": "' + CANARY.encode() + b'", ' + noise
    error = refusal(lambda: parse_json(body, limit=1_000))
    if error is not None:
        assert CANARY not in f"{error!r}{error.hint}{error.fields}"
        assert error.__cause__ is None
        assert error.__context__ is None
