"""The tree: RFC 9162's recursion said naively, and transparency-dev's published vectors."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import LogTamperedError
from gateway.log import merkle
from tests.log.sample_log import VECTORS
from tests.refusals import refused

INCLUSION = sorted((VECTORS / "merkle/testdata/inclusion").rglob("*.json"))
CONSISTENCY = sorted((VECTORS / "merkle/testdata/consistency").rglob("*.json"))


def root(leaves: Sequence[bytes]) -> bytes:
    """Say RFC 9162 section 2.1.1 word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def grown(leaves: Sequence[bytes]) -> tuple[tuple[bytes, ...], dict[tuple[int, int], bytes]]:
    """Return the frontier and all the nodes that appending gives."""
    frontier: tuple[bytes, ...] = ()
    kept: dict[tuple[int, int], bytes] = {}
    for size, leaf in enumerate(leaves):
        frontier, nodes = merkle.append(frontier, size, merkle.leaf_hash(leaf))
        kept.update({(level, index): digest for level, index, digest in nodes})
    return frontier, kept


def reader(kept: Mapping[tuple[int, int], bytes]) -> merkle.ReadNodes:
    """Return a reader of kept nodes."""
    return lambda wanted: {place: kept[place] for place in wanted}


def said(path: Path) -> dict[str, Any]:
    """Return a vector with its base64 decoded."""
    vector: dict[str, Any] = json.loads(path.read_text())
    for name in ("root", "leafHash", "root1", "root2"):
        vector[name] = base64.b64decode(vector.get(name) or "")
    vector["proof"] = [base64.b64decode(step) for step in vector["proof"] or []]
    return vector


def test_the_vectors_are_all_here() -> None:
    """98 and 98, or something was lost in copying."""
    assert (len(INCLUSION), len(CONSISTENCY)) == (98, 98)


@pytest.mark.parametrize("path", INCLUSION, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_inclusion_is_judged_as_published(path: Path) -> None:
    """Every published inclusion proof is accepted or refused as its vector says."""
    vector = said(path)
    told = vector["leafHash"], vector["leafIdx"], vector["treeSize"], vector["proof"], vector["root"]
    if vector["wantErr"]:
        with refused(LogTamperedError):
            merkle.verify_inclusion(*told)
    else:
        merkle.verify_inclusion(*told)


@pytest.mark.parametrize("path", CONSISTENCY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_consistency_is_judged_as_published(path: Path) -> None:
    """Every published consistency proof is accepted or refused as its vector says."""
    vector = said(path)
    told = vector["size1"], vector["size2"], vector["proof"], vector["root1"], vector["root2"]
    if vector["wantErr"]:
        with refused(LogTamperedError):
            merkle.verify_consistency(*told)
    else:
        merkle.verify_consistency(*told)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_of_an_entry_outside_the_log(index: int, size: int) -> None:
    """An index outside [0, size) has no path."""
    with refused(LogTamperedError):
        merkle.inclusion_proof(index, size, reader({}))


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_no_consistency_is_proved_from_nothing_or_from_more(old: int, size: int) -> None:
    """An empty tree proves nothing, and a log never shrinks."""
    with refused(LogTamperedError):
        merkle.consistency_proof(old, size, reader({}))


@pytest.mark.parametrize(
    ("start", "stop", "places"),
    [
        (0, 0, []),
        (0, 7, [(2, 0), (1, 2), (0, 6)]),
        (1, 8, [(0, 1), (1, 1), (2, 1)]),
        (4, 7, [(1, 2), (0, 6)]),
        (6, 12, [(1, 3), (2, 2)]),
        (1024, 4500, [(10, 1), (11, 1), (8, 16), (7, 34), (4, 280), (2, 1124)]),
    ],
)
def test_a_range_is_made_of_the_widest_subtrees_that_fit(start: int, stop: int, places: list[tuple[int, int]]) -> None:
    """Each is perfect, begins where the one before ends, and is as wide as its place and the rest allow."""
    assert merkle.frontier_places(start, stop) == places


@given(st.integers(0, 70))
def test_the_root_is_the_recursion_of_the_rfc(size: int) -> None:
    """Appending one by one gives the root that RFC 9162's recursion gives."""
    leaves = [bytes([index]) for index in range(size)]
    frontier, kept = grown(leaves)
    assert merkle.root_of(frontier) == root(leaves)
    assert [kept[place] for place in merkle.frontier_places(0, size)] == list(frontier)
    assert all(digest == root(leaves[i << n : i + 1 << n]) for (n, i), digest in kept.items())


@given(st.data())
def test_proofs_fit_their_place_and_no_other(data: st.DataObject) -> None:
    """A path proves its own entry at its own index; altered, shortened or lengthened it proves nothing."""
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = [bytes([number]) for number in range(size)]
    frontier, kept = grown(leaves)
    top, own = merkle.root_of(frontier), merkle.leaf_hash(leaves[index])
    path = merkle.inclusion_proof(index, size, reader(kept))
    merkle.verify_inclusion(own, index, size, path, top)
    wrong = [(own, other, path) for other in range(-1, size + 1) if other != index]
    wrong += [(merkle.leaf_hash(b"other"), index, path), (own, index, [*path, own])]
    wrong += [(own, index, path[:at] + path[at + 1 :]) for at in range(len(path))]
    for leaf, place, steps in wrong:
        with refused(LogTamperedError):
            merkle.verify_inclusion(leaf, place, size, steps, top)


@given(st.data())
def test_a_log_extends_every_earlier_one_and_no_other(data: st.DataObject) -> None:
    """The consistency proof between two sizes holds for their roots only."""
    size = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, size - 1))
    leaves = [bytes([number]) for number in range(size)]
    frontier, kept = grown(leaves)
    top, before = merkle.root_of(frontier), root(leaves[:old])
    path = merkle.consistency_proof(old, size, reader(kept))
    merkle.verify_consistency(old, size, path, before, top)
    for steps, first, second in ((path, top, top), (path, before, before), ([], before, top), (path[:-1], before, top)):
        with refused(LogTamperedError):
            merkle.verify_consistency(old, size, steps, first, second)
