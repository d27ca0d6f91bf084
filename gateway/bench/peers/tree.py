"""pymerkle's tree on SQLite, an RFC 9162 tree that keeps leaves only: what a proof costs when nodes are not stored.

It is no dependency: GPL, and in no lock. The bench uses it where somebody installed it (`pip install pymerkle==7.0.0`),
and otherwise says that it left it out.
"""

import importlib
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from gateway.bench.rounds import CPU, WALL, Case, Reading

NAME = "pymerkle_cold"
LEFT_OUT = "pymerkle, the peer of proofs: it is not installed (pip install pymerkle==7.0.0; docs/dependencies.md)"


class _Tree(Protocol):
    """What is used of pymerkle.SqliteTree; its entries count from 1."""

    def append_entries(self, entries: Iterable[bytes]) -> int: ...
    def prove_inclusion(self, index: int) -> object: ...


def find_peer() -> Callable[[str], _Tree] | None:
    """Return what opens a tree in a file; None when pymerkle is not installed."""
    try:
        found: Callable[[str], _Tree] = importlib.import_module("pymerkle").SqliteTree
    except (ImportError, AttributeError):
        return None
    return found


def cold_proofs(open_tree: Callable[[str], _Tree], path: Path, size: int, entries: Sequence[bytes]) -> Case:
    """Make a tree of `size`, of these entries over and over; return a case that opens it and proves one entry."""
    made = open_tree(str(path))
    for first in range(0, size, len(entries)):
        made.append_entries(entries[: size - first])

    def bout() -> Reading:
        tree = open_tree(str(path))
        began, spent = time.perf_counter(), time.process_time()
        tree.prove_inclusion(1 + secrets.randbelow(size))
        wall, cpu = time.perf_counter() - began, time.process_time() - spent
        return {WALL: wall * 1e6, CPU: cpu * 1e6}

    return Case(NAME, bout)
