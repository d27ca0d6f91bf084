"""The Merkle tree of RFC 9162 section 2.1, over stored hashes of perfect subtrees.

A node (level, index) is the root of the perfect subtree over leaves [index * 2^level, (index + 1) * 2^level).
A tree of any size is a row of perfect subtrees, largest first: its frontier.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from gateway.errors import LogTamperedError

HASH = 32  # bytes
EMPTY_ROOT = hashlib.sha256(b"").digest()

Place = tuple[int, int]
ReadNodes = Callable[[Sequence[Place]], Mapping[Place, bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(
    frontier: tuple[bytes, ...], size: int, leaf: bytes
) -> tuple[tuple[bytes, ...], list[tuple[int, int, bytes]]]:
    """Add a leaf hash to a tree of `size`; return the new frontier and the (level, index, hash) that came to be."""
    nodes = [(0, size, leaf)]
    kept = list(frontier)
    level, index, current = 0, size, leaf
    while index & 1:  # a complete pair: its parent comes to be
        current = node_hash(kept.pop(), current)
        level, index = level + 1, index >> 1
        nodes.append((level, index, current))
    return (*kept, current), nodes


def levels_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the hashes of all perfect subtrees over a run of leaf hashes, level by level from the leaves up.

    The run MUST start at a multiple of a power of two that is not smaller than the run.
    """
    levels = [list(leaves)]
    sha256 = hashlib.sha256  # `node_hash` written out: verification does this for every entry of the log
    while len(levels[-1]) > 1:
        below = iter(levels[-1])
        levels.append([sha256(b"\x01" + left + right).digest() for left, right in zip(below, below, strict=False)])
    return levels


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """Return the leaf hash of each entry."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def root_of(frontier: Sequence[bytes]) -> bytes:
    """Return the root of the tree with this frontier; SHA-256 of nothing for an empty one."""
    if not frontier:
        return EMPTY_ROOT
    current = frontier[-1]
    for left in reversed(frontier[:-1]):
        current = node_hash(left, current)
    return current


def frontier_places(start: int, stop: int) -> list[Place]:
    """Return the perfect subtrees that make up [start, stop), left to right; start MUST be aligned to them."""
    places = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        places.append((level, start >> level))
        start += 1 << level
    return places


def _root_of_range(start: int, stop: int, read: Mapping[Place, bytes]) -> bytes:
    return root_of([read[place] for place in frontier_places(start, stop)])


def _split(size: int) -> int:
    """Return the largest power of two smaller than size (RFC 9162 section 2.1.1)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the path for a leaf in a tree of `size`, bottom up (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise LogTamperedError(f"entry {index} is not in a log of {size}", hint="look at the checkpoint's size")
    ranges: list[Place] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _roots(list(reversed(ranges)), read)


def consistency_proof(old: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the proof that a tree of `size` extends one of `old` (RFC 9162 section 2.1.4.1)."""
    if not 0 < old <= size:
        raise LogTamperedError(f"a log of {size} cannot extend one of {old}", hint="look at both checkpoints' sizes")
    ranges: list[Place] = []
    start, stop, whole = 0, size, True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, stop))
    return _roots(list(reversed(ranges)), read)


def _roots(ranges: Sequence[Place], read: ReadNodes) -> list[bytes]:
    wanted = [place for start, stop in ranges for place in frontier_places(start, stop)]
    nodes = read(wanted)
    return [_root_of_range(start, stop, nodes) for start, stop in ranges]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash stands at `index` in the tree with this root (RFC 9162 section 2.1.3.2).

    :raises LogTamperedError: it does not.
    """
    if not 0 <= index < size or any(len(digest) != HASH for digest in (leaf, *proof)):
        raise _not_included()
    node, last, current = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise _not_included()
        if node & 1 or node == last:
            current = node_hash(step, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, step)
        node, last = node >> 1, last >> 1
    if last != 0 or current != root:
        raise _not_included()


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Check that the tree with `root` extends the one with `old_root` (RFC 9162 section 2.1.4.2).

    :raises LogTamperedError: it does not, or `old` is 0: an empty tree proves nothing.
    """
    if roots_of_consistency(old, size, proof, old_root) != (old_root, root):
        raise _not_consistent()


def roots_of_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """Return the two roots that the hashes of a consistency proof lead to, the older tree's first.

    Where the second is the newer tree's root and the first is not `old_root`, the proof shows that the newer tree holds
    other entries than the older one. The hashes of a tree of a power of two cannot show it: they build on `old_root`.

    :raises LogTamperedError: no proof for these sizes has this form.
    """
    if not 0 < old <= size or bool(proof) is (old == size):
        raise _not_consistent()
    if old == size:
        return old_root, old_root
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise _not_consistent()
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise _not_consistent()
    return first, second


def _not_included() -> LogTamperedError:
    return LogTamperedError(
        "the entry is not in the log that the checkpoint signs", hint="do not use it; call the privacy officer"
    )


def _not_consistent() -> LogTamperedError:
    return LogTamperedError(
        "the newer log does not extend the older one: entries were changed or removed",
        hint="keep both checkpoints as evidence and call the privacy officer",
    )
