"""What a program adds to a request to say which preview it answers: `seed` and `expected`, beside the request itself.

Both are optional. They are taken off before the request is read, so they are no part of it: the same request with
another seed is the same request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.errors import InvalidRequestError
from gateway.model.terms import Json

SEED = re.compile(r"[0-9a-f]{64}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
MOST = 8  # digests; a request has one message for each kind of approval, of which there are four
_HINT = "take `seed` and `expected` from the preview as it was answered, or leave both out"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the requester saw: the seed of its digests (32 bytes) and the digests; None where nothing is claimed."""

    seed: bytes | None = field(default=None, repr=False)
    expected: frozenset[str] | None = None


def take_shown(told: Json) -> tuple[Json, Shown]:
    """Return the request without the two members, and what they say.

    :raises InvalidRequestError: a member is malformed, or digests are given without the seed they come from.
    """
    if not isinstance(told, dict) or not {"seed", "expected"} & told.keys():
        return told, Shown()
    rest = {name: value for name, value in told.items() if name not in {"seed", "expected"}}
    seed = _seed(told)
    if "expected" not in told:
        return rest, Shown(seed)
    expected = told["expected"]
    if seed is None or not isinstance(expected, list) or len(expected) > MOST:
        raise _malformed("expected")
    digests = frozenset(digest for digest in expected if isinstance(digest, str) and DIGEST.fullmatch(digest))
    if len(digests) != len(expected):
        raise _malformed("expected")
    return rest, Shown(seed, digests)


def _seed(told: Mapping[str, Json]) -> bytes | None:
    if "seed" not in told:
        return None
    seed = told["seed"]
    if not isinstance(seed, str) or not SEED.fullmatch(seed):
        raise _malformed("seed")
    return bytes.fromhex(seed)


def _malformed(name: str) -> InvalidRequestError:
    return InvalidRequestError(f"`{name}` is not as the preview gave it", hint=_HINT, fields={name: "is not valid"})
