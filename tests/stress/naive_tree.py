"""The Merkle tree of RFC 9162 section 2.1, by recursion as it stands there; it owes nothing to `gateway.log`."""

import hashlib
from collections.abc import Sequence


class NaiveTree:
    """A tree over leaf bytes that only grows."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: list[bytes] = []
        self._perfect: dict[tuple[int, int], bytes] = {}  # what can never change again: remembered, to be in time

    def extend(self, entries: Sequence[bytes]) -> None:
        """Add the bytes of further leaves."""
        self._entries += entries

    def __len__(self) -> int:
        """Return the number of leaves."""
        return len(self._entries)

    def root(self, size: int) -> bytes:
        """Return MTH(D[0:size])."""
        return self._hash(0, size)

    def path(self, index: int, size: int) -> list[bytes]:
        """Return PATH(index, D[0:size]): section 2.1.3.1."""
        return self._path(index, 0, size)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Return PROOF(old, D[0:size]): section 2.1.4.1."""
        return self._subproof(old, 0, size, whole=True)

    def _subproof(self, old: int, start: int, stop: int, *, whole: bool) -> list[bytes]:
        if old == stop - start:
            return [] if whole else [self._hash(start, stop)]
        middle = start + _split(stop - start)
        if old <= middle - start:
            return [*self._subproof(old, start, middle, whole=whole), self._hash(middle, stop)]
        return [*self._subproof(old - (middle - start), middle, stop, whole=False), self._hash(start, middle)]

    def _hash(self, start: int, stop: int) -> bytes:
        size = stop - start
        if size == 0:
            return hashlib.sha256(b"").digest()
        if (start, stop) in self._perfect:
            return self._perfect[start, stop]
        if size == 1:
            digest = hashlib.sha256(b"\x00" + self._entries[start]).digest()
        else:
            middle = start + _split(size)
            digest = hashlib.sha256(b"\x01" + self._hash(start, middle) + self._hash(middle, stop)).digest()
        if size & (size - 1) == 0:
            self._perfect[start, stop] = digest
        return digest

    def _path(self, index: int, start: int, stop: int) -> list[bytes]:
        if stop - start == 1:
            return []
        middle = start + _split(stop - start)
        if index < middle:
            return [*self._path(index, start, middle), self._hash(middle, stop)]
        return [*self._path(index, middle, stop), self._hash(start, middle)]


def _split(size: int) -> int:
    """Return the largest power of two smaller than size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power
