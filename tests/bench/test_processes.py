"""What processes hold together is counted as if nothing else ran, and what they share once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gateway.bench.processes import family, memory, together

MEGABYTES = 40
# Fills memory, and divides itself in two where that is asked; both wait until somebody ends them.
HOLD = f"""
import os, sys
held = os.urandom({MEGABYTES * 1_000_000})
child = os.fork() if sys.argv[1:] else 1
if child:
    print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def holding(*words: str) -> Iterator[int]:
    """Run a Python that holds memory; return its number."""
    command = [sys.executable, "-S", "-c", HOLD, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process.pid


def test_what_two_processes_share_counts_once() -> None:
    """A process and what it forked hold little more than it alone."""
    with holding() as alone, holding("fork") as parent:
        assert len(family(parent)) == 2
        single, both = together([alone]), together(family(parent))
    assert single < both < single + MEGABYTES / 2


def test_programs_outside_change_nothing() -> None:
    """The same libraries are open in all of them; what others map is not taken off."""
    with holding() as one:
        before = together([one])
        with ExitStack() as others:
            for _ in range(3):
                others.enter_context(holding())
            assert abs(together([one]) - before) < 1
        assert abs(memory(one) - before) < 1


def test_this_process_is_a_family_of_its_own() -> None:
    """Nothing is counted twice or left out when nobody else belongs to it."""
    assert abs(together([os.getpid()]) - memory(os.getpid())) < 2
