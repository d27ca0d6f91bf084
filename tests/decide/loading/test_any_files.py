"""Whatever bytes stand in the files of a policy: a bundle comes of them, or an error that says what to do."""

import json
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from gateway.config.strict_yaml import load
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import PolicyUnreadableError
from gateway.model.decision import Query
from gateway.model.terms import Json
from tests.decide.loading.test_invariants import EVERY_KIND
from tests.decide.loading.test_layers import DRAFT, MUNICIPAL, D, M
from tests.decide.test_loader import BLUEPRINT, DAY, LEGAL, VOCABULARY, B, L, S, V

FILES = {V: VOCABULARY, L: LEGAL, B: BLUEPRINT, S: EVERY_KIND, M: MUNICIPAL, D: DRAFT}
BYTES = {name: text.encode() for name, text in FILES.items()}
TREES = {name: load(data, name=name) for name, data in BYTES.items()}
WORDS = sorted({word for text in FILES.values() for word in text.replace(":", " ").replace(",", " ").split()})

NAMES = st.sampled_from(sorted(FILES))
ANY_JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.sampled_from(WORDS) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=6), inner),
    max_leaves=6,
)


def outcome(files: dict[str, bytes]) -> str | None:
    """Return the complaint and its hint; None when the files are a policy, which then also decides."""
    try:
        bundle = load_bundle(files)
    except PolicyUnreadableError as error:
        return error.message if error.hint else ""
    words = bundle.vocabulary
    query = Query(min(words.recipients), min(words.grounds), min(words.roles), {}, tuple(words.fields), DAY)
    assert not Policy(bundle).decide(query).released
    return None


def places(tree: Json, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value of a tree."""
    yield way
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from places(value, (*way, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from places(value, (*way, index))


def replaced(tree: Json, way: tuple[str | int, ...], value: Json) -> Json:
    """Return the tree with another value at the end of the way."""
    if not way:
        return value
    first, rest = way[0], way[1:]
    if isinstance(tree, dict):
        return {key: replaced(old, rest, value) if key == first else old for key, old in tree.items()}
    assert isinstance(tree, list)
    return [replaced(old, rest, value) if index == first else old for index, old in enumerate(tree)]


WAYS = [(name, way) for name, tree in TREES.items() for way in places(tree)]


def test_the_files_themselves_are_a_policy() -> None:
    """Otherwise every refusal below would be about nothing."""
    assert outcome(BYTES) is None
    assert outcome({name: json.dumps(tree).encode() for name, tree in TREES.items()}) is None


@given(NAMES, st.integers(0, 10**6), st.integers(0, 6), st.binary(max_size=6))
@example(B, 0, 0, b"\xff\xfe")
@example(B, 0, 0, b'"\\U00110000"')
def test_any_bytes_in_any_place(name: str, at: int, gone: int, new: bytes) -> None:
    """A few bytes taken away and others put there."""
    data = BYTES[name]
    start = at % (len(data) + 1)
    problem = outcome({**BYTES, name: data[:start] + new + data[start + gone :]})
    assert problem is None or ".yaml" in problem


@given(NAMES, st.data())
def test_lines_lost_doubled_or_moved(name: str, data: st.DataObject) -> None:
    """What a hasty hand does to a file."""
    lines = BYTES[name].splitlines(keepends=True)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(lines))] * 2)))
    to = data.draw(st.integers(0, len(lines)))
    kept = lines if data.draw(st.booleans()) else lines[:start] + lines[end:]
    assert outcome({**BYTES, name: b"".join(kept[:to] + lines[start:end] + kept[to:])}) != ""


@given(st.sampled_from(WAYS), ANY_JSON)
def test_any_value_in_any_place(where: tuple[str, tuple[str | int, ...]], value: Json) -> None:
    """Well-formed text, but of another shape than the place asks for."""
    name, way = where
    text = json.dumps(replaced(TREES[name], way, value), ensure_ascii=False)
    assert outcome({**BYTES, name: text.encode("utf-8", "surrogatepass")}) != ""


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")), NAMES)
def test_any_file_at_all(data: bytes, name: str) -> None:
    """Nothing of the form is there to begin with."""
    assert outcome({**BYTES, name: data}) is not None
