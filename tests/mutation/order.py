"""Runs the quickest tests first, so that a planted fault is met soon, and ends a fault that makes a test run on and on.

It is a pytest plugin that `make mutation` loads.

mutmut names the tests of a fault one by one. To find hundreds of names one after another takes pytest longer than to
run most of the tests, so their files are read once and the others are left out.
"""

import gc
import json
import os
import signal
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

STATS = Path("mutmut-stats.json")
"""Where mutmut, which works inside `mutants/`, keeps how long each test took."""

FEW, MANY = 5.0, 20.0
"""A test may take this many seconds of the processor, and this many times as long as without a fault."""
TIMEOUT = 36
"""What mutmut reads as a timeout. Its own limit is for all tests of a fault together: half a minute, or gigabytes."""

_NAMED: set[str] = set()


@cache
def _seconds() -> Mapping[str, float]:
    seconds: Mapping[str, float] = json.loads(STATS.read_text())["duration_by_test"]
    return seconds


def pytest_configure(config: pytest.Config) -> None:
    """Keep the names of the tests, and give pytest their files."""
    gc.freeze()  # the variants of each function are here to stay; to walk them again and again takes most of the time
    _NAMED.clear()
    if all("::" in name for name in config.args):
        _NAMED.update(config.args)
        config.args = sorted({name.partition("::")[0] for name in config.args})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that were named, sorted by the time they took; a test that was not timed yet goes first."""
    if _NAMED:
        items[:] = [item for item in items if item.nodeid in _NAMED]
    if STATS.exists():
        items.sort(key=lambda item: _seconds().get(item.nodeid, 0.0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """End the process when a test that was named takes far longer than it did without the fault."""
    if not _NAMED:
        return (yield)
    signal.signal(signal.SIGPROF, lambda *_: os._exit(TIMEOUT))
    signal.setitimer(signal.ITIMER_PROF, FEW + MANY * _seconds().get(item.nodeid, 0.0))
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
