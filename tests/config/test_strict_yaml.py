"""Policy text can be read in one way only."""

import contextlib
import json
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.config import strict_yaml
from gateway.config.strict_yaml import Marked, load, load_marked
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


_PIECES = (
    *("a", "key", "é", "1", "0", "yes", "null", "\U0001f600", "\xa0"),
    *(
        "- ",
        "-",
        ": ",
        ":",
        ", ",
        ",",
        "{",
        "}",
        "[",
        "]",
        "? ",
        "?",
        "b? c",
        'b?"',
        "key: value\n",
        "- a\n",
        "{a: b}",
        "[a, b]",
    ),
    *("\n", "\n  ", "\n    ", " ", "  ", "#", " # c", "'", '"', "|", "|-\n  ", ">", ">2", "\\", "\\n", "\\x41"),
    *("!", "!!str ", "!a ", "&x ", "*x", "<<", "=", "%", "%YAML 1.1\n", "@", "`", "~", "$", "(", "^", ";"),
    *("---", "--- ", "\n---\n", "...", "\n...\n", "\t", "\r", "\r\n", "\x85", "\u2028", "\ufeff", "\x00", "\x07"),
)
_POLICY = (Path(__file__).parents[2] / "policies" / "blueprint" / "2023-01-01.yaml").read_text(encoding="utf-8")


def read_as(text: str, parser: object) -> Marked | str:
    """Return what is read with this fast parser, or with none, or the message of the refusal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_yaml, "_FAST", parser)
        try:
            return load_marked(text.encode(), name="x")
        except PolicyUnreadableError as refusal:
            return refusal.message


libyaml = pytest.mark.skipif(not yaml.__with_libyaml__, reason="this PyYAML was built without libyaml")


@libyaml
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
@example("a: |#b\n  c")
@example(">#|")
@example("!,")
@example("?")
@example("a: !&x!!str b")
@example("\ufeffa: b")
@example("a: b\x85c: d")
@example("a:\tb")
@example("[a? b]")
@example('[a? b, "c? d"]')
@example('{a: "b? c", d: "e?"}')
@example("[")
def test_both_parsers_read_a_text_alike(text: str) -> None:
    """A value, the line of each part, or the very same refusal: whichever parser PyYAML was built with."""
    assert read_as(text, yaml.CSafeLoader) == read_as(text, None)


@libyaml
@given(
    st.integers(0, len(_POLICY) - 300), st.lists(st.tuples(st.integers(0, 299), st.sampled_from(_PIECES)), max_size=3)
)
def test_both_parsers_read_a_spoilt_policy_alike(start: int, changes: list[tuple[int, str]]) -> None:
    """A piece of a real policy with anything put into it."""
    text = _POLICY[start : start + 300]
    for place, piece in changes:
        text = text[:place] + piece + text[place + 1 :]
    assert read_as(text, yaml.CSafeLoader) == read_as(text, None)


@libyaml
@pytest.mark.parametrize("text", ["a: |#b\n  c", "!a:!!str =", "!,", "[a? b]"])
def test_what_the_parsers_read_apart_is_read_by_one_of_them(text: str) -> None:
    """The cases for which the comparison above needs its rule: without it these would differ."""

    def events(loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader]) -> list[str]:
        try:
            return [repr(event) for event in yaml.parse(text, Loader=loader)]
        except yaml.YAMLError:
            return []

    assert events(yaml.SafeLoader) != events(yaml.CSafeLoader)
    assert strict_yaml._read_fast(text) is None  # noqa: SLF001  # the rule itself


@libyaml
def test_an_ordinary_text_is_read_by_the_fast_parser() -> None:
    """Sentences, dates, codes and questions; else every start would wait for the slow one."""
    text = (
        'a: [x-1, {b: "Is er gevaar? Bel 112."}]\nc:\n  - 2023-01-01  # \u00e9\u00e9n\n  - "H\u00f6e? \u201cJa\u201d"\n'
    )
    assert strict_yaml._read_fast(text) is not None  # noqa: SLF001  # no result shows which parser read it
