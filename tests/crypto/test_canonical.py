"""Canonical JSON: the bytes of RFC 8785, and nothing outside the closed domain."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.errors import LogTamperedError, MinimisationError
from gateway.model.terms import Json

SCALARS = st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [None],
        {"a": None},
        2**53,
        -(2**53),
        1.5,
        {"a": float("nan")},
        "\ud800",
        {"é": 1},
        {"\ud800": 1},
        {1: 2},
        b"x",
    ],
)
def test_a_value_outside_the_domain_is_refused(value: Json) -> None:
    """No nulls, floats, large numbers, lone surrogates or keys that are not ASCII; nothing of them is shown."""
    with pytest.raises(MinimisationError):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1\n",
        b"01",
        b"1.0",
        b"1e3",
        b"NaN",
        b"null",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\xff"',
        b'\xef\xbb\xbf"a"',
        '"a"'.encode("utf-16"),
        b"9007199254740992",
        b"1" * 5000,
        b"[" * 100_000,
    ],
)
def test_any_other_spelling_is_refused(data: bytes) -> None:
    """There is one way to write a value, so that a digest covers its meaning."""
    with pytest.raises(LogTamperedError):
        parse_canonical(data)


def test_the_bytes_never_change() -> None:
    """Golden: sorted, compact, UTF-8, shortest escapes (RFC 8785 section 3.2.2.2)."""
    value: Json = {"b": [True, -1, "é€😀"], "a": '\x00\x1f\x7f\n"\\/', "A": {}}
    written = '{"A":{},"a":"\\u0000\\u001f\x7f\\n\\"\\\\/","b":[true,-1,"é€😀"]}'
    assert canonical(value) == written.encode()


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: Json) -> None:
    """The reference library writes the same, and reading gives the value back."""
    assert canonical(value) == rfc8785.dumps(value)
    assert parse_canonical(canonical(value)) == value
