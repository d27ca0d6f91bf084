"""The log over the years: every volume by its own key, and each names the one before it and the one after it."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from gateway.errors import LogForkError, LogTamperedError
from gateway.log.audit import LogReport
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import encode
from gateway.log.ranges import Jobs
from gateway.log.years import CLOSED, NEWEST, OPENED, closes_for, opens_after, verify_years, volume_named
from gateway.model.leaf import LeafType
from gateway.store.ports import Head
from gateway.store.volume_ports import Volume
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import DECISION
from tests.log.volumes import SIGNERS, SIZE, VKEYS, entry, fill_volumes, filled, store_of, years
from tests.refusals import advises, refused


class TableShelf:
    """Volumes in memory (`gateway.log.years.Shelf`)."""

    def __init__(self, tables: Sequence[MemoryTable]) -> None:
        """Hold the tables, the first volume's first."""
        self.tables = tables
        self.broken: Exception | None = None

    def volumes(self) -> Sequence[Volume]:
        """Return the volumes."""
        if self.broken is not None:
            raise self.broken
        told: list[Volume] = []
        for table in self.tables:
            note, first = table.stored_head.checkpoint, told[-1].first + told[-1].size if told else 0
            told.append(Volume(first, note.partition("\n")[0], table.stored_head.size))
        return told

    def volume(self, number: int) -> MemoryTable:
        """Return one of them."""
        return self.tables[number]

    def ends_of(self, number: int) -> tuple[bytes, bytes]:
        """Return its first and last entry."""
        table = self.tables[number]
        return table.entries[0], table.entries[max(table.entries)]


def shelf(volumes: Sequence[Sequence[bytes]] | None = None) -> TableShelf:
    """Return the volumes of three years."""
    return TableShelf([filled(entries, year) for year, entries in enumerate(volumes or years())])


def problem_of(of: TableShelf, **asked: object) -> str:
    """Return what a verification finds wrong."""
    report = verify_years(of, **{"vkeys": VKEYS, **asked})  # type: ignore[arg-type]  # what a test asks for
    assert report.problem is not None
    assert not report.ok
    assert advises(report.problem)
    return report.problem


@pytest.mark.parametrize(
    "closed",
    [
        encode(DECISION),
        entry("opened", closes_for(VKEYS[1])),
        entry(CLOSED, None),
        entry(CLOSED, closes_for(VKEYS[2])),
        entry(CLOSED, closes_for(VKEYS[1]), LeafType.KEY),
    ],
)
def test_a_year_that_was_not_closed_for_the_next_is_found(closed: bytes) -> None:
    """Its last entry names the next one's key, or somebody else went on."""
    assert "was not closed for it" in problem_of(shelf(years(closed=closed)))


@pytest.mark.parametrize(
    "opened",
    [
        lambda _: encode(DECISION),
        lambda note: entry("closed", opens_after(note)),
        lambda _: entry(OPENED, None),
        lambda note: entry(OPENED, opens_after(f"{note}x")),
        lambda note: entry(OPENED, opens_after(note), LeafType.KEY),
    ],
)
def test_a_year_that_does_not_name_the_end_of_the_one_before_is_found(opened: Callable[[str], bytes]) -> None:
    """Its first entry has the digest of the final checkpoint, or the year before was replaced."""
    told = f"the log of `{SIGNERS[1].name}` does not begin with the final checkpoint of the one before it"
    assert told in problem_of(shelf(years(opened=opened)))


def test_a_year_that_was_replaced_is_found() -> None:
    """Even by who has its key: the next year knows its end."""
    volumes = years()
    volumes[0].insert(1, encode(DECISION))
    assert "does not begin with the final checkpoint" in problem_of(shelf(volumes))


def test_a_year_without_its_key_is_not_taken_on_trust() -> None:
    """One by itself is not verified with another's either."""
    told = "its key is not here: look at log.vkey in GATEWAY_KEYS"
    assert problem_of(shelf(), vkeys=VKEYS[:2]) == f"in the log of `{SIGNERS[2].name}`: {told}"
    assert "is not signed by the log's key" in problem_of(TableShelf(shelf().tables[1:2]), vkeys=VKEYS[:1])


@pytest.mark.parametrize("year", range(3))
def test_what_is_altered_is_told_with_its_year(year: int) -> None:
    """The index counts from that year's first entry."""
    altered = shelf()
    altered.tables[year].entries[2] = encode(DECISION)
    problem = problem_of(altered)
    assert f"in the log of `{SIGNERS[year].name}`: " in problem
    assert "entry 2 is not the one" in problem


def test_a_year_that_was_signed_and_is_not_here_is_found() -> None:
    """By what the gateway remembers, and by a checkpoint that was verified before."""
    later = Checkpoint(SIGNERS[3].name, 1, bytes(32))
    assert "this gateway has signed last, is not here" in problem_of(shelf(), seen=lambda: later)
    assert "you verified before, is not here" in problem_of(shelf(), since=later)


