"""`gateway bench`: the contract's JSON, text with the same figures, and a page only when nothing is left out of it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.bench.suites import SUITES
from gateway.cli.bench import bench

KEYS = {"name", "median", "min", "max", "unit"}
OPTIONAL = {"bench", "floor", "ratio", "against", "cpu"}
QUICK = ("policy", "stages")


def test_an_unknown_bench_ends_with_exit_code_two() -> None:
    """Wrong use, with the names that exist."""
    result = CliRunner().invoke(bench, ["speed"])
    assert result.exit_code == 2
    assert all(name in result.output for name in SUITES)


def test_a_page_of_one_bench_is_refused(tmp_path: Path) -> None:
    """The page would lose the figures of the others."""
    result = CliRunner().invoke(bench, ["policy", "--write", str(tmp_path / "page.md")])
    assert result.exit_code == 2
    assert not (tmp_path / "page.md").exists()


@pytest.mark.parametrize("name", QUICK)
def test_one_round_gives_rows_in_the_contracts_form(name: str) -> None:
    """Names are unique, the spread holds the median, and a ratio is the median over the floor."""
    result = CliRunner().invoke(bench, [name, "--rounds", "1", "--format", "json"])
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["rows"]
    assert rows
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        assert row.keys() - OPTIONAL == KEYS
        assert row["min"] <= row["median"] <= row["max"]
        assert ("floor" in row) is ("ratio" in row)
        if "floor" in row:
            assert row["ratio"] == pytest.approx(row["median"] / row["floor"])
