"""`gateway policy test`: exit 0 when all comes out as written down, 1 with what did not, 2 for what cannot be read."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.policy import policy

SHIPPED = Path(__file__).parents[2] / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped policy with three rows, so that its near misses are few."""
    copy = tmp_path / "policies"
    shutil.copytree(SHIPPED, copy)
    source = copy / "blueprint" / "2023-01-01.yaml"
    head, *rows = source.read_text().split("\n  - id: AV-1\n", 1)[0], *source.read_text().split("\n  - id: ")[5:]
    kept = [row for row in rows if row.startswith(("BE-1", "GG-1", "ST-1"))]
    source.write_text(head + "".join(f"\n  - id: {row}" for row in kept))
    (copy / "examples" / "scenarios.yaml").write_text(EXAMPLE)
    return copy


EXAMPLE = """\
- id: S90
  text_nl: Belle wil contact, met toestemming.
  recipient: belle
  ground: care_consent
  subject_role: sex_worker
  facts: {consent_explicit: "yes"}
  fields_requested: [alias, name]
  expected: permit_reduced
  withheld_fields: [name]
  reason: met toestemming
"""


def run(folder: Path, *options: str) -> Result:
    """Run the command on a folder."""
    return CliRunner().invoke(policy, ["test", "--policies", str(folder), *options])


def test_a_file_that_is_missing_or_unclear_is_exit_2(folder: Path) -> None:
    """Two plain lines, and no answer on stdout."""
    stored = folder / "examples" / "near-misses.yaml"
    for spoil in (lambda: stored.write_text("rows: yes"), stored.unlink):
        spoil()
        result = run(folder)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "near-misses.yaml" in result.stderr
        assert "Traceback" not in result.stderr


def test_what_comes_out_otherwise_is_named_with_what_was_expected_and_what_came(folder: Path) -> None:
    """Exit 1; a near miss that no longer fits the policy counts, until it is written anew and reviewed."""
    assert run(folder, "--write").exit_code == 0
    source = folder / "blueprint" / "2023-01-01.yaml"
    source.write_text(
        source.read_text().replace("[alias, safe_contact, language, help_domain", "[safe_contact, help_domain")
    )
    result = run(folder, "--format", "json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["ok"] is False
    assert told["examples"]["failed"] == [
        {"example": "S90", "expected": "permit_reduced, withheld: name", "got": "deny, withheld: alias, name"}
    ]
    assert any(one["example"].startswith("BE-1, enough") for one in told["near_misses"]["failed"])
    assert "S90" in run(folder).stdout


def test_a_rule_without_near_misses_fails(folder: Path) -> None:
    """The shipped near misses are of other rows."""
    result = run(folder)
    assert result.exit_code == 1
    assert "FAILED" in result.stdout.splitlines()[-1]


def test_all_as_expected_is_exit_0_with_the_figures(folder: Path) -> None:
    """How many were asked, and in what time."""
    assert run(folder, "--write").exit_code == 0
    result = run(folder)
    assert result.exit_code == 0
    first, second, last = result.stdout.splitlines()
    assert first == "worked examples: 1 asked, all as expected"
    assert second.startswith("near misses: ")
    assert last.startswith("ok: ")


ONE = """\
- id: INV-BELLE-HELPS
  holds: absolute
  legal: [AVG-6-1-a]
  only_if: {to: [belle], grounds: [care_consent], known: {consent_explicit: "yes"}}
  note: {nl: "Belle helpt alleen met toestemming.", en: "Belle helps with consent only."}
"""


def test_a_policy_that_breaks_an_invariant_as_it_stands_is_not_mutated(folder: Path) -> None:
    """Every fault would be found, and nothing learnt; the three rows of this copy do none of the duties."""
    assert run(folder, "--write").exit_code == 0
    result = run(folder, "--mutate")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "what to do" in result.stderr


def test_faults_are_planted_and_counted_by_who_finds_them(folder: Path) -> None:
    """A few of them, in two processes; a reason for a fault that there is not fails."""
    (folder / "invariants.yaml").write_text(ONE)
    assert run(folder, "--write").exit_code == 0
    few = ("--mutate", "--every", "150", "--jobs", "2")
    result = run(folder, *few, "--format", "json")
    assert result.exit_code == 0, result.stdout
    told = json.loads(result.stdout)["mutation"]
    assert told["killed"] + told["equivalent"] == told["planted"] > 1
    assert list(told["detectors"]) == ["invariants", "examples", "near misses"]
    idle = "survivors: [{fault: no such fault, reason: {nl: omdat, en: because}}]"
    (folder / "examples" / "survivors.yaml").write_text(idle)
    result = run(folder, *few[:3], "--jobs", "1")
    assert result.exit_code == 1
    assert "a reason without a survivor: no such fault" in result.stdout
