"""`gateway policy diff A B`: exit 0 with what differs, in words or JSON; 2 for what cannot be read."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from gateway.cli.policy import policy

SHIPPED = Path(__file__).parents[2] / "policies"


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(policy, ["diff", *arguments])


def test_a_policy_that_cannot_be_read_is_exit_2(tmp_path: Path) -> None:
    """Either of them, and a draft that is not there."""
    for arguments in (
        (str(tmp_path), str(SHIPPED)),
        (str(SHIPPED), str(tmp_path)),
        (str(SHIPPED),) * 2 + ("--draft", "no"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "what to do" in result.stderr


def test_what_differs_is_told_and_is_no_failure(tmp_path: Path) -> None:
    """A condition taken out of a row, as a lawyer would do it in a copy."""
    copy = tmp_path / "policies"
    shutil.copytree(SHIPPED, copy)
    source = copy / "blueprint" / "2023-01-01.yaml"
    source.write_text(
        source.read_text().replace(
            '{indicator_recorded: "yes", consent_explicit: "yes"}', '{indicator_recorded: "yes"}', 1
        )
    )
    result = run(str(SHIPPED), str(copy))
    assert result.exit_code == 0
    assert "AVIM · signaal van uitbuiting · melder" in result.stdout
    told = json.loads(run(str(SHIPPED), str(copy), "--format", "json").stdout)
    (epoch,) = told["epochs"]
    assert [one["change"] for one in epoch["changes"]] == ["gains_in_more_cases"]
    assert epoch["changes"][0]["situation"] == {"consent_explicit": ["no", "unknown"]}
    assert run(str(SHIPPED), str(SHIPPED)).stdout.splitlines()[0] == "Geen verschil in wat wie krijgt."
