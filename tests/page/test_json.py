"""The page's JSON reader takes exactly what the kit's strict reader takes, and reads the same in it."""

import json
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.crypto.jwk import strict_object
from gateway.page.build import join_modules
from tests.machine import need

READER = """
import { readFileSync } from 'node:fs'
const texts = JSON.parse(readFileSync(0, 'utf8'))
const told = (value) => typeof value === 'bigint' ? { whole: String(value) } : Array.isArray(value) ? value.map(told)
  : typeof value === 'object' && value !== null
    ? Object.entries(value).map(([name, item]) => [name, told(item)]).sort(([one], [other]) => (one < other ? -1 : 1))
    : Object.is(value, -0) ? 0 : value
const read = (text) => { try { return [told($json.strictObject(text))] } catch { return null } }
console.log(JSON.stringify(texts.map(read)))
"""
SIGNS = ["{", "}", "[", "]", ",", ":", " ", "\n", "\t", "\u00a0", '"']
STRINGS = ['"a"', '"b"', '"a\\u0301"', '"\\ud800"', '"\\n"', '"\\x"']
OTHERS = ["1", "-0", "01", "1.5", "1e2", "9007199254740993", "true", "null", "nul", "NaN", "Infinity"]
WORDS = st.sampled_from([*SIGNS, *STRINGS, *OTHERS, '{"a":1}', '{"a":{"a":[]}}'])
TEXTS = st.lists(st.lists(WORDS, max_size=9).map("".join), min_size=40, max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
GOOD = st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=4).map(json.dumps), min_size=40, max_size=60)

pytestmark = pytest.mark.node


def told(value: object) -> object:
    """Return a value in a form that both languages can write."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"whole": str(value)}
    if isinstance(value, list):
        return [told(item) for item in value]
    assert isinstance(value, dict)
    return sorted(([name, told(item)] for name, item in value.items()), key=lambda pair: pair[0].encode("utf-16-be"))


def kits(text: str) -> object:
    """Return what the kit reads, in a list; None where it refuses."""
    try:
        return [told(strict_object(text.encode()))]
    except ValueError:
        return None


def pages(texts: list[str]) -> list[object]:
    """Return what the page reads."""
    need("node")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "reader.mjs"
        script.write_text(READER.replace("\nconst texts", f"\n{join_modules('json')}\nconst texts", 1))
        done = subprocess.run(
            ["node", str(script)], input=json.dumps(texts), capture_output=True, text=True, check=True
        )
    read: list[object] = json.loads(done.stdout)
    return read


# Each example is a process and many texts, which says itself which one differs: nothing is gained by making it smaller.
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None, phases=[Phase.generate])
@given(texts=TEXTS | GOOD)
def test_both_read_the_same_or_refuse(texts: list[str]) -> None:
    """Duplicates, fractions, half characters, other blanks, deep and cut texts, large numbers."""
    differ = [
        (text, one) for text, one in zip(texts, pages(texts), strict=True) if json.dumps(one) != json.dumps(kits(text))
    ]
    assert differ == []


def test_what_is_known_to_differ_between_readers_is_refused() -> None:
    """Each of these is read by some program, and differently by another."""
    texts = ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"a":1.0}', '{"a":1e2}', '{"a":NaN}', '{"a":"\\ud800"}', "[1]",
             '{"a":01}', '{"a":1,}', "{'a':1}", '{"a":"\t"}', '\ufeff{"a":1}', '{"a":1}x', '{"\\ud800":1}']  # fmt: skip
    assert pages(texts) == [None] * len(texts)
    assert pages(['{"__proto__":1,"é":"\\ud83d\\ude00"}']) == [[[["__proto__", 1], ["é", "😀"]]]]
