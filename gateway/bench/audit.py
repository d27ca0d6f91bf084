"""The log as an officer uses it: appending, proving one entry and verifying all, at two sizes, and the memory it takes.

The logs are made by the real store on SQLite, of decisions and releases in turn, with random commitments.
"""

import secrets
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from gateway.bench.commit import RATE, Ledger, ledger
from gateway.bench.findings import Findings, row
from gateway.bench.hashing import hashing_bound
from gateway.bench.rounds import CPU, WALL, Case, Reading, clocked, each, measure
from gateway.bench.task import Task
from gateway.bench.verification import CLOCK, PEAK, verify_apart
from gateway.log.audit import prove
from gateway.log.leaf import encode
from gateway.model.leaf import Leaf, LeafType
from gateway.store.ports import Unit

SMALL = 10_000  # entries of the smaller log, or a tenth of the larger one if that is less
GROUP = 256  # entries under one checkpoint, as in a full group commit
SINGLY = 2_000  # entries of the log where each request was committed alone: two entries, one checkpoint
COMMITS = 4  # in a bout of appending
PROOFS = 200  # in a bout
APPEND, BOUND = "append", "openssl"
METHOD = f"""\
Logs of decisions and releases made through the real store on SQLite, {GROUP} entries to a checkpoint; `verify_singly`
has {SINGLY:,} entries, two to a checkpoint, as a gateway that is never busy writes them. `append` is durable, with
{GROUP} entries to a commit. Proofs are of entries drawn anew in each round, in one reading view. Verification runs in
a process of its own, which also says the most memory it ever held. Its entries are counted per second of CPU time, as
`openssl speed` counts; `verify_wall` is by the clock. Bound: `openssl speed` of one leaf and one node for each entry,
on one core, in the same rounds."""


def bench_audit(task: Task) -> Findings:
    """Measure appending, proofs and full verification with logs of a tenth (at most 10,000) and of all entries."""
    sizes = {short(size): size for size in (min(SMALL, task.entries // 10), task.entries)}
    small, large = sizes
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-bench-")))
        urls = {name: f"sqlite:///{folder / name}.sqlite" for name in (*sizes, "singly", APPEND)}
        logs = {name: stack.enter_context(ledger(url)) for name, url in urls.items()}
        for name, size in sizes.items():
            _fill(logs[name], size, GROUP, task)
        _fill(logs["singly"], SINGLY, 2, task)
        cases = [Case(APPEND, partial(_append, logs[APPEND]))]
        cases += [Case(f"proof_{name}", partial(_proofs, logs[name], size)) for name, size in sizes.items()]
        cases += [
            Case(f"verify_{name}", partial(verify_apart, urls[name], logs[name].vkey)) for name in (*sizes, "singly")
        ]
        bound = hashing_bound(BOUND, len(_entry(0)))
        measured = measure([*cases, *([bound] if bound else [])], rounds=task.rounds, tell=task.tell)
    floor = BOUND if bound else None
    verified = partial(row, measured, quantity=RATE, unit="entries/CPU s", floor=floor)
    peak = partial(row, measured, quantity=PEAK, unit="MB")
    rows = (
        row(measured, APPEND, RATE, unit="entries/s"),
        *(row(measured, f"proof_{name}", "p50", name=f"proof_{name}") for name in sizes),
        row(measured, f"proof_{large}", "p50", name="proof_growth", floor=f"proof_{small}"),
        *(verified(f"verify_{name}") for name in (small, "singly")),
        verified(f"verify_{large}", name="verify"),
        row(measured, f"verify_{large}", CLOCK, name="verify_wall", unit="entries/s"),
        peak(f"verify_{small}", name=f"memory_{small}"),
        peak(f"verify_{large}", name=f"memory_{large}", floor=f"verify_{small}"),
    )
    missing = "the bound of verification: there is no openssl program on the path"
    return Findings(rows, () if bound else (missing,))


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


def _append(log: Ledger) -> Reading:
    entries = [_entry(index) for index in range(GROUP)]
    wall, cpu = clocked(partial(_commit, log, entries), COMMITS)
    appended = COMMITS * GROUP
    return {WALL: wall / appended * 1e6, CPU: cpu / appended * 1e6, RATE: appended / wall}


def _proofs(log: Ledger, size: int) -> Reading:
    with log.store.read() as unit:
        drawn = [secrets.randbelow(size) for _ in range(PROOFS)]
        return each("proofs", [partial(prove, unit.log, index) for index in drawn]).bout()
