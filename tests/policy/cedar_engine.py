"""Cedar as a second engine: what it answers to a query, in the terms of ours."""

from dataclasses import dataclass

from cedarpy import AuthzResult, Entities, PolicySet, Schema, is_authorized_batch

from gateway.decide.engine import Policy
from gateway.model.decision import Query
from gateway.policy.cedar import NEVER, OFFER, RELEASE, CedarBundle, ask


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves, what waits, and the guards that stopped everything."""

    released: tuple[str, ...]
    pending: tuple[str, ...]
    guards: frozenset[str]


class Cedar:
    """A bundle in Cedar, parsed once."""

    def __init__(self, texts: CedarBundle) -> None:
        """Parse both texts; Cedar raises ValueError for what it cannot read."""
        self._policies = PolicySet.from_str(texts.policies)
        self._schema = Schema.from_str(texts.schema)
        self._entities = Entities.from_json_str("[]", self._schema)

    def answer(self, query: Query) -> Answer:
        """Return what Cedar decides; a policy that errors fails the test, for Cedar would silently skip it."""
        results = is_authorized_batch(
            ask(query, RELEASE) + ask(query, OFFER), self._policies, self._entities, self._schema
        )
        assert not [error for result in results for error in result.diagnostics.errors]
        allowed = [result.allowed for result in results]
        half = len(query.fields)
        released = tuple(name for name, may in zip(query.fields, allowed[:half], strict=True) if may)
        offered = tuple(name for name, may in zip(query.fields, allowed[half:], strict=True) if may)
        assert set(released) <= set(offered)
        pending = tuple(name for name in offered if name not in released)
        stopped = {name for result in results if not result.allowed for name in _rules(result)}
        return Answer(released, pending, frozenset(stopped - {NEVER}))

    def offered(self, query: Query) -> tuple[str, ...]:
        """Return what Cedar would let leave if every approval were given."""
        results = is_authorized_batch(ask(query, OFFER), self._policies, self._entities, self._schema)
        assert not [error for result in results for error in result.diagnostics.errors]
        return tuple(name for name, result in zip(query.fields, results, strict=True) if result.allowed)


def _rules(result: AuthzResult) -> list[str]:
    return list(result.diagnostics.id_annotations_by_reason.values())


def ours(policy: Policy, query: Query) -> Answer:
    """Return the same of our own engine."""
    decision = policy.decide(query)
    guards = {forbid.id for forbid in policy.bundle.on(query.date).forbids}
    return Answer(decision.released, decision.pending, frozenset(guards & set(decision.rules)))
