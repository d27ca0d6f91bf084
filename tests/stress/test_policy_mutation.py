"""Every fault of one rule of the shipped policy is planted, and enough are found.

`make test` plants a few and a merge every tenth; `make stress KILLS=1000` and `gateway policy test --mutate` plant all.
"""

import json
import os

import pytest
from click.testing import CliRunner

from gateway.cli.policy import policy

pytestmark = pytest.mark.stress
SWEEP = 1000  # so many kills ask for everything else in full as well


def test_every_fault_that_changes_an_answer_is_found_or_has_its_reason() -> None:
    """`gateway policy test --mutate`: at least 99 in a hundred, and each survivor with a reason."""
    every = 1 if int(os.environ.get("STRESS_KILLS", "200")) >= SWEEP else 10
    result = CliRunner().invoke(policy, ["test", "--mutate", "--every", str(every), "--format", "json"])
    told = json.loads(result.stdout)
    assert result.exit_code == 0, told["mutation"]["survivors"]
    assert told["mutation"]["planted"] * every > 8_000
    assert told["mutation_share"] >= 0.99
    assert told["mutation"]["reasons_without_survivor"] == []
