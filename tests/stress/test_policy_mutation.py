"""Every fault of one rule of the shipped policy is planted, and enough are found; a sample is in `make test`."""

import json

import pytest
from click.testing import CliRunner

from gateway.cli.policy import policy

pytestmark = pytest.mark.stress


def test_every_fault_that_changes_an_answer_is_found_or_has_its_reason() -> None:
    """`gateway policy test --mutate`: at least 99 in a hundred, and each survivor with a reason."""
    result = CliRunner().invoke(policy, ["test", "--mutate", "--format", "json"])
    told = json.loads(result.stdout)
    assert result.exit_code == 0, told["mutation"]["survivors"]
    assert told["mutation"]["planted"] > 8_000
    assert told["mutation_share"] >= 0.99
    assert told["mutation"]["reasons_without_survivor"] == []
