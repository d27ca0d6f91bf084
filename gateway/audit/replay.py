"""Takes every logged decision again from the policy that it names and its own detail, and compares bit for bit.

`decide` is pure, so the same policy and the same query give the same answer, word for word. Equal queries under one
policy are therefore decided once and compared as often as they occur; the report says how many were different.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.config.packed_policy import unpack
from gateway.crypto.commitments import digest as digest_of
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import GatewayError, LogTamperedError, NotFoundError
from gateway.log.decided import ORAL, Asked, Decided, Question, read_decided
from gateway.log.erased import Erased, read_erased
from gateway.log.recorder import Recorder
from gateway.model.decision import Approval, Decision, Outcome, overall
from gateway.model.leaf import LeafType
from gateway.model.terms import Json, members, words
from gateway.store.policy_ports import Bundles
from gateway.store.ports import Unit

Progress = Callable[[int, int], None]
"""Is told how many entries are done, of how many."""
STEP = 4096  # entries between two words of progress
HINT = "keep the database as it is and call the privacy officer"


@dataclass(slots=True)
class Replay:
    """What came of it. `erased` and `problems` are by index: the commitment that nobody can open, and what is wrong."""

    entries: int
    decisions: int = 0  # entries of decisions, and of releases, that came out the same
    releases: int = 0
    distinct: int = 0  # different queries that were decided
    erased: dict[int, str] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Say whether nothing came out otherwise."""
        return not self.problems

    def to_json(self) -> dict[str, Json]:
        """Return what `gateway audit replay --format json` prints."""
        done = self.decisions + self.releases
        return {
            "ok": self.ok,
            "entries": self.entries,
            "decisions": self.decisions,
            "releases": self.releases,
            "distinct": self.distinct,
            "erased": [{"index": index, "commitment": told} for index, told in self.erased.items()],
            "problems": [{"index": index, "problem": told} for index, told in self.problems.items()],
            "seconds": str(round(self.seconds, 3)),
            "per_second": round(done / self.seconds) if self.seconds else 0,
        }


def replay_all(unit: Unit, recorder: Recorder, *, progress: Progress) -> Replay:
    """Take every decision of the log again."""
    return _replay(unit, recorder, 0, unit.book.size(), progress)


def replay_one(unit: Unit, recorder: Recorder, index: int) -> Replay:
    """Take one decision again; raise NotFoundError when no decision stands there."""
    if index >= unit.book.size():
        raise NotFoundError(f"the log has no entry {index}", hint="look at the officers' log page for its size")
    done = _replay(unit, recorder, index, index + 1, lambda _done, _total: None)
    if done.decisions + done.releases + len(done.erased) + len(done.problems) == 0:
        raise NotFoundError(f"entry {index} is no decision or release", hint="choose another, or use --all")
    return done


def _replay(unit: Unit, recorder: Recorder, start: int, stop: int, progress: Progress) -> Replay:
    began = time.perf_counter()
    report = Replay(stop - start)
    shelf = Shelf(unit.bundles)
    explained, report.problems = _explained(unit, recorder)
    for first in range(start, stop, STEP):
        last = min(first + STEP, stop)
        for index, problem in _each(unit, recorder, first, last, report, shelf, explained):
            report.problems[index] = problem
        progress(last - start, stop - start)
    report.distinct = shelf.distinct
    report.seconds = time.perf_counter() - began
    return report


def _explained(unit: Unit, recorder: Recorder) -> tuple[Erased, dict[int, str]]:
    """Return the entries that erasures explain; none, with what is wrong, when the log does not confirm the set."""
    try:
        return read_erased(unit, recorder), {}
    except GatewayError as exc:
        kept = unit.erasures.explained()
        return Erased(), {} if kept is None else {kept.leaf_index: exc.message}


def _each(
    unit: Unit, recorder: Recorder, first: int, last: int, report: Replay, shelf: "Shelf", explained: Erased
) -> Iterator[tuple[int, str]]:
    for entry in read_decided(unit, recorder, first, last):
        if isinstance(entry, tuple):
            yield entry
        elif entry.detail is None and entry.index not in explained:
            yield entry.index, "its detail is gone, and no erasure explains it"
        elif entry.detail is None:
            report.erased[entry.index] = entry.leaf.detail
        else:
            try:
                problem = compare(entry, entry.detail, shelf)
            except GatewayError as exc:
                problem = exc.message
            except (KeyError, TypeError, ValueError):
                problem = "its detail has a form that was never written"
            if problem is not None:
                yield entry.index, problem
            elif entry.leaf.type is LeafType.RELEASE:
                report.releases += 1
            else:
                report.decisions += 1


