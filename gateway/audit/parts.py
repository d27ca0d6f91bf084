"""Other processes that take parts of a long log again, each with its own view of the database.

What a helper cannot say, because something is wrong or it was ended, whoever asked for it looks at itself.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial

from gateway.audit.reader import Reader, Replay
from gateway.errors import GatewayError
from gateway.log.ranges import forked
from gateway.log.recorder import Recorder
from gateway.store.ports import Unit

OpenUnit = Callable[[], AbstractContextManager[Unit]]
"""Opens a view of the database as it is now."""
PART = 2048  # entries that are taken at a time
WORTH = 6 * PART  # entries under which helpers, who each read the policy anew, take longer than they save


class Helpers:
    """Who takes parts of the log; without a pool nobody does."""

    def __init__(self, pool: ProcessPoolExecutor | None = None, *, part: int = PART) -> None:
        """Ask nothing yet; `part` is a number of entries."""
        self._pool, self._part = pool, part

    def share(self, entries: range) -> Iterator[tuple[range, Replay | None]]:
        """Yield the parts in order, each with what came of it; None where the caller must look itself."""
        parts = [entries[first : first + self._part] for first in range(0, len(entries), self._part)]
        asked = [self._ask(part) for part in parts]
        for part, future in zip(parts, asked, strict=True):
            yield part, None if future is None else _result(future)

    def _ask(self, part: range) -> Future[Replay | None] | None:
        try:
            return None if self._pool is None else self._pool.submit(_take, part)
        except BrokenProcessPool:  # one was ended already
            return None


@contextmanager
def helpers_for(
    count: int, open_unit: OpenUnit, recorder: Recorder, *, worth: int = WORTH, part: int = PART
) -> Iterator[Helpers]:
    """Return so many helpers if the log is long enough to be worth them, and end them afterwards.

    This MUST come as early as `gateway.log.ranges.forked` says; to learn the size, the log is opened and closed again.
    """
    if count == 1 or _size(open_unit) < worth:
        yield Helpers()
        return
    with forked(count, partial(_Own.begin, open_unit, recorder)) as pool:
        yield Helpers(pool, part=part)


def _size(open_unit: OpenUnit) -> int:
    with open_unit() as unit:
        return unit.book.size()


def _result(future: Future[Replay | None]) -> Replay | None:
    try:
        return future.result()
    except BrokenProcessPool:  # a helper was ended from outside
        return None


class _Own:
    """What a helper has of its own; nobody else has any of this."""

    opening: tuple[OpenUnit, Recorder]
    reader: Reader | None = None
    held = ExitStack()

    @classmethod
    def begin(cls, open_unit: OpenUnit, recorder: Recorder) -> None:
        """Open nothing yet: the view MUST NOT be older than that of whoever asks."""
        cls.opening = open_unit, recorder


def _take(part: range) -> Replay | None:
    try:
        if _Own.reader is None:
            open_unit, recorder = _Own.opening
            _Own.reader = Reader(_Own.held.enter_context(open_unit()), recorder)
        return _Own.reader.take(part)
    except GatewayError:  # whoever asked meets it as well, and tells it
        return None
