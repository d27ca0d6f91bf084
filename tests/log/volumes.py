"""Logs of several volumes, with invented entries: what the tests of the years begin, and add to."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from sqlalchemy import Engine

from gateway.crypto.notes import NoteSigner
from gateway.log.appender import Log
from gateway.log.leaf import encode
from gateway.log.years import CLOSED, OPENED, closes_for, opens_after
from gateway.model.leaf import LeafType
from gateway.store.writer import SqlStore, SqlUnit
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import DECISION

SIGNERS = [NoteSigner.generate(f"gateway.example/log/{year}") for year in (2026, 2027, 2028, 2029)]
VKEYS = [signer.vkey for signer in SIGNERS]
SIZE = 5
"""Entries of a year of `years`, beside those of its seams."""


def store_of(engine: Engine, *, begins: NoteSigner | None = None) -> SqlStore:
    """Return the store of a gateway that holds the keys of all these years; `begins` lets it begin one."""
    return SqlStore(engine, Log(SIGNERS[0], SIGNERS[0].name, later=SIGNERS[1:], begins=begins).open_batch)


def begin(engine: Engine, signer: NoteSigner, entry: bytes) -> int:
    """Begin the volume of this key with an entry; return its index over all volumes."""

    def job(unit: SqlUnit) -> int:
        first = unit.book.begin(signer.name)
        assert unit.append(entry) == first
        return first

    with closing(store_of(engine, begins=signer)) as store:
        return store.write(job)


def append(engine: Engine, entries: Sequence[bytes]) -> list[int]:
    """Add entries to the newest volume, under one checkpoint; return their indexes over all volumes."""
    with closing(store_of(engine)) as store:
        return store.write(lambda unit: [unit.append(entry) for entry in entries])


def fill_volumes(engine: Engine, volumes: Sequence[Sequence[Sequence[bytes]]]) -> None:
    """Fill an empty database with these volumes, each of batches of entries."""
    for number, (first, *others) in enumerate(volumes):
        if number:
            begin(engine, SIGNERS[number], first[0])
            append(engine, first[1:])
        else:
            append(engine, first)
        for entries in others:
            append(engine, entries)


def entry(outcome: str, payload: str | None, kind: LeafType = LeafType.WITNESS) -> bytes:
    """Return an entry of the seam between two years."""
    return encode(replace(DECISION, type=kind, outcome=outcome, payload=payload))


def years(
    *, closed: bytes | None = None, opened: Callable[[str], bytes] = lambda note: entry(OPENED, opens_after(note))
) -> list[list[bytes]]:
    """Return the entries of three years; the seam between the first two is as is asked."""
    volumes: list[list[bytes]] = []
    note = ""
    for year in range(3):
        first = [] if year == 0 else [opened(note) if year == 1 else entry(OPENED, opens_after(note))]
        middle = [encode(replace(DECISION, id=f"{year:016x}{index:016x}")) for index in range(SIZE)]
        last = entry(CLOSED, closes_for(VKEYS[year + 1]))
        volumes.append([*first, *middle, last if year or closed is None else closed])
        note = filled(volumes[-1], year).stored_head.checkpoint
    return volumes


def filled(entries: Sequence[bytes], year: int) -> MemoryTable:
    """Return a volume with these entries."""
    table = MemoryTable()
    batch = Log(SIGNERS[year], SIGNERS[year].name).open_batch(table)
    for each in entries:
        batch.append(each)
    batch.close()
    return table
