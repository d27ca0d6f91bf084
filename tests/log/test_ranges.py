"""A log that several walk at once: the same answer as of one, and the same first problem in the same words."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from gateway.crypto.notes import NoteVerifier
from gateway.errors import LogUnavailableError
from gateway.log import ranges
from gateway.log.audit import verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import encode
from gateway.log.merkle import frontier_places
from gateway.log.ranges import Jobs, jobs_for, walk_range, walk_ranges
from gateway.log.reader import LogReader
from gateway.log.tiles import TileFolder, export_tiles, open_export
from gateway.log.walk import Against, Walk
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import SIGNER, VKEY, fill, leaf_at, sample_log

SIZE = 4500  # four whole spans, of which the log's own tree has one of four, and a rest
ALTERED = encode(replace(leaf_at(4), outcome="deny"))


@contextmanager
def _open(table: LogReader) -> Iterator[LogReader]:
    yield table


def _jobs(table: LogReader, start: Callable[[int], Executor] = ThreadPoolExecutor) -> Jobs:
    return Jobs(3, partial(_open, table), span=1024, worth=2048, start=start)


@pytest.fixture(scope="module")
def whole() -> MemoryTable:
    """Return a log of SIZE entries; a test alters a copy."""
    return sample_log(SIZE, batch=300)


def _copy(table: MemoryTable) -> MemoryTable:
    copied = copy(table)
    copied.entries, copied.hashes, copied.notes = dict(table.entries), dict(table.hashes), dict(table.notes)
    return copied


def _frontier(table: MemoryTable) -> None:
    table.stored_head = replace(table.stored_head, frontier=(bytes(32),))


def _swap(table: MemoryTable) -> None:
    table.entries[1023], table.entries[1024] = table.entries[1024], table.entries[1023]


def _twice(table: MemoryTable) -> None:
    table.entries.update({3000: ALTERED})
    table.hashes.update({(11, 0): bytes(32)})


CASES: dict[str, Callable[[MemoryTable], object]] = {
    **{f"leaf {index}": lambda t, index=index: t.entries.update({index: ALTERED}) for index in (0, 1024, 3071, 4499)},  # type: ignore[misc]  # a default binds the index
    "leaf missing": lambda t: t.entries.pop(2500),
    "leaf of another type": lambda t: t.entries.update({2500: "text"}),  # type: ignore[dict-item]
    "leaves swapped": _swap,
    "leaf behind the end": lambda t: t.entries.update({SIZE: ALTERED}),
    "leaf hash": lambda t: t.hashes.update({(0, 2000): bytes(32)}),
    "node of a span": lambda t: t.hashes.update({(10, 1): bytes(32)}),
    "node over spans": lambda t: t.hashes.update({(11, 1): bytes(32)}),
    "node over all spans": lambda t: t.hashes.update({(12, 0): bytes(32)}),
    "node missing": lambda t: t.hashes.pop((11, 0)),
    "two places": _twice,
    "checkpoint": lambda t: t.notes.update({2100: t.notes[1800]}),
    "checkpoint beyond": lambda t: t.notes.update({9000: t.notes[1800]}),
    "checkpoint at nothing": lambda t: t.notes.update({0: t.notes[1800]}),
    "head": _frontier,
}


@pytest.mark.parametrize("case", CASES)
def test_the_first_problem_is_the_same_whoever_looks(case: str, whole: MemoryTable) -> None:
    """An officer with two cores and one with eight say the same thing of the same log."""
    table = _copy(whole)
    CASES[case](table)
    alone, together = verify_log(table, vkey=VKEY), verify_log(table, vkey=VKEY, jobs=_jobs(table))
    assert alone.problem is not None
    assert (together.problem, together.entries, together.root) == (alone.problem, alone.entries, alone.root)


@pytest.mark.parametrize("back", [5, 6])
def test_an_entry_dated_before_those_of_another_range_is_found(back: int) -> None:
    """The time of an entry is compared with all entries before it, whoever walked those."""
    moment = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    times = [moment] * 2048 + [moment - dt.timedelta(minutes=back)] * 1024
    entries = [encode(replace(leaf_at(at), time=f"{time:%Y-%m-%dT%H:%MZ}")) for at, time in enumerate(times)]
    table = fill(MemoryTable(), entries, batch=1024)
    alone, together = verify_log(table, vkey=VKEY), verify_log(table, vkey=VKEY, jobs=_jobs(table))
    assert together.problem == alone.problem
    assert alone.ok is (back == 5)


@pytest.mark.parametrize("size", [0, 100, 2047, 2048, 3000, 4096, SIZE])
def test_a_log_in_order_is_in_order_whoever_looks(size: int) -> None:
    """Root and count are those of one walk; what is too short to be divided is walked by one."""
    table = sample_log(size, batch=550)
    told: list[tuple[int, int]] = []
    alone = verify_log(table, vkey=VKEY)
    together = verify_log(table, vkey=VKEY, jobs=_jobs(table), progress=lambda *at: told.append(at))
    assert together.ok
    assert (together.entries, together.root) == (alone.entries, alone.root)
    assert told[-1] == (size, size)
    assert told == sorted(told)
    assert {done for done, _ in told} >= {done for done in range(1024, size + 1, 1024) if size >= 2048}


@pytest.mark.parametrize("met", [1, 1024, 2500, SIZE, SIZE + 1])
def test_what_the_gateway_remembers_is_met_in_any_range(met: int, whole: MemoryTable) -> None:
    """Also with several: a remembered checkpoint is found in its range, or the log does not continue it."""
    root = Checkpoint.from_note(sample_log(met, batch=met).stored_head.checkpoint).root
    for remembered in (Checkpoint(SIGNER.name, met, root), Checkpoint(SIGNER.name, met, bytes(32))):
        alone = verify_log(whole, vkey=VKEY, seen=lambda kept=remembered: kept)  # type: ignore[misc]  # binds the loop's value
        together = verify_log(whole, vkey=VKEY, seen=lambda kept=remembered: kept, jobs=_jobs(whole))  # type: ignore[misc]
        assert together.problem == alone.problem
        assert alone.ok is (remembered.root == root and met <= SIZE)


def _refusing() -> AbstractContextManager[LogReader]:
    raise LogUnavailableError("the database does not answer", hint="look whether it runs")


def test_a_range_that_nobody_could_open_is_walked_by_the_caller(whole: MemoryTable) -> None:
    """A worker that fails proves nothing of the log: one walk finds out."""
    assert walk_range(_refusing, Against(NoteVerifier.from_text(VKEY)), 0, 1024) is None
    assert verify_log(whole, vkey=VKEY, jobs=replace(_jobs(whole), open_log=_refusing)).ok


class _Silent(MemoryTable):
    """A log that is read from files: it yields what there is, and says nothing of what there is not."""

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield leaves in order, as far as there are any."""
        yield from (self.entries[index] for index in range(start, stop) if index in self.entries)


