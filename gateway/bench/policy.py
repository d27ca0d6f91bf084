"""What one decision costs: a query with every field of the vocabulary, over a sample of the shipped policy."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from gateway.bench.findings import Findings, row
from gateway.bench.rounds import each, measure
from gateway.bench.task import Task
from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.decide.table import conditions
from gateway.model.bundle import Bundle
from gateway.model.decision import Query
from gateway.model.terms import Truth

POLICIES = Path(__file__).resolve().parents[2] / "policies"
DAY = dt.date(2026, 11, 24)


def bench_policy(task: Task) -> Findings:
    """Measure `decide` over the sample."""
    policy = Policy(load_bundle(read_policy_files(POLICIES)))
    queries = list(sample(policy.bundle))
    measured = measure(
        [each("decide", [partial(policy.decide, query) for query in queries])], rounds=task.rounds, tell=task.tell
    )
    return Findings(
        (
            row(measured, "decide", "p50", name="decide_p50"),
            row(measured, "decide", "p99", name="decide_p99"),
            row(measured, "decide", name="decide_mean"),
        )
    )


def sample(bundle: Bundle) -> Iterator[Query]:
    """Yield queries."""
    fields = tuple(bundle.vocabulary.fields)
    for one in bundle.rows:
        facts = dict(conditions(one, bundle.require))
        for recipient in sorted(one.recipients):
            for ground in sorted(one.grounds):
                for role in sorted(one.roles):
                    yield Query(recipient, ground, role, facts, fields, DAY)
                    yield Query(recipient, ground, role, facts | {"avim_hold": Truth.NO}, fields, DAY)
