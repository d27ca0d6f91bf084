"""Tries a policy on all that is written down about it: the worked examples and the near misses of its rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.decide.engine import Policy
from gateway.model.terms import Json
from gateway.policy.examples import Example, Miss, check_examples
from gateway.policy.near_file import outdated
from gateway.policy.near_misses import NearMisses

Tell = Callable[[int, int], None]
"""Told how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Suite:
    """How many answers of one kind were compared, and which came out otherwise."""

    checked: int
    misses: tuple[Miss, ...]

    def to_json(self) -> dict[str, Json]:
        """Return `{checked, failed: [{example, expected, got}]}`."""
        failed: list[Json] = [
            {"example": miss.name, "expected": miss.expected, "got": miss.got} for miss in self.misses
        ]
        return {"checked": self.checked, "failed": failed}


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the examples and of the near misses."""

    examples: Suite
    near_misses: Suite

    @property
    def ok(self) -> bool:
        """Say whether everything came out as expected, and anything was asked."""
        return all(suite.checked and not suite.misses for suite in (self.examples, self.near_misses))


def try_policy(policy: Policy, examples: Sequence[Example], stored: NearMisses, *, tell: Tell) -> Trial:
    """Ask all of it again; near misses that no longer fit the policy count as a miss too."""
    total = len(stored.rows) + len(stored.guards) + 4
    checked, misses, done = 0, [], 0
    for count, miss in stored.misses(policy):
        checked += count
        if miss is not None:
            misses.append(miss)
        else:
            done += 1
            tell(done, total)
    misses += [
        Miss(name, "near misses of the policy as it is now", "those of another one; renew them with --write")
        for name in outdated(stored, policy)
    ]
    tell(total, total)
    return Trial(
        Suite(len(examples), tuple(check_examples(policy, examples))),
        Suite(checked, tuple(misses)),
    )