def test_a_range_whose_reader_stops_early_is_walked_by_the_caller(whole: MemoryTable) -> None:
    """Silence is not the end of a range."""
    short = fill(_Silent(), [encode(leaf_at(index)) for index in range(1500)], batch=500)
    assert walk_range(partial(_open, short), Against(NoteVerifier.from_text(VKEY)), 1024, 2048) is None
    del short.entries[1499]
    assert walk_range(partial(_open, short), Against(NoteVerifier.from_text(VKEY)), 1024, 2048) is None


def test_a_range_needs_no_entry_of_before_it(whole: MemoryTable) -> None:
    """The stored hashes stand for them; whoever walked those finds out whether they do."""
    later = _copy(whole)
    for index in range(1024):
        del later.entries[index]
    walked = walk_range(partial(_open, later), Against(NoteVerifier.from_text(VKEY)), 1024, 2048)
    assert walked is not None
    assert walked.reached.size == 2048


@pytest.mark.parametrize(("start", "stop"), [(0, 1024), (1024, 2048), (3072, 4096)])
def test_a_range_tells_what_it_took_as_given_and_where_it_came_to(whole: MemoryTable, start: int, stop: int) -> None:
    """Both are what the tree of the log says, so that the ranges can be laid end to end."""
    walked = walk_range(partial(_open, whole), Against(NoteVerifier.from_text(VKEY)), start, stop)
    before, after = frontier_places(0, start), frontier_places(0, stop)
    assert walked is not None
    assert walked.given == tuple(whole.nodes(before)[place] for place in before)
    assert walked.reached.size == stop
    assert walked.reached.frontier == tuple(whole.nodes(after)[place] for place in after)


@pytest.mark.parametrize("case", ["leaf 1024", "node of a span"])
def test_a_range_in_which_something_does_not_fit_came_to_nothing(case: str, whole: MemoryTable) -> None:
    """What it is, is for one walk over all to say."""
    altered = _copy(whole)
    CASES[case](altered)
    assert walk_range(partial(_open, altered), Against(NoteVerifier.from_text(VKEY)), 1024, 2048) is None


