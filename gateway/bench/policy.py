"""What one decision costs, and the proof of all: over a sample of the shipped policy, and over its whole domain.

The peer is Cedar through cedarpy, at its best: policies, schema and entities parsed once, all fields in one batch, the
context as text that is made once per query. It answers what leaves now, without the approvals, reasons and explanation
that ours gives besides. The sample holds what each row releases and its near misses (`gateway.policy.sample`).

The proof (docs/proof.md) is of the past, the present and one draft of coming law. Without boxes each combination of
facts would have to be decided one by one; Cedar's answers per second say how long that would take.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from gateway.bench.findings import Findings, row
from gateway.bench.history import ASKED, REPLAY, SIMULATE, decided_log, history_cases
from gateway.bench.rounds import CPU, WALL, Case, Reading, clocked, each, measure
from gateway.bench.task import Task
from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.model.bundle import Bundle, Row
from gateway.model.decision import Query
from gateway.policy.cedar import RELEASE, ask, export
from gateway.policy.prove import count_cells, prove
from gateway.policy.sample import sample

POLICIES = Path(__file__).resolve().parents[2] / "policies"
DAY = dt.date(2026, 11, 24)
EVERY = 23  # of the sample: some eighty queries, met again in each round
PASSES = 10  # over them by the table in one bout, for a p99 that is not just the slowest query
OURS, CEDAR, PROOF, AMONG = "decide", "cedar", "prove", "decide_among_100"
DRAFT = "wrs"  # coming law, so that the proof is of past, now and coming
SECONDS, CELLS, ANSWERS = "seconds", "cells", "answers"  # answers: about one field under one combination of facts
METHOD = (
    "One decision about all fields of the vocabulary, for every 23rd query of the sample that also compares the table "
    "with Cedar: what each row releases, and its near misses. Peer: cedarpy with policies, schema and entities parsed "
    "once and all fields in one batch; it gives neither reasons nor approvals, ours does. `prove`: every invariant, "
    "over the whole domain in all epochs, with the draft `wrs`; its answers are the combinations of facts that rules "
    "tell apart, which it decides without going through them (docs/proof.md); Cedar's are those of its batches. "
    "`replay`, `simulate`: every decision of a log, each about eight fields at most, decrypted and compared word for "
    "word, or asked again under a policy; the replay by a process on each core, with their start and reading the "
    "policy in it. "
    "`decide_among_100`: the same decisions, by a policy read from a folder in which 99 other municipalities each have "
    "a rule for every row of the blueprint."
)
MUNICIPALITIES = 100
HISTORY = 50_000  # decisions in the log: those of the goal
FEW = 8  # fields of a logged request at most


def bench_policy(task: Task) -> Findings:
    """Measure `decide` beside Cedar, when cedarpy is installed."""
    bundle = load_bundle(read_policy_files(POLICIES))
    policy = Policy(bundle)
    chosen = list(sample(bundle, DAY))[::EVERY]
    queries = [query for _, query in chosen]
    asked = [replace(query, fields=_as_requests_ask(rule, query)) for rule, query in chosen]
    among = _among_others(bundle)
    cases = [
        each(name, [partial(one.decide, query) for query in queries * PASSES])
        for name, one in ((OURS, policy), (AMONG, among))
    ]
    cases.append(_proof())
    peer = CEDAR if find_spec("cedarpy") is not None else None
    if peer:
        decide = _cedar(bundle)
        cases.append(
            _answering(each(CEDAR, [partial(decide, query) for query in queries]), len(bundle.vocabulary.fields))
        )
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as folder:
        size = min(HISTORY, task.entries)
        cases += history_cases(decided_log(Path(folder), POLICIES, policy, asked, size), policy)
        measured = measure(cases, rounds=task.rounds, tell=task.tell)
    rows = [
        row(measured, OURS, "p50", name="decide_p50", floor=peer),
        row(measured, OURS, "p99", name="decide_p99"),
        # A busy machine interrupts the longer work more often; CPU time does not count that against it.
        row(measured, OURS, CPU, name="decide_cpu", unit="us CPU", floor=peer),
        row(measured, AMONG, "p50", name="decide_among_100_p50", floor=OURS),
        row(measured, REPLAY, ASKED, unit="replays/s", floor=peer),
        row(measured, SIMULATE, ASKED, unit="decisions/s", floor=peer),
        row(measured, PROOF, SECONDS, name="prove", unit="s"),
        row(measured, PROOF, CELLS, name="prove_cells", unit="cells/s"),
        row(measured, PROOF, ANSWERS, name="prove_answers", unit="answers/s", floor=peer),
    ]
    if peer is None:
        return Findings(tuple(rows), ("cedar: cedarpy is not installed here; `make bench` installs it",))
    return Findings((*rows, row(measured, CEDAR, "p50", name="cedar_p50")))


def _as_requests_ask(rule: Row | None, query: Query) -> tuple[str, ...]:
    """Return the few fields that a request has: those of the rule, or the first ones."""
    return tuple(sorted(rule.fields if rule else query.fields))[:FEW]


def _among_others(bundle: Bundle) -> Policy:
    """Return the policy as read from a folder with a hundred times the rules, nearly all of other municipalities."""
    narrow = "".join(
        f"  - {{id: {rule.id}, approval: {rule.approval.value}, note: {{nl: a, en: b}}}}\n"
        for rule in bundle.on(DAY).rows
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "policies"
        shutil.copytree(POLICIES, folder)
        for number in range(1, MUNICIPALITIES):
            other = folder / "municipal" / f"town-{number}"
            other.mkdir()
            (other / "2026-01-01.yaml").write_text(
                f'municipality: town-{number}\nvalid: {{from: "2026-01-01", until: null}}\n'
                f"note: {{nl: a, en: b}}\nnarrow:\n{narrow}"
            )
        # Theirs are rules as well as ours: the last one read stands for all.
        load_bundle(read_policy_files(folder, municipality=f"town-{MUNICIPALITIES - 1}"))
        return Policy(load_bundle(read_policy_files(folder)))


def _proof() -> Case:
    policy = Policy(load_bundle(read_policy_files(POLICIES, draft=DRAFT)))
    cells, combinations = count_cells(policy)

    def bout() -> Reading:
        wall, cpu = clocked(partial(prove, policy), 1)
        return {WALL: wall * 1e6, CPU: cpu * 1e6, SECONDS: wall, CELLS: cells / wall, ANSWERS: combinations / wall}

    return Case(PROOF, bout)


def _answering(case: Case, fields: int) -> Case:
    """Return the case with its answers per second: one for each field of a query."""

    def bout() -> Reading:
        reading = case.bout()
        return {**reading, ANSWERS: fields / reading[WALL] * 1e6, ASKED: 1e6 / reading[WALL]}

    return Case(case.name, bout)


def _cedar(bundle: Bundle) -> Callable[[Query], Sequence[object]]:
    """Return Cedar's decision of one query: what may leave now, field by field."""
    # A peer, not a part: cedarpy is of the developers' group only.
    from cedarpy import Entities, PolicySet, Schema, is_authorized_batch  # noqa: PLC0415

    texts = export(replace(bundle, editions=(bundle.on(DAY),)))  # at its best: only what holds on the day asked
    policies, schema = PolicySet.from_str(texts.policies), Schema.from_str(texts.schema)
    entities = Entities.from_json_str("[]", schema)
    return lambda query: is_authorized_batch(ask(query, RELEASE), policies, entities, schema)
