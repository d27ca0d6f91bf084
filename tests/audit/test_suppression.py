"""No count below the limit can be read or worked out, by anyone who knows the rule and sees all that is shown."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.suppression import FEWEST, Line, tell

Key = tuple[int | None, tuple[tuple[str, int], ...], tuple[str, ...], int | None]


def key(line: Line) -> Key:
    """Return all that anybody sees of a line."""
    return line.total, tuple(sorted(line.shown.items())), line.pooled, line.pool


def lines_of(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield every line of so many parts with this total."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in lines_of(total - first, parts - 1):
            yield (first, *rest)


def named(counts: tuple[int, ...]) -> Mapping[str, int]:
    """Return parts with names."""
    return {chr(ord("a") + place): count for place, count in enumerate(counts)}


@pytest.mark.control("DPIA-21")
@pytest.mark.parametrize(("fewest", "parts", "most"), [(2, 2, 16), (3, 2, 24), (3, 3, 24), (3, 4, 16), (2, 5, 10)])
def test_every_hidden_part_can_be_something_else(fewest: int, parts: int, most: int) -> None:
    """The whole domain, with a smaller limit: among all lines that look the same, no hidden part is always the same.

    So whoever knows the rule, the limit and everything that is shown cannot compute a single hidden part.
    """
    same: dict[Key, list[tuple[int, ...]]] = defaultdict(list)
    for total in range(most + 1):
        for counts in lines_of(total, parts):
            same[key(tell(named(counts), fewest=fewest))].append(counts)
    for (_, _, pooled, _), lines in same.items():
        for name in pooled:
            place = ord(name) - ord("a")
            assert len({counts[place] for counts in lines}) > 1, (name, lines)


@pytest.mark.control("DPIA-21")
@given(st.lists(st.integers(0, 40), min_size=1, max_size=7))
def test_with_the_real_limit_a_hidden_part_can_be_something_else(counts: list[int]) -> None:
    """Of any line there is another one that looks the same and has something else in each hidden place."""
    line = tell(named(tuple(counts)))
    places = [ord(name) - ord("a") for name in line.pooled]
    if line.total is None:  # the line of nothing at all, and that of one, look the same
        others = [[0] * len(counts), *([int(at == place) for at in range(len(counts))] for place in places)]
    else:
        others = []
        for place in places:
            for other in places:
                for step in (1, -1, 2, -2, counts[other] - counts[place]):
                    changed = list(counts)
                    changed[place] += step
                    changed[other] -= step
                    others.append(changed)
        zeroed = [0 if place in places else count for place, count in enumerate(counts)]
        others += [[*zeroed[:at], line.pool or 0, *zeroed[at + 1 :]] for at in places]
    alike = [other for other in others if min(other) >= 0 and key(tell(named(tuple(other)))) == key(line)]
    for place in places:
        assert any(other[place] != counts[place] for other in alike), (counts, place)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 60), max_size=7))
def test_nothing_below_ten_is_shown(parts: dict[str, int]) -> None:
    """Not as a part, not as a pool, not as a total; what is shown is true and adds up."""
    line = tell(parts)
    told = [*line.shown.values(), *(count for count in (line.total, line.pool) if count is not None)]
    assert all(count >= FEWEST for count in told)
    assert all(parts[name] == count for name, count in line.shown.items())
    assert {*line.shown, *line.pooled} == set(parts)
    if line.total is not None:
        assert line.total == sum(parts.values()) == sum(line.shown.values()) + (line.pool or 0)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 60), max_size=7))
def test_what_is_kept_is_what_was_told(parts: dict[str, int]) -> None:
    """A line that was kept is read back as it was."""
    assert Line.from_json(tell(parts).to_json()) == tell(parts)


@pytest.mark.parametrize(
    ("counts", "shown", "pool"),
    [
        ((25, 30), {"a": 25, "b": 30}, None),
        ((25, 8, 7), {"a": 25}, 15),
        ((25, 30, 3), {"a": 25}, 33),
        ((25, 9, 9), {}, 43),
        ((12, 12, 3), {}, 27),
        ((30, 12, 2, 2), {"b": 12}, 34),
    ],
)
def test_parts_get_company(counts: tuple[int, ...], shown: dict[str, int], pool: int | None) -> None:
    """One alone, too few together, or nothing but nines: the largest others go into the pool as well."""
    line = tell(named(counts))
    assert (dict(line.shown), line.pool) == (shown, pool)
