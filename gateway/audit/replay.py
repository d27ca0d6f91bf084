"""Takes every logged decision again from the policy that it names and its own detail, and compares bit for bit.

`decide` is pure, so the same policy and the same query give the same answer, word for word. Equal queries under one
policy are therefore decided once and compared as often as they occur; the report says how many were different.
"""

import time
from collections.abc import Callable

from gateway.audit.parts import Helpers
from gateway.audit.reader import Reader, Replay
from gateway.errors import NotFoundError
from gateway.log.recorder import Recorder
from gateway.store.ports import Unit

Progress = Callable[[int, int], None]
"""Is told how many entries are done, of how many."""


def replay_all(unit: Unit, recorder: Recorder, *, progress: Progress, helpers: Helpers | None = None) -> Replay:
    """Take every decision of the log again, with helpers in parts of it."""
    return _replay(unit, recorder, range(unit.book.size()), progress, helpers or Helpers())


def replay_one(unit: Unit, recorder: Recorder, index: int) -> Replay:
    """Take one decision again; raise NotFoundError when no decision stands there."""
    if index >= unit.book.size():
        raise NotFoundError(f"the log has no entry {index}", hint="look at the officers' log page for its size")
    done = _replay(unit, recorder, range(index, index + 1), lambda _done, _total: None, Helpers())
    if done.decisions + done.releases + len(done.erased) + len(done.problems) == 0:
        raise NotFoundError(f"entry {index} is no decision or release", hint="choose another, or use --all")
    return done


def _replay(unit: Unit, recorder: Recorder, entries: range, progress: Progress, helpers: Helpers) -> Replay:
    began = time.perf_counter()
    own = Reader(unit, recorder)
    report = Replay(len(entries), problems=dict(own.problems))
    for part, told in helpers.share(entries):
        report.add(own.take(part) if told is None else told)
        progress(part.stop - entries.start, len(entries))
    report.seconds = time.perf_counter() - began
    return report
