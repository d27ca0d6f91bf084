"""Logs of several volumes, with invented entries: what the tests of the years begin, and add to."""

from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Engine

from gateway.crypto.notes import NoteSigner
from gateway.log.appender import Log
from gateway.store.writer import SqlStore, SqlUnit

SIGNERS = [NoteSigner.generate(f"gateway.example/log/{year}") for year in (2026, 2027, 2028, 2029)]
VKEYS = [signer.vkey for signer in SIGNERS]


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
