"""The whole way over HTTP: requests per second and CPU per request, beside two peers and beside what is possible.

The limit (research/speed.md section 4): no gateway that signs, seals and logs can be faster than its cryptography on
all cores, nor than one flush of the disk for each group that it commits. Both are measured in the same rounds.
"""

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from gateway.bench.arms import Arm, case_name, ours, peer
from gateway.bench.disk import durable_appends
from gateway.bench.findings import Findings, Row, row
from gateway.bench.mix import RELEASING
from gateway.bench.primitives import hash_leaf_raw, seal_raw, sign_raw
from gateway.bench.rounds import CPU, WALL, Measured, measure, repeated
from gateway.bench.task import Task
from gateway.config.clock import utc_now
from gateway.demo.postgres import create_database, find_postgres, postgres_server

CLIENTS = (1, 16)
SECONDS = 2.0  # of one bout
WARM_UP = 60  # requests before anything is measured: they fill the server's caches and open its connections
CLAIMS = b"0" * 1400  # what is signed for a message: 1 KiB of claims as base64, and the header
LEAF = b"0" * 600
LEAVES = 1 + RELEASING  # of one request: the decision, and the release if there is one
RECORD = 32768  # bytes that one request adds to the log and the outbox in the best of cases, whole pages
SIGN, SEAL, HASH, DISK = "sign", "sign_and_seal", "hash_leaf", "fdatasync"
OURS, OURS_POSTGRESQL, NAIVE, RAW = "ours", "ours_postgresql", "naive", "raw"
METHOD = f"""\
Each server is a process of its own with the same WSGI server and threads; the load generator is another. The same
requests go to all: an invented mix of which {RELEASING:.0%} release something at once. Clients keep their connection
and wait for each answer. CPU is that of the server's process and its children (PostgreSQL's own is not in it). `ours`
is `gateway serve --demo` as it ships, signed in as a supervisor, with session, CSRF and limits. The peers are what a
competent developer would build in a day (gateway/bench/peers): Flask, marshmallow, a policy in a dictionary, a hash
chain, PyNaCl's SealedBox and one commit for each request behind a fair lock, `naive` on SQLAlchemy's ORM and `raw` on
sqlite3. All are as durable (SQLite: WAL, synchronous=FULL). The limit is the smaller of two: all cores doing nothing
but the cryptography of such requests (signing and sealing what is released, hashing leaves, a share of the
checkpoint's signature), and one fdatasync for each group of the size that was reached. Server, load generator and
whatever else runs share the same cores; the limit has them to itself."""


def bench_e2e(task: Task) -> Findings:
    """Measure ours on SQLite, and on PostgreSQL where there is one, against both peers and the limit."""
    day = utc_now().date().isoformat()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-bench-")))
        arms = [
            stack.enter_context(ours(OURS, folder / OURS, day=day)),
            *(stack.enter_context(peer(name, folder / name, day=day)) for name in (NAIVE, RAW)),
        ]
        if find_postgres() is not None:
            database = create_database(stack.enter_context(postgres_server()), "gateway")
            arms.append(stack.enter_context(ours(OURS_POSTGRESQL, folder / "served", day=day, database=database)))
        rows = compare(arms, folder, task, seconds=SECONDS, warm_up=WARM_UP)
    return Findings(rows, () if len(arms) > 3 else ("PostgreSQL: it is not on this machine",))


def compare(arms: Sequence[Arm], folder: Path, task: Task, *, seconds: float, warm_up: int) -> tuple[Row, ...]:
    """Load every arm in turn, in interleaved rounds with the floors."""
    for arm in arms:
        arm.load(clients=CLIENTS[-1], seconds=60, count=warm_up)
    cases = [arm.case(clients=clients, seconds=seconds) for arm in arms for clients in CLIENTS]
    floors = [
        repeated(SIGN, sign_raw(CLAIMS)),
        repeated(SEAL, seal_raw(CLAIMS)),
        repeated(HASH, hash_leaf_raw(LEAF)),
        durable_appends(DISK, folder, RECORD),
    ]
    measured = measure([*cases, *floors], rounds=task.rounds, tell=task.tell)
    rows: list[Row] = []
    for arm in arms:
        rows += _rows(measured, arm.name, floor=None if arm.name == OURS else OURS)
    rows += limits(measured)
    rows.append(
        row(measured, case_name(OURS, CLIENTS[-1]), CPU, name="cpu_per_request", floor=case_name(NAIVE, CLIENTS[-1])),
    )
    rows.append(_spread("cpu_ratio_to_naive", _ratios(measured, CPU, OURS, NAIVE), "naive's CPU"))
    rows.append(_spread("cpu_ratio_to_raw", _ratios(measured, CPU, OURS, RAW), "raw's CPU"))
    return tuple(rows)


def _rows(measured: Measured, arm: str, *, floor: str | None) -> list[Row]:
    rows = []
    for clients in CLIENTS:
        case = case_name(arm, clients)
        base = case_name(floor, clients) if floor else None
        rows.append(row(measured, case, "per_second", unit="requests/s", floor=base))
        rows += [row(measured, case, rank, name=f"{case}_{rank}", unit="ms") for rank in ("p50", "p99")]
        rows.append(row(measured, case, CPU, name=f"{case}_cpu"))
        if arm in {OURS, OURS_POSTGRESQL}:
            rows.append(row(measured, case, "group", name=f"{case}_group", unit="requests in one commit"))
    return rows


def limits(measured: Measured) -> list[Row]:
    """Return both bounds and the part of the smaller one that ours reached, round by round."""
    busy = case_name(OURS, CLIENTS[-1])
    groups = measured.values(busy, "group")
    crypto = [
        (os.cpu_count() or 1) * 1e6 / (RELEASING * seal + LEAVES * leaf + sign / group)
        for seal, leaf, sign, group in zip(
            measured.values(SEAL, CPU), measured.values(HASH, CPU), measured.values(SIGN, CPU), groups, strict=True
        )
    ]
    disk = [group * 1e6 / flush for group, flush in zip(groups, measured.values(DISK, WALL), strict=True)]
    reached = [
        rate / min(bounds) for rate, *bounds in zip(measured.values(busy, "per_second"), crypto, disk, strict=True)
    ]
    return [
        row(measured, SEAL, CPU, name=SEAL),
        row(measured, DISK, "per_second", name=DISK, unit=f"appends/s of {RECORD} bytes"),
        _spread("limit_of_cryptography", crypto, "requests/s"),
        _spread("limit_of_disk", disk, "requests/s"),
        _spread("fraction_of_limit", reached, "of the smaller limit"),
    ]


def _ratios(measured: Measured, quantity: str, one: str, other: str) -> list[float]:
    """Return one arm's figure over another's under 16 clients, round by round."""
    figures = (measured.values(case_name(arm, CLIENTS[-1]), quantity) for arm in (one, other))
    return [above / below for above, below in zip(*figures, strict=True)]


def _spread(name: str, values: Sequence[float], unit: str) -> Row:
    return Row(name, median(values), min(values), max(values), unit)
