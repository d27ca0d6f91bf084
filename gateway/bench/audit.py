"""The log as an officer uses it: appending, proving an entry, verifying all, and the memory it takes, at several sizes.

The logs are made by the real store on SQLite, of decisions and releases in turn, with random commitments.
"""

import secrets
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from gateway.bench.commit import RATE, Ledger, commit_many, ledger
from gateway.bench.findings import Findings, row
from gateway.bench.hashing import hashing_bound
from gateway.bench.peers.tree import LEFT_OUT, cold_proofs, find_peer
from gateway.bench.peers.tree import NAME as PYMERKLE
from gateway.bench.rounds import CPU, WALL, Case, Reading, clocked, each, measure
from gateway.bench.task import Task
from gateway.bench.verification import CLOCK, PEAK, verify_apart
from gateway.log.audit import prove
from gateway.log.leaf import encode
from gateway.model.leaf import Leaf, LeafType
from gateway.store.log_view import open_log
from gateway.store.ports import Unit

SIZES = (10_000, 100_000)  # and as many as are asked for
GROUP = 256  # entries under one checkpoint, as in a full group commit
SINGLY = 2_000  # entries of the log where each request was committed alone: two entries, one checkpoint
COMMITS = 4  # in a bout of appending
PROOFS = 200  # in a bout
CALLERS, RELEASES = 64, 256  # of a bout of durable releases
CORES = 2
APPEND, BOUND, COLD, COMMITTED, SHARED = "append", "openssl", "proof_cold", "group_commit", "verify_two_cores"
METHOD = f"""\
Logs of decisions and releases made through the real store on SQLite, {GROUP} entries to a checkpoint; `verify_singly`
has {SINGLY:,} entries, two to a checkpoint, as a gateway that is never busy writes them. `append` is durable, with
{GROUP} entries to a commit; `{COMMITTED}` are whole releases, with {CALLERS} callers. Proofs are of entries drawn
anew in each round, in one reading view; `{COLD}` is the first one of a database that was just opened, beside
pymerkle's first one of as many entries (where it is installed: it is no dependency). Verification runs in a process of
its own, which also says the most memory that it, or one that it started, ever held. Its entries are counted per second
of CPU time, as `openssl speed` counts; `verify_wall` is by the clock, and `{SHARED}` too, with {CORES}
processes where the log is long enough to be worth them. Bound: `openssl speed` of one leaf and one node for each entry,
on one core, in the same rounds. `--entries 1000000` adds a log of a million."""


