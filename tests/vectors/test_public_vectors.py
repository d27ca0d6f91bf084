"""Public vectors: nothing invalid is accepted, and each valid case that is refused is told in docs/vectors.md."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vectors.suites import SUITES
from tests.vectors.vector_cases import VECTORS

PAGE = Path(__file__).resolve().parents[2] / "docs/vectors.md"
ROW = re.compile(r"\| (?P<suite>[^|]+) \| (?P<names>`[^|]+`) \| (?P<why>[^|]{20,}) \|")
COUNT = re.compile(r"\| (?P<suite>[^|]+) \| (?P<cases>[0-9]+) \| (?P<refused>[0-9]+) \|")

needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="not on this machine: ../shared/vectors (Wycheproof, RFC 7520, HPKE)"
)


def _spread(names: str) -> set[str]:
    """Return the names of a row: `1`, `3-5` for numbers in a row, or words."""
    found: set[str] = set()
    for name in re.findall(r"`([^`]+)`", names):
        ends = re.fullmatch(r"([0-9]+)-([0-9]+)", name)
        found |= {str(number) for number in range(int(ends[1]), int(ends[2]) + 1)} if ends else {name}
    return found


def _triaged() -> dict[str, list[set[str]]]:
    rows: dict[str, list[set[str]]] = {}
    for row in ROW.finditer(PAGE.read_text(encoding="utf-8")):
        rows.setdefault(row["suite"], []).append(_spread(row["names"]))
    return rows


def test_the_page_names_the_suites_that_there_are() -> None:
    """And no case stands in it twice."""
    counted = [row["suite"] for row in COUNT.finditer(PAGE.read_text(encoding="utf-8"))]
    assert sorted(counted) == sorted(SUITES)
    for suite, rows in _triaged().items():
        assert suite in SUITES
        assert sum(map(len, rows)) == len(set[str]().union(*rows))


@needs_vectors
@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_comes_out_exactly_as_the_page_says(suite: str, record_property: Callable[[str, object], None]) -> None:
    """A deviation that is not written down fails, and so does one that is written down and gone."""
    record_property("suite", suite)
    cases = list(SUITES[suite]())
    assert [case.name for case in cases if case.expected is False and case.accepted] == []
    refused = {case.name for case in cases if case.expected is True and not case.accepted}
    assert refused == set[str]().union(*_triaged().get(suite, []))
    told = {row["suite"]: (int(row["cases"]), int(row["refused"])) for row in COUNT.finditer(PAGE.read_text("utf-8"))}
    assert told[suite] == (len(cases), len(refused))
    record_property("figure", f"{len(cases)} cases, {len(refused)} refused though valid")
