"""`gateway policy prove`: 0 when all hold, 1 with a counterexample in words, 2 when the policy cannot be read."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.policy import POLICIES, policy

BLUEPRINT = "blueprint/2023-01-01.yaml"


def run(*options: str) -> Result:
    """Ask for a proof."""
    return CliRunner().invoke(policy, ["prove", *options])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a copy of the policy in which a landlord need not be the owner."""
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    text = (folder / BLUEPRINT).read_text()
    assert text.count('owned_by_recipient: "yes", illegality_established: "yes"}') == 1
    fault = text.replace(
        'owned_by_recipient: "yes", illegality_established: "yes"}', 'illegality_established: "yes"}', 1
    )
    (folder / BLUEPRINT).write_text(fault)
    return folder


def test_a_policy_that_cannot_be_read_is_exit_2(tmp_path: Path) -> None:
    """Two plain lines, and nothing on stdout."""
    for options in (["--policies", str(tmp_path)], ["--draft", "none"], ["--municipality", "soest"]):
        result = run(*options, "--format", "json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "what to do:" in result.stderr


def test_a_broken_invariant_is_exit_1_with_a_counterexample_in_words(broken: Path) -> None:
    """In Dutch and English, and as a question; the command shows it where everything else refuses."""
    result = run("--policies", str(broken), "--format", "json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    wrong = {one["id"]: one["counterexample"] for one in told["invariants"] if not one["holds"]}
    assert wrong.keys() == {"INV-LANDLORD-OWNS-IT"}
    shown = wrong["INV-LANDLORD-OWNS-IT"]
    assert shown["nl"].startswith("Aan deze ontvanger (woningcorporatie) zou “")
    assert "Niet bekend is of dit zo is: “De woning is volgens de bezitslijst van de ontvanger.”" in shown["nl"]
    assert "Regel: WC-1." in shown["nl"]
    assert shown["query"]["recipient"] == "housing_corporation"
    assert "owned_by_recipient" not in shown["query"]["facts"]
    text = run("--policies", str(broken))
    assert text.exit_code == 1
    assert "BROKEN INV-LANDLORD-OWNS-IT" in text.stdout
    assert shown["nl"] in text.stdout
    assert shown["en"] in text.stdout


def test_a_policy_that_breaks_an_invariant_does_not_decide(broken: Path, tmp_path: Path) -> None:
    """`policy decide` refuses it like a file that cannot be read."""
    query = tmp_path / "query.yaml"
    query.write_text("{recipient: belle, ground: care_consent, subject_role: sex_worker, fields: [alias]}")
    result = CliRunner().invoke(policy, ["decide", "--input", str(query), "--policies", str(broken)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "INV-LANDLORD-OWNS-IT" in result.stderr


def test_the_counterexample_is_what_the_engine_answers(broken: Path, tmp_path: Path) -> None:
    """The question that is shown, asked of the same rules without their invariants: the field goes."""
    told = json.loads(run("--policies", str(broken), "--format", "json").stdout)
    (shown,) = [one["counterexample"] for one in told["invariants"] if not one["holds"]]
    query = tmp_path / "query.json"
    query.write_text(json.dumps(shown["query"]))
    invariants = (broken / "invariants.yaml").read_text()
    first, rest = invariants.index("- id: INV-LANDLORD-OWNS-IT"), invariants.index("- id: INV-LANDLORD-ILLEGALITY")
    (broken / "invariants.yaml").write_text(invariants[:first] + invariants[rest:])
    asked = ["decide", "--input", str(query), "--policies", str(broken), "--format", "json"]
    assert json.loads(CliRunner().invoke(policy, asked).stdout)["released"] == shown["query"]["fields"]


def test_the_shipped_policy_is_proved() -> None:
    """The contract's form; what tests show stands apart and has no `holds`."""
    result = run("--format", "json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert {"cells", "epochs", "invariants", "seconds"} <= told.keys()
    assert told["epochs"] == len(told["epoch_days"]) == 2
    assert told["cells"] > 100_000
    assert all(one == {"id": one["id"], "holds": True} for one in told["invariants"])
    assert all(one.keys() == {"id", "tests"} for one in told["elsewhere"])
    assert told["seconds"] >= 0


def test_text_names_every_invariant_and_what_is_not_proved() -> None:
    """For people: one line each, in Dutch, and what the figures are."""
    result = run()
    assert result.exit_code == 0
    assert "holds  INV-NEVER-FIELDS: BSN, foto" in result.stdout
    assert "not proved here, shown by tests: INV-LOG-BEFORE-SENDING (tests/stress/test_kills.py" in result.stdout
    assert "BROKEN" not in result.stdout
    assert " invariants hold: " in result.stdout.splitlines()[-1]


@pytest.mark.parametrize("draft", ["wgts", "wrs"])
def test_a_draft_shows_what_it_changes(draft: str) -> None:
    """It counts as changed, not as broken."""
    result = run("--draft", draft, "--format", "json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    (changed,) = [one for one in told["invariants"] if "changed_by" in one]
    assert (changed["id"], changed["holds"], changed["changed_by"]) == ("INV-SEX-WORKER-NOT-ENFORCED", True, draft)
    assert "over de rol “sekswerker”" in changed["changed"]["nl"]
    assert f"  {draft} changes this:" in run("--draft", draft).stdout


def test_a_draft_that_changes_nothing_of_what_it_names_is_told(tmp_path: Path) -> None:
    """An exemption that nobody needs should not stand there."""
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    path = folder / "blueprint/wgts.draft.yaml"
    path.write_text(path.read_text().replace("roles: [sex_worker]", "roles: [operator]"))
    result = run("--policies", str(folder), "--draft", "wgts")
    assert "wgts says that it changes this, and does not" in result.stdout
    told = json.loads(run("--policies", str(folder), "--draft", "wgts", "--format", "json").stdout)
    assert [one["changed"] for one in told["invariants"] if "changed_by" in one] == [None]
