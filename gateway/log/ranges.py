"""Walks a long log in several processes, each over aligned ranges of entries that it reads for itself.

A range is walked as one walk would go through it: from the stored hashes that stand for everything before it. That
those are the hashes which the entries before give is known when the range before it is done; the ranges are joined in
order, and what is kept of each is as long as the log is deep. A range in which anything does not fit is walked again
by the caller, as the whole log would be: so the first problem is the same one, in the same words, whatever the number.
"""

import operator
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context

from gateway.errors import GatewayError
from gateway.log.merkle import frontier_places
from gateway.log.reader import LogReader
from gateway.log.walk import CHUNK, Against, Progress, Reached, Walk

RANGE = 32 * CHUNK  # entries that a process walks at a time
WORTH = 8 * RANGE  # entries under which starting processes takes longer than it saves

OpenLog = Callable[[], AbstractContextManager[LogReader]]
"""Opens the log anew; it goes to another process, so it MUST be made of what can be pickled."""


def processes(count: int) -> Executor:
    """Return so many worker processes."""
    # spawn: a fork would take the database's connection and the progress bar's thread with it.
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


@contextmanager
def forked(count: int, begin: Callable[[], object] | None = None) -> Iterator[ProcessPoolExecutor]:
    """Return so many worker processes that stand ready, each after `begin`; end them afterwards.

    They are forked, which takes no time; to import all modules anew takes each most of a second. So this MUST come
    before the database is open for anything else, and before the program has a second thread: what is open would be
    shared with them. Whoever is stopped waits for nothing that was not begun.
    """
    with ProcessPoolExecutor(count, mp_context=get_context("fork"), initializer=begin) as pool:
        pool.submit(int).result()  # all of them are there from now on
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Jobs:
    """How many walk at the same time, and how each opens the log for itself. `span` is a multiple of CHUNK entries."""

    count: int
    open_log: OpenLog
    span: int = RANGE
    worth: int = WORTH
    start: Callable[[int], Executor] = processes


@contextmanager
def jobs_for(count: int, open_log: OpenLog) -> Iterator[Jobs]:
    """Return jobs whose processes stand ready if the log is long enough to be worth them, and end them afterwards.

    This MUST come as early as `forked` says; to learn the size, the log is opened and closed again.
    """
    if count == 1 or _size(open_log) < WORTH:
        yield Jobs(1, open_log)
        return
    with forked(count) as pool:
        yield Jobs(count, open_log, start=lambda _: pool)


def _size(open_log: OpenLog) -> int:
    try:
        with open_log() as table:
            return operator.index(table.head().size)
    except (
        GatewayError,
        TypeError,
        ValueError,
        AttributeError,
    ):  # what is wrong with it is for the verification to say
        return 0


@dataclass(frozen=True, slots=True)
class Walked:
    """What a range gave: the frontier that was taken as given before it, and where it came to."""

    given: tuple[bytes, ...]
    reached: Reached


def walk_ranges(walk: Walk, jobs: Jobs, stop: int, progress: Progress | None) -> Walk:
    """Let several go on from where a walk stands; return a walk that came as far as everything fits.

    A log that is not worth it, and a single job, are left to the caller.
    """
    first, span = walk.reached.size, jobs.span
    if jobs.count == 1 or stop - first < jobs.worth:
        return walk
    reached = walk.reached
    task = partial(walk_range, jobs.open_log, walk.against)
    with jobs.start(jobs.count) as pool:
        starts = [first, *range(first - first % span + span, stop, span)]
        futures = [pool.submit(task, start, end) for start, end in pairwise([*starts, stop])]
        for walked in _in_order(futures):
            came = walked.reached
            if walked.given != reached.frontier or not came.times.may_follow(reached.times):
                break
            times, continues = reached.times.and_then(came.times), reached.continues or came.continues
            reached = Reached(came.size, came.frontier, times, continues)
            if progress is not None:
                progress(reached.size, stop)
        pool.shutdown(cancel_futures=True)
    return walk.gone_to(reached)


def _in_order(futures: list[Future[Walked | None]]) -> Iterator[Walked]:
    for future in futures:
        try:
            walked = future.result()
        except BrokenProcessPool:  # a process was ended from outside; the caller walks on by itself
            return
        if walked is None:
            return
        yield walked


def walk_range(open_log: OpenLog, against: Against, start: int, stop: int) -> Walked | None:
    """Walk the entries of [start, stop) by themselves; None when anything there does not fit."""
    try:
        with open_log() as table:
            places = frontier_places(0, start)
            stored = table.nodes(places)
            given = tuple(stored[place] for place in places)
            walk = Walk(table, against, Reached(start, given))
            walk.go_to(stop)
            return Walked(given, walk.reached) if walk.size == stop else None
    except (GatewayError, TypeError, ValueError, OverflowError, AttributeError):
        return None
