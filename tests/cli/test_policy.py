"""`gateway policy decide`: a what-if on the shipped policy; wrong use is exit 2 and two plain lines."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.policy import policy

QUERY = """\
recipient: belle
ground: care_consent
subject_role: sex_worker
facts: {consent_explicit: "yes", purpose_matches: "yes", within_retention: "yes", agreement_current: "yes",
        dpia_current: "yes", partner_active: "yes", single_case: "yes", source_wpg: "no", source_medical: "no",
        subject_minor: "no", avim_hold: "no"}
fields: [alias, name]
date: 2026-11-24
"""
LIST = """\
- {recipient: avim, ground: general_oversight, subject_role: sex_worker, facts: {source_medical: "no"}, fields: [name]}
- {recipient: avim, ground: exploitation_signal, subject_role: none, facts: {}, fields: [vehicle]}
"""


def run(tmp_path: Path, text: str | bytes, *options: str, name: str = "query.yaml") -> Result:
    """Ask what this file asks."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(policy, ["decide", "--input", str(path), *options])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "input"),
        ("{", "not valid YAML"),
        (b"\xff\xfe", "not UTF-8"),
        ("recipient: belle\nrecipient: avim\n", "duplicate"),
        (QUERY.replace('consent_explicit: "yes"', "consent_explicit: yes"), "quote it"),
        (QUERY.replace('consent_explicit: "yes"', "consent_explicit: true"), "is not yes, no or unknown"),
        (QUERY + "purpose: offer_help\n", "a key that is not known"),
        (QUERY.replace("fields: [alias, name]", "fields: []"), "at least one field"),
        (QUERY.replace("recipient: belle", "recipient: bell"), "did you mean `belle`?"),
        (LIST.replace("vehicle", "vehikel"), "query 2"),
        ("just words", "not an object"),
    ],
)
def test_a_malformed_query_is_exit_2_without_a_traceback(tmp_path: Path, text: str | bytes, said: str) -> None:
    """The message and what to do stand on stderr; stdout stays empty."""
    result = run(tmp_path, text, "--format", "json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_item_of_a_list_gives_no_answer_at_all(tmp_path: Path) -> None:
    """All or nothing, so that nobody miscounts the answers."""
    result = run(tmp_path, LIST + "- 3\n", "--format", "json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "query 3" in result.stderr


def test_a_file_or_policy_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    """Wrong use, said plainly."""
    missing = CliRunner().invoke(policy, ["decide", "--input", str(tmp_path / "none.yaml")])
    folder = CliRunner().invoke(policy, ["decide", "--input", str(tmp_path)])
    empty = run(tmp_path, QUERY, "--policies", str(tmp_path))
    for result in (missing, folder, empty):
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "Traceback" not in result.stderr


def test_a_key_that_stands_twice_is_not_repeated(tmp_path: Path) -> None:
    """Someone may have put a name there; the line is enough to find it."""
    result = run(tmp_path, "vera: 1\nvera: 2\n")
    assert result.exit_code == 2
    assert "line 2: duplicate key" in result.stderr
    assert "vera" not in result.stderr


def test_json_with_a_double_key_is_refused(tmp_path: Path) -> None:
    """Two readers would take it differently."""
    result = run(tmp_path, '{"recipient": "belle", "recipient": "avim"}', name="query.json")
    assert result.exit_code == 2


def test_the_folder_of_the_policy_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GATEWAY_POLICIES is read; an empty folder is no policy."""
    monkeypatch.setenv("GATEWAY_POLICIES", str(tmp_path))
    assert run(tmp_path, QUERY).exit_code == 2


def test_one_query_gives_one_object(tmp_path: Path) -> None:
    """The decision in the contract's form."""
    result = run(tmp_path, QUERY, "--format", "json")
    assert result.exit_code == 0
    decision = json.loads(result.stdout)
    assert decision["outcome"] == "permit_reduced"
    assert decision["released"] == ["alias"]
    assert [one["field"] for one in decision["withheld"]] == ["name"]
    assert decision["rules"] == ["BE-1"]
    assert list(decision) == [
        "outcome", "released", "pending", "withheld", "approval", "rules", "legal_basis", "bundle", "explanation",
        "ways",
    ]  # fmt: skip


def test_json_input_may_be_indented_with_tabs(tmp_path: Path) -> None:
    """YAML forbids that, so a .json file is read as JSON."""
    query = {"recipient": "avim", "ground": "licence_breach", "subject_role": "owner", "fields": ["name"]}
    text = json.dumps(query, indent="\t")
    result = run(tmp_path, text, "--format", "json", name="query.json")
    assert json.loads(result.stdout)["rules"] == ["F-MED"]  # its source is not known


def test_a_list_gives_a_list_in_the_order_asked(tmp_path: Path) -> None:
    """Whatever the outcome, deciding is exit 0."""
    result = run(tmp_path, LIST, "--format", "json")
    assert result.exit_code == 0
    assert [one["outcome"] for one in json.loads(result.stdout)] == ["gap", "deny"]
    assert json.loads(run(tmp_path, "[]", "--format", "json").stdout) == []
    assert isinstance(json.loads(run(tmp_path, "- " + LIST.splitlines()[0][2:], "--format", "json").stdout), list)


def test_text_is_for_people(tmp_path: Path) -> None:
    """The outcome, what goes, what stays and why, in both languages."""
    result = run(tmp_path, QUERY)
    assert result.exit_code == 0
    first, *rest = result.stdout.splitlines()
    assert first == "belle, care_consent, sex_worker, 2026-11-24: PERMIT_REDUCED"
    assert "  released: alias" in rest
    assert "  rules: BE-1" in rest
    assert "  withheld: name (default_deny)" in rest
    assert any("Een deel mag naar deze ontvanger: Belle." in line for line in rest)
