"""The goals of the benches: the one place where they stand. Each is judged by the rows that a run gave.

A goal that is not met stays here with what keeps it from being met: a figure that falls short is told, not hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.bench.findings import Findings, Row


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on one row: on its ratio to the floor, or (`of_ratio` false) on its median in the row's unit."""

    bench: str
    row: str
    words: str
    limit: float
    at_most: bool
    of_ratio: bool = True
    because: str = "not looked into yet"  # what keeps it from being met, told only when it is not

    def figure(self, row: Row) -> float | None:
        """Return the figure that the goal bounds; None when the row has no floor to compare with."""
        return row.ratio if self.of_ratio else row.median

    def met(self, figure: float) -> bool:
        """Say whether a figure meets the goal."""
        return figure <= self.limit if self.at_most else figure >= self.limit


_ONE_CORE = (
    "one interpreter works on one core, and a request is much more than its cryptography: a session, a form, a "
    "decision and two log entries with all their rows"
)
_HASHING = (
    "hashlib takes two to three times as long for so few bytes as the hash itself, so leaves and nodes alone come to "
    "about 0.4; reading two rows, matching the form and verifying a share of a signature cost as much again"
)
_SHARED = (
    "below 260,000 entries the log is not shared at all: it is verified in a second or two by one process; "
    "above it the cores must have nothing else to do"
)

GOALS = (
    Goal("policy", "decide_p50", "decision, p50: at most 1/50 of cedarpy's", 1 / 50, at_most=True),
    Goal(
        "policy",
        "decide_p50",
        "decision, p50: at most 1/100 of cedarpy's",
        1 / 100,
        at_most=True,
        because="most of a decision is its reasons, its ways forward and an explanation in two languages, made anew "
        "each time; cedarpy answers without, and how long it takes differs by half between runs on this machine",
    ),
    Goal(
        "policy",
        "decide_among_100_p50",
        "the rules of 99 other municipalities: a decision within 1.1 of without",
        1.1,
        at_most=True,
        because="of other municipalities no rule is compiled, so the machine's pace changed between the two",
    ),
    Goal("policy", "prove", "proof of the whole domain, all epochs: under 2 s", 2, at_most=True, of_ratio=False),
    Goal(
        "policy",
        "replay",
        "replay: at least 12,500 decisions per second (50,000 in 4 s)",
        12_500,
        at_most=False,
        of_ratio=False,
        because="a replay decrypts each detail, checks its commitment, parses it and compares every word; the cores "
        "that share this must have nothing else to do, and reading the policy takes half a second besides",
    ),
    *(
        Goal(
            "stages",
            f"seal_{profile}",
            f"seal, {profile}: at most 2 times its primitives",
            2,
            at_most=True,
            because="claims, padding, headers and base64 are made in Python around the primitives",
        )
        for profile in ("hpke9", "jose", "nlgov")
    ),
    Goal(
        "commit",
        "group_commit",
        "durable group commit: at least 8 times single commits",
        8,
        at_most=False,
        because="a group shares the flush but not the work: a release costs the interpreter (column CPU) about as long "
        "as this disk needs for a flush",
    ),
    Goal(
        "e2e",
        "fraction_of_limit",
        "end to end, 16 clients: at least 0.08 of the limit",
        0.08,
        at_most=False,
        of_ratio=False,
        because=_ONE_CORE,
    ),
    Goal(
        "e2e",
        "fraction_of_limit",
        "end to end, 16 clients: 0.20 of the limit",
        0.20,
        at_most=False,
        of_ratio=False,
        because=_ONE_CORE,
    ),
    Goal(
        "e2e",
        "cpu_per_request",
        "CPU per request: at most 1/3 of the naive peer's",
        1 / 3,
        at_most=True,
        because="three quarters of a request's CPU is the interpreter, spread over some five thousand calls; SQLite, "
        "the kernel and cryptography have most of the rest. The peer's ORM costs about what "
        "all of ours costs that the peer does without: limits, session and CSRF, a policy with reasons, encrypted "
        "details, proofs and signed checkpoints. Even `raw`, which has neither ORM nor these, is hardly below a third",
    ),
    Goal("audit", "proof_growth", "inclusion proof: largest log at most 2 times 10,000 entries", 2, at_most=True),
    Goal("audit", "proof_cold", "first proof: at most 1/50 of pymerkle's", 1 / 50, at_most=True),
    Goal(
        "audit",
        "verify",
        "full verification: at least 0.25 of the OpenSSL bound",
        0.25,
        at_most=False,
        because=_HASHING,
    ),
    Goal("audit", "verify", "full verification: 0.35 of the OpenSSL bound", 0.35, at_most=False, because=_HASHING),
    Goal(
        "audit",
        "verify_two_cores",
        "verification on two cores: at least 1.4 times one",
        1.4,
        at_most=False,
        because=_SHARED,
    ),
    Goal("audit", "verify_two_cores", "verification on two cores: 1.7 times one", 1.7, at_most=False, because=_SHARED),
    Goal("audit", "memory", "memory of a verification: under 100 MB", 100, at_most=True, of_ratio=False),
    Goal(
        "startup",
        "start",
        "start: under 1.5 s",
        1.5,
        at_most=True,
        of_ratio=False,
        because="Python imports some hundreds of modules (`import_*`) before argon2id, slow on purpose, can begin; the "
        "policy is read and proved meanwhile. Whatever else the machine does (see its load) stretches all of it",
    ),
    Goal(
        "startup",
        "memory",
        "memory at the first answer: under 120 MB",
        120,
        at_most=True,
        of_ratio=False,
        because="the code itself is most of it: half is ours, the team's desk above all, then sqlalchemy, structlog "
        "with what it imports, and cryptography; and the process that serves copies what it touches of the one that "
        "watches it",
    ),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal beside what was measured: `met` is None when this run did not measure it."""

    goal: Goal
    figure: float | None
    met: bool | None

    @property
    def words(self) -> str:
        """Return "met", "falls short, because …" or "not measured"."""
        if self.met is None:
            return "not measured"
        return "met" if self.met else f"falls short, because {self.goal.because}"


def judge(found: Mapping[str, Findings]) -> tuple[Verdict, ...]:
    """Return a verdict for every goal, in order, from the findings of each bench that ran."""
    return tuple(_verdict(goal, found.get(goal.bench)) for goal in GOALS)


def _verdict(goal: Goal, findings: Findings | None) -> Verdict:
    row = next((row for row in findings.rows if row.name == goal.row), None) if findings else None
    figure = goal.figure(row) if row else None
    return Verdict(goal, figure, None if figure is None else goal.met(figure))
