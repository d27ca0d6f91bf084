"""Decides a logged entry again under the policy that it names, and says what came out otherwise."""

from collections.abc import Mapping
from itertools import islice
from typing import TypeAlias

from gateway.config.packed_policy import unpack
from gateway.crypto.commitments import digest as digest_of
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import LogTamperedError
from gateway.log.decided import ORAL, Asked, Decided, Question
from gateway.model.decision import Approval, Decision, Outcome, overall
from gateway.model.leaf import LeafType
from gateway.model.terms import Json, members, words
from gateway.store.policy_ports import Bundles

HINT = "keep the database as it is and call the privacy officer"
Named: TypeAlias = tuple[str, Question]
"""The digest of a policy, and what it was asked."""


class Shelf:
    """The policies that the log names, opened once each, and what they answered."""

    def __init__(self, bundles: Bundles) -> None:
        """Look nothing up yet."""
        self._bundles = bundles
        self._policies: dict[str, Policy] = {}
        self._answers: dict[Named, tuple[Decision, dict[str, Json]]] = {}

    @property
    def distinct(self) -> int:
        """Return how many different queries were decided."""
        return len(self._answers)

    def since(self, distinct: int) -> set[Named]:
        """Return the queries that were decided after so many."""
        return set(islice(self._answers, distinct, None))

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
