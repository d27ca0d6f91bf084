"""Runs the nearest and the quickest tests first, so that a planted fault is met soon, and ends one that never ends.

It is a pytest plugin that `make mutation` loads.

mutmut names the tests of a fault one by one. To find hundreds of names one after another takes pytest longer than to
run most of the tests, so their files are read once and the others are left out.
"""

import gc
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
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
_FIRST: list[bool] = []
"""Holds something while the nearest tests run, before all others."""


@cache
def _seconds() -> Mapping[str, float]:
    seconds: Mapping[str, float] = json.loads(STATS.read_text())["duration_by_test"]
    return seconds


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Run the tests that mirror the mutated module by themselves first: to read the other files takes seconds."""
    near, far = _by_distance(config.args, os.environ.get("MUTANT_UNDER_TEST", ""))
    if _FIRST or not near or not far:
        return None
    options = [word for word in config.invocation_params.args if "::" not in str(word)]
    _FIRST.append(True)
    found = int(pytest.main([*options, *near]))
    _FIRST.clear()
    if found:
        return found
    config.args = far
    return None


def _by_distance(names: Sequence[str], mutant: str) -> tuple[list[str], list[str]]:
    """Return the named tests of the module's own file or, where it has none, of its own folder; and the others."""
    *package, module, _ = mutant.split(".") if mutant.count(".") > 1 else ("", "", "")
    folder = "/".join(["tests", *package[1:]])
    for place in (f"{folder}/test_{module}.py::", f"{folder}/"):
        near = [name for name in names if name.startswith(place)]
        if near:
            return near, [name for name in names if not name.startswith(place)]
    return [], list(names)


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