@pytest.mark.parametrize("broken", [LogTamperedError("the volumes are altered", hint="keep them"), TypeError("a cell")])
def test_what_cannot_be_read_is_reported(broken: Exception) -> None:
    """Tampering is never raised."""
    of = shelf()
    of.broken = broken
    assert problem_of(of)
    assert verify_years(of, vkeys=VKEYS).root == ""


def test_a_memory_that_cannot_be_read_is_reported() -> None:
    """Nobody can tell whether something is missing then."""

    def seen() -> Checkpoint | None:
        raise LogForkError("the memory is altered", hint="put it back")

    assert "the memory is altered" in problem_of(shelf(), seen=seen)


def test_a_remembered_checkpoint_is_looked_for_in_its_year() -> None:
    """Of an older year too; one that does not fit is found."""
    of = shelf()
    for table in of.tables:
        signed = Checkpoint.from_note(table.stored_head.checkpoint)
        assert verify_years(of, vkeys=VKEYS, seen=lambda signed=signed: signed).ok  # type: ignore[misc]  # a default
        other = replace(signed, root=bytes(32))
        assert "does not continue" in problem_of(of, seen=lambda other=other: other)


def test_all_years_are_verified_and_counted() -> None:
    """Entries of all of them, the root of the newest, and what was found in each; time as it passes."""
    volumes_of, told = years(), list[tuple[int, int]]()
    volumes_of[2].insert(1, encode(DECISION))
    of, ticks = shelf(volumes_of), iter((10.0, 10.5))
    report = verify_years(of, vkeys=VKEYS, progress=lambda *at: told.append(at), timer=lambda: next(ticks), jobs=None)
    sizes = [SIZE + 1, SIZE + 2, SIZE + 3]
    newest = Checkpoint.from_note(of.tables[2].stored_head.checkpoint)
    assert (report.problem, report.entries, report.root) == (None, sum(sizes), newest.root.hex())
    assert (report.seconds, report.entries_per_second, report.since) == (0.5, sum(sizes) * 2, None)
    assert told[-1] == (sum(sizes), sum(sizes))
    as_json = report.to_json()
    assert (as_json["ok"], as_json["entries"]) == (True, sum(sizes))
    volumes = as_json["volumes"]
    assert isinstance(volumes, list)
    assert [(one["origin"], one["first"], one["entries"]) for one in volumes] == [
        (SIGNERS[year].name, sum(sizes[:year]), sizes[year]) for year in range(3)
    ]


def test_years_before_a_known_checkpoint_are_not_read_again() -> None:
    """Only their ends are: an entry in between that was altered since is not found."""
    of, ticks = shelf(), iter((10.0, 12.0))
    since = Checkpoint.from_note(of.tables[1].stored_head.checkpoint)
    del of.tables[0].entries[2]
    report = verify_years(of, vkeys=VKEYS, since=since, timer=lambda: next(ticks))
    assert (report.problem, report.since, report.entries) == (None, 2 * SIZE + 3, 3 * SIZE + 5)
    assert report.entries_per_second == (SIZE + 2) / 2
    head = of.tables[0].stored_head
    signed = Checkpoint.from_note(head.checkpoint)
    assert report.volumes[0][1] == LogReport(True, SIZE + 1, signed.root.hex(), 0.0, 0.0)
    assert "not those of the checkpoint that you verified before" in problem_of(
        of, since=replace(since, root=bytes(32))
    )
    assert "is not a verifier key" in problem_of(of, since=since, vkeys=VKEYS[1:])
    of.tables[0].stored_head = Head(head.size, head.frontier, of.tables[1].stored_head.checkpoint)
    assert verify_years(of, vkeys=VKEYS, since=since).problem is not None


def test_each_year_is_walked_by_the_processes_that_are_there_for_it() -> None:
    """Those of the newest may be made before anything is read, so they are asked for by another name."""
    of, asked = shelf(), list[int]()

    def jobs(place: int) -> Jobs:
        asked.append(place)
        return Jobs(1, lambda: nullcontext(of.tables[place]))

    assert verify_years(of, vkeys=VKEYS, jobs=jobs).ok
    assert verify_years(TableShelf(of.tables[:1]), vkeys=VKEYS, jobs=jobs).ok
    assert asked == [0, 1, NEWEST, NEWEST]


def test_a_volume_is_found_by_its_name(engine: Engine) -> None:
    """The newest, an older one, and none."""
    fill_volumes(engine, [[entries] for entries in years()])
    with store_of(engine).read() as unit:
        assert [volume_named(unit.book, signer.name).first for signer in SIGNERS[:3]] == [0, SIZE + 1, 2 * SIZE + 3]
        with refused(LogTamperedError, "no volume of this name"):
            volume_named(unit.book, SIGNERS[3].name)


def test_time_that_stands_still_gives_no_speed() -> None:
    """A clock may be coarse."""
    assert verify_years(shelf(), vkeys=VKEYS, timer=lambda: 1.0).entries_per_second == 0.0
