"""A log of decisions for the bench of the policy: taken again under their own policy, and tried under another."""

import datetime as dt
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gateway.audit.parts import helpers_for
from gateway.audit.reader import Replay
from gateway.audit.replay import replay_all
from gateway.bench.commit import Ledger, ledger
from gateway.bench.rounds import CPU, WALL, Case, Reading
from gateway.config.policy_files import read_policy_files
from gateway.crypto.lookup import LookupKey
from gateway.decide.engine import Policy
from gateway.errors import LogTamperedError
from gateway.log.decided import facts_of
from gateway.log.recorder import Entry, Recorder
from gateway.model.decision import Query, overall
from gateway.model.leaf import LeafType
from gateway.model.terms import Json, Provenance
from gateway.policy.shelf import Shelf
from gateway.policy.simulate import simulate
from gateway.store.engine import open_engine
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore

GROUP = 256  # entries under one checkpoint
ENTRIES_OF_A_CASE = 2
REPLAY, SIMULATE, ASKED = "replay", "simulate", "asked"
AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class History:
    """A log of decisions that nobody has open."""

    url: str
    recorder: Recorder

    @contextmanager
    def view(self) -> Iterator[Unit]:
        """Open it for reading."""
        with closing(SqlStore(open_engine(self.url, read_only=True), None)) as store, store.read() as unit:
            yield unit


def decided_log(folder: Path, policies: Path, policy: Policy, queries: Sequence[Query], size: int) -> History:
    """Make a log of so many decisions, each with its encrypted detail, in the database of this folder."""
    url = f"sqlite:///{folder / 'history.sqlite'}"
    with ledger(url) as made:
        shelf = Shelf(made.recorder, "own-affairs", "bench", AT)
        files = read_policy_files(policies)
        made.store.write(lambda unit: shelf.place_unsigned(unit, files))
        for first in range(0, size, GROUP):
            made.store.write(partial(_decide, made, policy, queries, first, min(first + GROUP, size)))
    return History(url, made.recorder)


def history_cases(made: History, policy: Policy) -> list[Case]:
    """Return the cases that read the whole log, with a process on each core for the replay.

    Both give how many decisions they asked again in a second.
    """
    lookup = LookupKey(secrets.token_bytes(32))

    def replayed() -> int:
        cores = len(os.sched_getaffinity(0))
        with helpers_for(cores, made.view, made.recorder) as helpers, made.view() as unit:
            done: Replay = replay_all(unit, made.recorder, progress=_silent, helpers=helpers)
        if not done.ok:
            raise LogTamperedError("the bench's own log does not come out as it was made", hint="this is a fault")
        return done.decisions

    def simulated() -> int:
        with made.view() as unit:
            return simulate(unit, made.recorder, lookup, policy, on=AT.date(), progress=_silent).open

    def bout(ask: str) -> Reading:
        began, spent = clock()
        asked = replayed() if ask == REPLAY else simulated()
        wall, cpu = (now - then for now, then in zip(clock(), (began, spent), strict=True))
        return {WALL: wall / asked * 1e6, CPU: cpu / asked * 1e6, ASKED: asked / wall}

    return [Case(name, partial(bout, name)) for name in (REPLAY, SIMULATE)]


def clock() -> tuple[float, float]:
    """Return seconds on the wall and of this process's CPU."""
    return time.perf_counter(), time.process_time()


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def _decide(made: Ledger, policy: Policy, queries: Sequence[Query], first: int, last: int, unit: Unit) -> None:
    for number in range(first, last):
        query = queries[number % len(queries)]
        decision = policy.decide(query)
        case_id, key = made.recorder.case(unit, tag=f"case-{number // ENTRIES_OF_A_CASE}")
        fields: list[Json] = [*query.fields]
        subject: dict[str, Json] = {"ref": "s1", "role": query.role, "fields": {Provenance.OWN.value: fields}}
        detail: dict[str, Json] = {
            "kind": "decision",
            "recipient_kind": query.recipient,
            "ground": query.ground,
            "date": query.date.isoformat(),
            "subjects": [subject],
            "facts": facts_of({"s1": {Provenance.OWN: query}}),
            "decisions": {"s1": {Provenance.OWN.value: decision.to_json()}},
        }
        entry = Entry(LeafType.DECISION, overall([decision.outcome]).value, decision.bundle, detail)
        made.recorder.record(unit, entry, case_id=case_id, case_key=key, at=AT)