def bench_audit(task: Task) -> Findings:
    """Measure appending, proofs and full verification with logs of 10,000, 100,000 and as many entries as are asked."""
    counts = sorted({*(size for size in SIZES if size < task.entries), task.entries})
    sizes = {short(size): size for size in counts}
    small, large = short(counts[0]), short(counts[-1])
    smaller = [name for name in sizes if name != large]
    peer = find_peer()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-bench-")))
        urls = {name: f"sqlite:///{folder / name}.sqlite" for name in (*sizes, "singly", APPEND, COMMITTED)}
        logs = {name: stack.enter_context(ledger(url)) for name, url in urls.items()}
        for name, size in sizes.items():
            _fill(logs[name], size, GROUP, task)
        _fill(logs["singly"], SINGLY, 2, task)
        cases = [Case(APPEND, partial(_append, logs[APPEND]))]
        cases += [Case(COMMITTED, partial(commit_many, logs[COMMITTED], callers=CALLERS, releases=RELEASES))]
        cases += [Case(f"proof_{name}", partial(_proofs, logs[name], size)) for name, size in sizes.items()]
        cases += [Case(COLD, partial(_cold_proof, urls[large], sizes[large]))]
        cases += [
            Case(f"verify_{name}", partial(verify_apart, urls[name], logs[name].vkey)) for name in (*sizes, "singly")
        ]
        cases += [Case(SHARED, partial(verify_apart, urls[large], logs[large].vkey, CORES))]
        if peer is not None:
            task.tell(f"pymerkle's tree of {sizes[large]:,} entries is made", 0, 1)
            entries = [_entry(index) for index in range(min(sizes[large], SIZES[0]))]
            cases += [cold_proofs(peer, folder / "pymerkle.sqlite", sizes[large], entries)]
        bound = hashing_bound(BOUND, (len(_entry(0)) + len(_entry(sizes[large] - 1))) // 2)
        measured = measure([*cases, *([bound] if bound else [])], rounds=task.rounds, tell=task.tell)
    floor, cold = BOUND if bound else None, PYMERKLE if peer else None
    verified = partial(row, measured, quantity=RATE, unit="entries/CPU s", floor=floor)
    peak = partial(row, measured, quantity=PEAK, unit="MB")
    rows = (
        row(measured, APPEND, RATE, unit="entries/s"),
        row(measured, COMMITTED, RATE, unit="releases/s"),
        *(row(measured, f"proof_{name}", "p50", name=f"proof_{name}") for name in sizes),
        row(measured, f"proof_{large}", "p50", name="proof_growth", floor=f"proof_{small}"),
        row(measured, COLD, floor=cold),
        *([row(measured, PYMERKLE)] if peer else []),
        *(verified(f"verify_{name}") for name in (*smaller, "singly")),
        verified(f"verify_{large}", name="verify"),
        row(measured, f"verify_{large}", CLOCK, name="verify_wall", unit="entries/s"),
        row(measured, SHARED, CLOCK, unit="entries/s", floor=f"verify_{large}"),
        *(peak(f"verify_{name}", name=f"memory_{name}") for name in smaller),
        peak(f"verify_{large}", name="memory", floor=f"verify_{small}"),
        peak(SHARED, name="memory_two_cores", floor=f"verify_{large}"),
    )
    missing = () if bound else ("the bound of verification: there is no openssl program on the path",)
    return Findings(rows, (*missing, *(() if peer else (LEFT_OUT,))))


def short(size: int) -> str:
    """Return a number of entries as people say it: 10k, 1M."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


def _entry(index: int) -> bytes:
    release = index % 2 == 1
    return encode(
        Leaf(
            type=LeafType.RELEASE if release else LeafType.DECISION,
            id=secrets.token_hex(16),
            time="2026-11-24T12:00Z",
            outcome="permit",
            bundle="sha256:" + "5" * 64,
            detail=f"sha256:{secrets.token_hex(32)}",
            payload=f"sha256:{secrets.token_hex(32)}" if release else None,
            recipient=f"sha256:{secrets.token_hex(32)}" if release else None,
            prev=index - 1 if release else None,
        )
    )


def _fill(log: Ledger, size: int, group: int, task: Task) -> None:
    for start in range(0, size, group):
        task.tell(f"a log of {size:,} entries is made", start, size)
        _commit(log, [_entry(index) for index in range(start, min(start + group, size))])


def _commit(log: Ledger, entries: list[bytes]) -> None:
    def job(unit: Unit) -> None:
        for entry in entries:
            unit.append(entry)

    log.store.write(job)


def _cold_proof(url: str, size: int) -> Reading:
    with open_log(url) as log:
        wall, cpu = clocked(partial(prove, log, secrets.randbelow(size)), 1)
    return {WALL: wall * 1e6, CPU: cpu * 1e6}


def _append(log: Ledger) -> Reading:
    entries = [_entry(index) for index in range(GROUP)]
    wall, cpu = clocked(partial(_commit, log, entries), COMMITS)
    appended = COMMITS * GROUP
    return {WALL: wall / appended * 1e6, CPU: cpu / appended * 1e6, RATE: appended / wall}


def _proofs(log: Ledger, size: int) -> Reading:
    with log.store.read() as unit:
        drawn = [secrets.randbelow(size) for _ in range(PROOFS)]
        return each("proofs", [partial(prove, unit.log, index) for index in drawn]).bout()