class Shelf:
    """The policies that the log names, opened once each, and what they answered."""

    def __init__(self, bundles: Bundles) -> None:
        """Look nothing up yet."""
        self._bundles = bundles
        self._policies: dict[str, Policy] = {}
        self._answers: dict[tuple[str, Question], tuple[Decision, dict[str, Json]]] = {}

    @property
    def distinct(self) -> int:
        """Return how many different queries were decided."""
        return len(self._answers)

    def decide(self, digest: str, question: Question) -> tuple[Decision, dict[str, Json]]:
        """Return the answer of the policy with this digest, also in its logged form.

        :raises LogTamperedError: that policy is not stored, or is not what its digest says.
        :raises PolicyUnreadableError: this program no longer reads that policy.
        """
        known = self._answers.get((digest, question))
        if known is None:
            decision = self._policy(digest).decide(question.query())
            known = self._answers[digest, question] = decision, decision.to_json()
        return known

    def _policy(self, digest: str) -> Policy:
        policy = self._policies.get(digest)
        if policy is None:
            kept = self._bundles.by_digest(digest)
            if kept is None:
                raise LogTamperedError("the policy that it names is not stored", hint=HINT)
            if digest_of(kept.files) != digest:
                raise LogTamperedError("the policy that is stored is not the one that it names", hint=HINT)
            policy = self._policies[digest] = Policy(load_bundle(unpack(kept.files)))
        return policy


def compare(entry: Decided, detail: Mapping[str, Json], shelf: Shelf) -> str | None:
    """Return what is different when this entry is decided again, or None.

    :raises GatewayError: its policy cannot be had, or its detail lacks what the decision was asked.
    """
    asked = entry.asked()
    taken = {
        ref: {origin: shelf.decide(entry.leaf.bundle, question) for origin, question in each.items()}
        for ref, each in asked.items()
    }
    if entry.leaf.type is LeafType.RELEASE:
        return _release(detail, asked, taken)
    if detail.get("kind") == "void":
        return _void(entry, detail, taken)
    if detail["decisions"] != {
        ref: {origin: told for origin, (_, told) in each.items()} for ref, each in taken.items()
    }:
        return "its decision comes out otherwise"
    if detail.get("kind") == ORAL and members(detail["beyond"]) != _beyond(detail, taken):
        return "it names other fields as told beyond the policy than its decision does"
    if entry.leaf.outcome != overall([decision.outcome for each in taken.values() for decision, _ in each.values()]):
        return "its outcome is not that of its decision"
    return None


Taken = Mapping[str, Mapping[str, tuple[Decision, dict[str, Json]]]]


def _under(taken: Taken, approval: Approval) -> dict[str, list[Decision]]:
    """Return, by subject, the decisions under which something leaves with this approval."""
    return {
        ref: [decision for decision, _ in each.values() if decision.released and decision.approval is approval]
        for ref, each in taken.items()
    }


def _release(detail: Mapping[str, Json], asked: Asked, taken: Taken) -> str | None:
    leaving = _under(taken, Approval(str(detail["approval"])))
    fields = {ref: sorted({name for one in each for name in one.released}) for ref, each in leaving.items()}
    if members(detail["released"]) != fields:
        return "other fields left than its decision releases"
    rules = dict.fromkeys(rule for ref in asked for one in leaving[ref] for rule in one.rules)
    named = sorted(words(detail["rules"]))  # their order is that of origins, which the kept form sorts
    return None if named == sorted(rules) else "it names other rules than its decision"


def _beyond(detail: Mapping[str, Json], taken: Taken) -> dict[str, list[str]]:
    """Return, by subject, what was told by telephone and the policy would not have released."""
    over = {
        ref: [name for name in words(names) if all(name not in one.released for one, _ in taken[ref].values())]
        for ref, names in members(detail["told"]).items()
    }
    return {ref: names for ref, names in over.items() if names}


def _void(entry: Decided, detail: Mapping[str, Json], taken: Taken) -> str | None:
    if any(_under(taken, Approval(str(detail["approval"]))).values()) or entry.leaf.outcome != Outcome.DENY:
        return "it was voided, and its decision lets something leave"
    return None
