"""Entries follow earlier ones, and their times do not run backwards."""

from dataclasses import replace

import pytest

from gateway.errors import LogTamperedError
from gateway.log.audit import verify_log
from gateway.log.leaf import encode
from gateway.log.sequence import BACKWARDS, NEVER, Span, check_sequence, span_of
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import VKEY, fill, leaf_at
from tests.refusals import advises, refused


def _at(times: list[str]) -> list[bytes]:
    return [encode(replace(leaf_at(index), time=f"2026-11-24T{time}Z")) for index, time in enumerate(times)]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (["12:00", "12:06", "12:00"], "entry 2 is dated 6 minutes before"),
        (["12:10", "12:00", "12:20"], "entry 1 is dated 10 minutes before"),
        (["12:10", "12:06", "12:04", "12:20"], "entry 2 is dated 6 minutes before"),
        (["12:00", "25:00"], "entry 1 has not the agreed form"),
        (["12:61", "12:00"], "entry 0 has not the agreed form"),
    ],
)
def test_a_backdated_entry_is_found_even_when_it_was_signed(times: list[str], found: str) -> None:
    """Whoever holds the log's key can still not write into the past; the entry is named, and by how much."""
    report = verify_log(fill(MemoryTable(), _at(times)), vkey=VKEY)
    assert found in str(report.problem)
    assert advises(str(report.problem))


@pytest.mark.parametrize("prev", [1, 2])
def test_an_entry_that_follows_itself_or_a_later_one_is_refused(prev: int) -> None:
    """What it was made of cannot have been written after it."""
    entries = [encode(leaf_at(0)), encode(replace(leaf_at(1), prev=prev)), encode(leaf_at(2))]
    with refused(LogTamperedError, "entry 1 says it follows a later one"):
        check_sequence(entries, 0, Span())


@pytest.mark.parametrize("times", [["12:00", "12:05", "12:00", "12:03", "12:08"], ["23:59"], []])
def test_entries_that_waited_a_while_are_in_order(times: list[str]) -> None:
    """A request takes its time when it comes in, and may be written after a later one: five minutes are allowed."""
    assert BACKWARDS == 5
    assert verify_log(fill(MemoryTable(), _at(times)), vkey=VKEY).ok


def test_times_are_compared_across_days_and_runs() -> None:
    """Midnight, a month's end and the run of entries before this one are no way round it."""
    entries = [encode(replace(leaf_at(at), time=time)) for at, time in enumerate(["2026-12-01T00:02Z"] * 1024)]
    entries += [encode(replace(leaf_at(1024), time="2026-11-30T23:57Z"))]
    assert verify_log(fill(MemoryTable(), entries, batch=512), vkey=VKEY).ok
    entries += [encode(replace(leaf_at(1025), time="2026-11-30T23:56Z"))]
    report = verify_log(fill(MemoryTable(), entries, batch=513), vkey=VKEY)
    assert "entry 1025 is dated 6 minutes before" in str(report.problem)


def test_a_span_is_of_all_its_entries() -> None:
    """The earliest and the latest, wherever they stand; one of no entries may stand anywhere."""
    before = Span(100, 100)
    span = check_sequence(_at(["12:04", "12:00", "12:03"]), 0, Span())
    assert span.latest - span.earliest == 4
    assert check_sequence([], 7, before) == before
    assert Span().may_follow(Span(100, NEVER))
    assert Span(95, 95).may_follow(before)
    assert not Span(94, 120).may_follow(before)
    assert Span(3, 9).and_then(Span(2, 5)) == Span(2, 9)


def test_the_time_of_one_entry_is_read_strictly() -> None:
    """What is no entry has no time."""
    assert span_of(_at(["12:00"])[0]).latest == check_sequence(_at(["12:00"]), 0, Span()).latest
    with refused(LogTamperedError):
        span_of(b"{}")