class _Noting(ThreadPoolExecutor):
    """Workers that keep how many they are and which ranges they were given."""

    def __init__(self, count: int, given: list[tuple[int, int]]) -> None:
        """Begin with what was given so far: nothing but the number of workers."""
        super().__init__(count)
        self._given = given
        given.append((count, count))

    def submit(self, task: Callable[..., object], /, *args: int) -> object:  # type: ignore[override]  # plain numbers
        """Keep the range, and walk it."""
        self._given.append((args[0], args[1]))
        return super().submit(task, *args)


def _stands_at(table: MemoryTable, size: int) -> Walk:
    walk = Walk(table, Against(NoteVerifier.from_text(VKEY)))
    if size:
        walk.go_to(size)
    return walk


@pytest.mark.parametrize(
    ("first", "given"),
    [(0, [(0, 2048), (2048, 4096), (4096, SIZE)]), (1024, [(1024, 2048), (2048, 4096), (4096, SIZE)])],
)
def test_ranges_lie_end_to_end_and_bring_the_walk_to_the_end(
    whole: MemoryTable, first: int, given: list[tuple[int, int]]
) -> None:
    """All but the first begin at a multiple of the span; nothing is left for the caller to walk again."""
    noted: list[tuple[int, int]] = []
    told: list[tuple[int, int]] = []
    start = partial(_Noting, given=noted)
    jobs = Jobs(3, partial(_open, whole), span=2048, worth=SIZE - first, start=start)
    walk = walk_ranges(_stands_at(whole, first), jobs, SIZE, lambda *at: told.append(at))
    assert noted == [(3, 3), *given]
    assert walk.reached.size == SIZE
    assert walk.reached.frontier == whole.stored_head.frontier
    assert told == [(stop, SIZE) for _, stop in given]


@pytest.mark.parametrize(("first", "count", "worth"), [(0, 1, 2048), (0, 3, SIZE + 1), (1024, 3, SIZE - 1023)])
def test_one_worker_or_too_little_work_is_left_to_the_caller(
    whole: MemoryTable, first: int, count: int, worth: int
) -> None:
    """What counts is what is left to walk, not how long the log is; no worker is started for it."""
    noted: list[tuple[int, int]] = []
    jobs = Jobs(count, partial(_open, whole), span=2048, worth=worth, start=partial(_Noting, given=noted))
    walk = _stands_at(whole, first)
    assert walk_ranges(walk, jobs, SIZE, None) is walk
    assert noted == []


class _Broken(ThreadPoolExecutor):
    """Workers that are all ended from outside."""

    def submit(self, *_: object, **__: object) -> object:  # type: ignore[override]  # whatever is asked
        """Fail as a pool does whose process was killed."""
        future = super().submit(int)
        future.result()
        failed = type(future)()
        failed.set_exception(BrokenProcessPool("ended"))
        return failed


def test_workers_that_are_killed_do_not_end_the_verification(whole: MemoryTable) -> None:
    """The caller walks on by itself."""
    assert verify_log(whole, vkey=VKEY, jobs=_jobs(whole, _Broken)).ok


def test_real_processes_walk_an_export(whole: MemoryTable, tmp_path: Path) -> None:
    """Two processes open the files by themselves, and find what one finds."""
    export_tiles(whole, tmp_path)
    jobs = Jobs(2, partial(open_export, tmp_path), span=2048, worth=2048)
    report = verify_log(TileFolder(tmp_path), vkey=VKEY, jobs=jobs)
    assert report.ok
    assert report.root == verify_log(whole, vkey=VKEY).root


def test_processes_stand_ready_only_for_a_log_that_is_worth_them(whole: MemoryTable) -> None:
    """Everyday checks start none; a log that cannot be read is left to the verification, which says what is wrong."""
    for count, open_log in ((1, partial(_open, whole)), (2, partial(_open, whole)), (2, _refusing)):
        with jobs_for(count, open_log) as jobs:
            assert jobs.count == 1


def test_forked_processes_find_what_one_finds(whole: MemoryTable, monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand ready before the log is opened, and end with the verification."""
    monkeypatch.setattr(ranges, "WORTH", SIZE)
    table = _copy(whole)
    table.entries[3000] = ALTERED
    for log, ok in ((whole, True), (table, False)):
        with jobs_for(2, partial(_open, log)) as jobs:
            report = verify_log(log, vkey=VKEY, jobs=replace(jobs, span=1024, worth=SIZE))
        assert (jobs.count, report.ok) == (2, ok)
        assert report.problem == verify_log(log, vkey=VKEY).problem
