"""Access to a case: logged before it is given, whole, and of no other case."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.bootstrap import Gateway
from gateway.cli import gateway as command
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.errors import GatewayError, InvalidRequestError
from gateway.model.leaf import LeafType
from gateway.model.terms import Json, items, members
from gateway.rights.access import CANNOT, Access, give_access
from gateway.store.ports import Unit
from tests.audit.lived import harm
from tests.builders import NO
from tests.databases import on_both
from tests.rights.cases import BRAM, DAY, DECISION, live, reference, submit


def read(gateway: Gateway, number: int) -> Access | None:
    """Read a case in the running gateway."""
    tools = gateway.tools

    def job(unit: Unit) -> Access | None:
        return give_access(
            unit,
            tools.recorder,
            tag=tools.lookup.case(reference(number)),
            by="os:test",
            decision=DECISION,
            bundle=tools.policy.bundle.digest,
            at=tools.clock(),
        )

    return tools.store.write(job)


def run(settings: Settings, *words: str, typed: str = "") -> Result:
    """Run the command in this process."""
    environ = {
        "GATEWAY_HOME": str(settings.home),
        "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file),
        "GATEWAY_DEMO": "1",
    }
    done = CliRunner().invoke(command, ["rights", "access", *words], env=environ, input=typed)
    assert done.exception is None or isinstance(done.exception, (SystemExit, GatewayError)), done.exception
    return done


def test_of_a_case_that_nobody_knows_nothing_is_given_or_logged(gateway: Gateway) -> None:
    """A mistyped reference must not look like an answer."""
    live(gateway, 1)
    size = gateway.team.log_summary().entries
    assert read(gateway, 2) is None
    assert gateway.team.log_summary().entries == size


def test_what_was_altered_is_said_to_be_so_and_hides_nothing_else(gateway: Gateway, settings: Settings) -> None:
    """One detail or waiting request that cannot be opened does not keep the rest from the person."""
    view = submit(gateway, cases.landlord(DAY, 1))
    harm(settings, ["UPDATE detail SET salt = zeroblob(32) WHERE idx = :index"], index=view.leaf_index)
    harm(settings, ["UPDATE disclosure SET box = zeroblob(60)"])
    found = read(gateway, 1)
    assert found is not None
    assert [members(one)["problem"] for one in items(found.contents["log"])] == [CANNOT]
    assert members(items(found.contents["requests"])[0])["waiting"] == CANNOT


@pytest.mark.parametrize("out", ["there", "nowhere/in/it"])
def test_nothing_is_replaced_and_nothing_is_read_that_cannot_be_written(
    gateway: Gateway, settings: Settings, tmp_path: Path, out: str
) -> None:
    """The folder comes first: the log must not say that something was read that nobody got."""
    live(gateway, 1)
    (tmp_path / "there").mkdir()
    size = gateway.team.log_summary().entries
    done = run(settings, "--decision", DECISION, "--out", str(tmp_path / out), typed=reference(1))
    assert isinstance(done.exception, InvalidRequestError)
    assert gateway.team.log_summary().entries == size


def test_the_command_refuses_what_is_not_there_and_leaves_no_folder(
    gateway: Gateway, settings: Settings, tmp_path: Path
) -> None:
    """Exit code 1; a decision that is none is wrong use."""
    live(gateway, 1)
    done = run(settings, "--decision", DECISION, "--out", str(tmp_path / "new"), typed=reference(2))
    assert done.exit_code == 1
    assert "There is nothing about this case here" in done.output
    assert not (tmp_path / "new").exists()
    assert run(settings, "--decision", DECISION, "--out", "-", typed=reference(2)).exit_code == 1
    done = run(settings, "--decision", "", "--out", "-", typed=reference(1))
    assert isinstance(done.exception, InvalidRequestError)


@pytest.mark.control("DPIA-18")
@on_both
def test_all_of_a_case_is_given_and_the_log_says_that_it_was_read(gateway: Gateway) -> None:
    """Every entry opened, every request with what waits of it, one entry for each request; nothing of another case."""
    live(gateway, 1)
    second = cases.landlord(DAY, 1) | {"idempotency_key": "the-second-request"}
    waiting = submit(gateway, second)
    submit(gateway, cases.landlord(DAY, 1) | {"idempotency_key": "the-third-request"})
    gateway.team.refuse(waiting.id, waiting.parts[0].id, NO, BRAM)
    live(gateway, 2)
    size = gateway.team.log_summary().entries
    found = read(gateway, 1)
    assert found is not None
    assert not found.held
    told: dict[str, Json] = json.loads(json.dumps(found.contents))
    details = [members(members(one)["detail"]) for one in items(told["log"])]
    assert [detail["kind"] for detail in details] == [
        "decision",
        "release",
        "receipt",
        "decision",
        "decision",
        "refuse",
    ]
    requests = [members(one) for one in items(told["requests"])]
    assert [one["recipient"] for one in requests] == ["belle", "dudok-wonen", "dudok-wonen"]
    assert ["waiting" in one for one in requests] == [False, False, True]
    first = members(items(requests[0]["parts"])[0])
    assert members(first["message"])["to"] == "belle"
    assert [members(one)["state"] for one in items(members(first["message"])["receipts"])] == ["opened"]
    assert [members(one)["kind"] for one in items(members(items(requests[1]["parts"])[0])["judgements"])] == ["refuse"]
    assert reference(2) not in json.dumps(told)
    assert found.entries == (size, size + 1, size + 2)
    with gateway.tools.store.read() as unit:
        for index, request in zip(found.entries, requests, strict=True):
            leaf, detail, _ = gateway.tools.recorder.read(unit, index)
            assert (leaf.type, leaf.outcome, leaf.prev) == (LeafType.ACCESS, "exported", request["entry"])
            assert (detail["by"], detail["decision"]) == ("os:test", DECISION)


def test_a_case_that_is_held_is_given_with_a_warning(gateway: Gateway, settings: Settings, tmp_path: Path) -> None:
    """Access may tip somebody off: the officer decides, knowing it. The file is for its owner only."""
    submit(gateway, cases.urgent(DAY, 1, "protect_victim"))
    folder = tmp_path / "access"
    done = run(settings, "--decision", DECISION, "--out", str(folder), typed=reference(1))
    assert done.exit_code == 0
    assert "AVIM houdt deze zaak aan" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["case.json"]
    assert (folder.stat().st_mode & 0o777, (folder / "case.json").stat().st_mode & 0o777) == (0o700, 0o600)
    told = json.loads((folder / "case.json").read_text())
    assert told["case"] == reference(1)
    assert json.loads(run(settings, "--decision", DECISION, "--case", "-", "--out", "-", typed=reference(1)).stdout)
