"""The benches by name. Each is a function of `Task`; its module says what it measures and against which floor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.bench import audit, commit, e2e, policy, stages, startup
from gateway.bench.findings import Findings
from gateway.bench.task import Task


@dataclass(frozen=True, slots=True)
class Suite:
    """A bench, and in a sentence or two how it measures."""

    run: Callable[[Task], Findings]
    method: str


SUITES: Mapping[str, Suite] = MappingProxyType(
    {
        "policy": Suite(policy.bench_policy, policy.METHOD),
        "stages": Suite(stages.bench_stages, stages.METHOD),
        "commit": Suite(commit.bench_commit, commit.METHOD),
        "e2e": Suite(e2e.bench_e2e, e2e.METHOD),
        "audit": Suite(audit.bench_audit, audit.METHOD),
        "startup": Suite(startup.bench_startup, startup.METHOD),
    }
)
