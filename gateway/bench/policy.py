"""What one decision costs: a query for every field of the vocabulary, over a sample of the shipped policy.

The peer is Cedar through cedarpy, at its best: policies, schema and entities parsed once, all fields in one batch, the
context as text that is made once per query. It answers what leaves now, without the approvals, reasons and explanation
that ours gives besides. The sample holds what each row releases and its near misses (`gateway.policy.sample`).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from gateway.bench.findings import Findings, row
from gateway.bench.rounds import CPU, each, measure
from gateway.bench.task import Task
from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.model.bundle import Bundle
from gateway.model.decision import Query
from gateway.policy.cedar import RELEASE, ask, export
from gateway.policy.sample import sample

POLICIES = Path(__file__).resolve().parents[2] / "policies"
DAY = dt.date(2026, 11, 24)
EVERY = 23  # of the sample: some eighty queries, met again in each round
PASSES = 10  # over them by the table in one bout, for a p99 that is not just the slowest query
OURS, CEDAR = "decide", "cedar"
METHOD = (
    "One decision about all fields of the vocabulary, for every 23rd query of the sample that also compares the table "
    "with Cedar: what each row releases, and its near misses. Peer: cedarpy with policies, schema and entities parsed "
    "once and all fields in one batch; it gives neither reasons nor approvals, ours does."
)


def bench_policy(task: Task) -> Findings:
    """Measure `decide` beside Cedar, when cedarpy is installed."""
    bundle = load_bundle(read_policy_files(POLICIES))
    policy = Policy(bundle)
    queries = [query for _, query in sample(bundle, DAY)][::EVERY]
    cases = [each(OURS, [partial(policy.decide, query) for query in queries * PASSES])]
    peer = CEDAR if find_spec("cedarpy") is not None else None
    if peer:
        decide = _cedar(bundle)
        cases.append(each(CEDAR, [partial(decide, query) for query in queries]))
    measured = measure(cases, rounds=task.rounds, tell=task.tell)
    rows = [
        row(measured, OURS, "p50", name="decide_p50", floor=peer),
        row(measured, OURS, "p99", name="decide_p99"),
        # A busy machine interrupts the longer work more often; CPU time does not count that against it.
        row(measured, OURS, CPU, name="decide_cpu", unit="us CPU", floor=peer),
    ]
    if peer is None:
        return Findings(tuple(rows), ("cedar: cedarpy is not installed here; `make bench` installs it",))
    return Findings((*rows, row(measured, CEDAR, "p50", name="cedar_p50")))


def _cedar(bundle: Bundle) -> Callable[[Query], Sequence[object]]:
    """Return Cedar's decision of one query: what may leave now, field by field."""
    # A peer, not a part: cedarpy is of the developers' group only.
    from cedarpy import Entities, PolicySet, Schema, is_authorized_batch  # noqa: PLC0415

    texts = export(replace(bundle, editions=(bundle.on(DAY),)))  # at its best: only what holds on the day asked
    policies, schema = PolicySet.from_str(texts.policies), Schema.from_str(texts.schema)
    entities = Entities.from_json_str("[]", schema)
    return lambda query: is_authorized_batch(ask(query, RELEASE), policies, entities, schema)
