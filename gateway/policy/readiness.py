"""Whether a policy may become the active one at all, whoever signed it: the one place where that is asked."""

from collections.abc import Mapping, Sequence

from gateway.decide.engine import Policy
from gateway.errors import NotActivatedError
from gateway.policy.examples import NEAR_MISSES, Miss, check_examples, read_examples
from gateway.policy.load import load_policy
from gateway.policy.near_file import read_near_misses
from gateway.policy.trial import try_policy

SHOWN = 3  # names of what came out otherwise


def ready(files: Mapping[str, bytes], examples: Mapping[str, bytes]) -> Policy:
    """Return the policy of these files, compiled and proved, after all that is written down about it was asked again.

    :param examples: the worked examples and, where there are any, the near misses, by file name.
    :raises PolicyError: it cannot be read, breaks an invariant or one of its examples, or holds coming law.
    """
    policy = load_policy(files)
    if policy.bundle.draft is not None:
        raise NotActivatedError(
            f"this policy holds the draft `{policy.bundle.draft}`, and coming law is never live",
            hint="leave the draft out, or give it its first day once the law is published",
        )
    misses = _misses(policy, examples)
    if misses:
        names = ", ".join(miss.name for miss in misses[:SHOWN])
        raise NotActivatedError(
            f"{len(misses)} of its examples come out otherwise than written down: {names}",
            hint="run `gateway policy test`, then correct the policy or, with a lawyer, the example",
        )
    return policy


def _misses(policy: Policy, examples: Mapping[str, bytes]) -> Sequence[Miss]:
    words = policy.bundle.vocabulary
    cases = read_examples(examples, words)
    if NEAR_MISSES not in examples:
        return check_examples(policy, cases)
    trial = try_policy(policy, cases, read_near_misses(examples[NEAR_MISSES], words), tell=lambda _done, _total: None)
    return (*trial.examples.misses, *trial.near_misses.misses)
