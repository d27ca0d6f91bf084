"""The benches by name. Each is a function of `Task`; its module says what it measures and against which floor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.bench import commit
from gateway.bench.findings import Findings
from gateway.bench.policy import bench_policy
from gateway.bench.task import Task


@dataclass(frozen=True, slots=True)
class Suite:
    """A bench, and in a sentence or two how it measures."""

    run: Callable[[Task], Findings]
    method: str


SUITES: Mapping[str, Suite] = MappingProxyType(
    {
        "policy": Suite(bench_policy, "One decision about every field of the vocabulary."),
        "commit": Suite(commit.bench_commit, commit.METHOD),
    }
)
