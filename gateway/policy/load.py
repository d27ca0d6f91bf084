"""From the bytes of the policy files to a policy that may decide: read, compiled and proved. Nothing else may serve."""

from collections.abc import Mapping

from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import BrokenInvariantError
from gateway.policy.prove import prove


def load_policy(files: Mapping[str, bytes]) -> Policy:
    """Return the policy that these files spell out (see `load_bundle`).

    :raises PolicyUnreadableError: a file is not as it should be.
    :raises BrokenInvariantError: in some epoch the rules lead to what an invariant says may never be. A draft of coming
        law may break the invariants that it says it changes.
    """
    policy = Policy(load_bundle(files))
    broken = prove(policy).broken
    if broken:
        told = [f"{one.invariant.id}: {one.broken.told.en.removesuffix('.')}" for one in broken[:3] if one.broken]
        more = f" (and {len(broken) - 3} more)" if len(broken) > 3 else ""
        raise BrokenInvariantError(
            f"the rules break what may never be: {'; '.join(told)}{more}",
            hint="`gateway policy prove` shows each one; correct the rules, or let the privacy officer decide",
        )
    return policy
