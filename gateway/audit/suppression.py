"""Shows counts so that none of fewer than ten can be read or worked out, also by who knows this very rule.

A line is a total with its parts. Parts below ten are put together in a pool of which only the sum is told; what would
give them away all the same (one part alone, a sum below ten, a sum that only nines make) gets the largest other parts
as company. `tests/audit/test_suppression.py` proves it: every line that is told the same way is looked through.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.model.terms import Json, items, members, words

FEWEST = 10
"""What is shown counts at least ten (invariant: statistics, k >= 10)."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of a total and its parts. None: not told. `pooled` are the parts of which only `pool` is told."""

    total: int | None
    shown: Mapping[str, int]
    pooled: tuple[str, ...]
    pool: int | None

    def to_json(self) -> dict[str, Json]:
        """Return the form that is kept."""
        return {"total": self.total, "shown": dict(self.shown), "pooled": [*self.pooled], "pool": self.pool}

    @classmethod
    def from_json(cls, value: Json) -> "Line":
        """Return what `to_json` gave."""
        kept = members(value)
        shown = {name: int(str(count)) for name, count in members(kept["shown"]).items()}
        return cls(_count(kept["total"]), shown, words(items(kept["pooled"])), _count(kept["pool"]))


def tell(parts: Mapping[str, int], *, fewest: int = FEWEST) -> Line:
    """Return what may be told of these parts, which are all there is of their total."""
    total = sum(parts.values())
    pool = {name: count for name, count in parts.items() if count < fewest}
    rest = {name: count for name, count in parts.items() if count >= fewest}
    if total < fewest:
        return Line(None, {}, tuple(parts), None)
    if not pool:
        return Line(total, rest, (), None)
    if len(pool) == 1 or sum(pool.values()) < fewest or sum(pool.values()) == (fewest - 1) * len(pool):
        if not rest:
            return Line(None, {}, tuple(parts), None)
        largest = max(rest.values())  # all of that size: which of two equal ones was taken would tell something
        pool |= {name: count for name, count in rest.items() if count == largest}
    return Line(
        total,
        {name: count for name, count in rest.items() if name not in pool},
        tuple(name for name in parts if name in pool),
        sum(pool.values()),
    )


def _count(value: Json) -> int | None:
    return None if value is None else int(str(value))
