"""Durable releases per second through the real store, alone and in groups, beside what the disk allows.

Floor: fdatasync after an append as large as what one release adds to SQLite's write-ahead log, on the same file system.
"""

import secrets
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.bench.disk import durable_appends
from gateway.bench.findings import Findings, row
from gateway.bench.releases import commit_release
from gateway.bench.rounds import CPU, WALL, Case, Reading, measure
from gateway.bench.task import Task
from gateway.crypto.notes import NoteSigner
from gateway.demo.postgres import create_database, find_postgres, postgres_server
from gateway.log.appender import Log
from gateway.log.recorder import Recorder
from gateway.store.engine import migrate, open_engine
from gateway.store.writer import SqlStore

ORIGIN = "bench.invalid/log"
CALLERS = (1, 4, 16, 64)
RELEASES = {1: 32, 4: 64, 16: 128, 64: 256}  # in one bout, so that every caller has several turns
RATE = "per_second"
DISK = "fdatasync"
NO_POSTGRESQL = "PostgreSQL: it is not on this machine"
_BOUTS = ", ".join(f"{callers} for {count}" for callers, count in RELEASES.items())
METHOD = f"""\
A release is what one permitted request writes: two leaves with their encrypted details and tree nodes, a new case
key, the request, its part, the outbox row and the signed checkpoint, all durable (SQLite: synchronous=FULL) before its
caller goes on. Callers and the releases of a bout: {_BOUTS}. The floor of single commits is fdatasync after
an append of as many bytes as one release adds to the write-ahead log, on the same file system; the floor of groups is
the single commit. `group_commit` is SQLite with {CALLERS[-1]} callers. CPU is the gateway's process alone: PostgreSQL's
own is not in it."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A store with its own log and keys, and a recorder that writes into it."""

    store: SqlStore
    recorder: Recorder
    vkey: str


@contextmanager
def ledger(url: str) -> Iterator[Ledger]:
    """Open an empty log in the database at `url`, with keys that are forgotten afterwards."""
    engine = open_engine(url)
    migrate(engine)
    signer = NoteSigner.generate(ORIGIN)
    store = SqlStore(engine, Log(signer, ORIGIN).open_batch)
    try:
        yield Ledger(store, Recorder(secrets.token_bytes(32)), signer.vkey)
    finally:
        store.close()


def commit_many(opened: Ledger, *, callers: int, releases: int) -> Reading:
    """Let `callers` threads commit `releases` in all, each waiting for its own; return what it took."""
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(lambda _: None, range(callers)))  # threads start before the clock does
        began, spent = time.perf_counter(), time.process_time()
        for done in [pool.submit(commit_release, opened.store, opened.recorder) for _ in range(releases)]:
            done.result()
        wall, cpu = time.perf_counter() - began, time.process_time() - spent
    return {WALL: wall / releases * 1e6, CPU: cpu / releases * 1e6, RATE: releases / wall}


def bench_commit(task: Task) -> Findings:
    """Measure single commits and group commits on SQLite, and on PostgreSQL where there is one."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-bench-")))
        databases = {"sqlite": f"sqlite:///{folder / 'ledger.sqlite'}"}
        if find_postgres() is not None:
            databases["postgresql"] = create_database(stack.enter_context(postgres_server()), "ledger")
        ledgers = {name: stack.enter_context(ledger(url)) for name, url in databases.items()}
        size = _size_in_wal(ledgers["sqlite"], folder / "ledger.sqlite-wal")
        cases = [durable_appends(DISK, folder, size)]
        for name, opened in ledgers.items():
            cases += [_case(name, opened, callers) for callers in CALLERS]
        measured = measure(cases, rounds=task.rounds, tell=task.tell)
    rows = [row(measured, DISK, RATE, unit=f"appends/s of {size} bytes")]
    for name in ledgers:
        single = case_name(name, 1)
        rows.append(row(measured, single, RATE, unit="releases/s", floor=DISK))
        rows += [row(measured, case_name(name, n), RATE, unit="releases/s", floor=single) for n in CALLERS[1:]]
        rows += [row(measured, case_name(name, n), CPU, name=f"{case_name(name, n)}_cpu") for n in CALLERS]
    best = case_name("sqlite", CALLERS[-1])
    rows.append(row(measured, best, RATE, name="group_commit", unit="releases/s", floor=case_name("sqlite", 1)))
    return Findings(tuple(rows), () if "postgresql" in ledgers else (NO_POSTGRESQL,))


def case_name(database: str, callers: int) -> str:
    """Return the name of a row."""
    return f"{database}_single" if callers == 1 else f"{database}_group_{callers}"


def _case(name: str, opened: Ledger, callers: int) -> Case:
    releases = RELEASES[callers]
    return Case(case_name(name, callers), lambda: commit_many(opened, callers=callers, releases=releases))


def _size_in_wal(opened: Ledger, wal: Path) -> int:
    """Return how many bytes one release adds to the write-ahead log, which a fresh one only ever appends to."""
    commit_release(opened.store, opened.recorder)
    before = wal.stat().st_size
    commit_release(opened.store, opened.recorder)
    return wal.stat().st_size - before
