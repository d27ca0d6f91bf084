"""Policy text can be read in one way only."""

import contextlib
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.strict_yaml import load
from gateway.errors import PolicyUnreadableError

REFUSED = {
    "duplicate key": "deny: [a]\ndeny: [b]",
    "duplicate key under another spelling": "deny: [a]\n'deny': [b]",
    "duplicate key in a flow mapping": "{a: 1, a: 1}",
    "duplicate key deeper down": "a:\n  - {b: 1, c: 2, b: 3}",
    "bare no": "a: no",
    "bare yes": "a: yes",
    "bare on": "a: on",
    "bare off": "a: [off]",
    "bare Yes": "a: Yes",
    "bare TRUE": "a: TRUE",
    "bare n": "a: n",
    "bare no as a key": "no: a",
    "float": "a: 1.5",
    "float with an exponent": "a: 1e3",
    "float without a leading digit": "a: .5",
    "infinity": "a: -.inf",
    "not a number": "a: .nan",
    "octal": "a: 010",
    "octal of YAML 1.2": "a: 0o10",
    "hexadecimal": "a: 0x1F",
    "underscores": "a: 1_000",
    "sexagesimal": "a: 12:30",
    "a plus sign": "a: +1",
    "minus zero": "a: -0",
    "a number too large for JSON": "a: 9999999999999999",
    "anchor": "a: &x 1",
    "alias": "a: &x [1]\nb: *x",
    "merge key": "a: {<<: {b: 1}}",
    "tag": "a: !!str 1",
    "own tag": "a: !thing 1",
    "tag on a mapping": "!!omap [a: 1]",
    "tag that makes a Python object": "a: !!python/object/apply:os.getcwd []",
    "directive": "%YAML 1.1\n---\na: 1",
    "two documents": "a: 1\n---\nb: 2",
    "an empty file": "",
    "comments alone": "# nothing\n",
    "missing value": "a:",
    "tilde": "a: ~",
    "Null": "a: Null",
    "missing item": "a:\n  -\n  - b",
    "number as a key": "1: a",
    "list as a key": "? [a]\n: b",
    "unclosed list": "a: [b",
    "tab indentation": "a:\n\tb: 1",
    "half a surrogate pair": 'a: "\\ud800"',
    "an escape beyond Unicode": 'a: "\\U00110000"',
    "an escape beyond any character": 'a: "\\UFFFFFFFF"',
    "nested too deeply": "[" * 60 + "]" * 60,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    """Every construction whose reading depends on the reader is refused, and the message names the file."""
    with pytest.raises(PolicyUnreadableError, match=r"^x\.yaml"):
        load(text.encode(), name="x.yaml")


@pytest.mark.parametrize("data", ["a: é".encode("latin-1"), "a: b".encode("utf-16")])
def test_text_that_is_not_utf_8_is_refused(data: bytes) -> None:
    """There is one encoding."""
    with pytest.raises(PolicyUnreadableError):
        load(data, name="x")


def test_the_message_names_the_line() -> None:
    """A lawyer finds the fault without counting."""
    with pytest.raises(PolicyUnreadableError, match=r"^blueprint/x\.yaml, line 3: duplicate key `a`$"):
        load(b"a: 1\nb: 2\na: 3\n", name="blueprint/x.yaml")


def test_plain_values_are_read_as_they_look() -> None:
    """Text, whole numbers, true, false and null; a date stays text."""
    text = b'a: "no"\nb: true\nc: false\nd: null\ne: 730\nf: -3\ng: 2023-01-01\nh: "010"\ni: [x y, {j: "1.5"}]\nk: 0\n'
    assert load(text, name="x") == {
        "a": "no",
        "b": True,
        "c": False,
        "d": None,
        "e": 730,
        "f": -3,
        "g": "2023-01-01",
        "h": "010",
        "i": ["x y", {"j": "1.5"}],
        "k": 0,
    }


def test_a_quoted_boolean_word_is_text() -> None:
    """The facts of a row are words, never booleans."""
    assert load(b"when: {a: 'yes', b: \"true\"}", name="x") == {"when": {"a": "yes", "b": "true"}}


@given(st.text(alphabet=string.printable, max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but PolicyUnreadableError ever comes out, whatever goes in."""
    with contextlib.suppress(PolicyUnreadableError):
        load(text.encode(), name="x")


@given(st.dictionaries(st.text(string.ascii_letters, min_size=1), st.text(string.printable)))
def test_quoted_text_comes_back_unchanged(pairs: dict[str, str]) -> None:
    """Double-quoted text is never interpreted: JSON is read as JSON reads it."""
    assert load(json.dumps(pairs).encode(), name="x") == pairs
