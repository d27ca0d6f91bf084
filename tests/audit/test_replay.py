"""Replay: every decision comes out as it was logged, and nothing that was altered does."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.audit.reader import Replay
from gateway.audit.replay import replay_all, replay_one
from gateway.bootstrap import Gateway, build, read_materials
from gateway.cli.audit import audit
from gateway.config.packed_policy import pack, unpack
from gateway.config.settings import Settings
from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import digest as digest_of
from gateway.demo import cases
from gateway.errors import NotFoundError
from gateway.log.recorder import Entry
from gateway.model.terms import Json, items, members
from gateway.store.ports import Unit
from tests.audit.lived import DAY, harm, live, submit
from tests.databases import on_both
from tests.rights.cases import erased


def again(gateway: Gateway) -> Replay:
    """Replay the whole log."""
    with gateway.tools.store.read() as unit:
        return replay_all(unit, gateway.tools.recorder, progress=lambda _done, _total: None)


def run(settings: Settings, *words: str) -> Result:
    """Run `gateway audit` on this state."""
    environ = {name: None for name in os.environ if name.startswith("GATEWAY_")}
    home = {"GATEWAY_HOME": str(settings.home), "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file)}
    return CliRunner().invoke(audit, [*words], env={**environ, **home})


def first_of(gateway: Gateway, kind: str) -> int:
    """Return the index of the first entry whose detail is of this kind."""
    with gateway.tools.store.read() as unit:
        details = [gateway.tools.recorder.read(unit, index)[1] for index in range(unit.log.head().size)]
    return next(index for index, detail in enumerate(details) if detail["kind"] == kind)


def forge(gateway: Gateway, index: int, change: Callable[[dict[str, Json]], None], outcome: str | None = None) -> int:
    """Log a copy of an entry, changed, as a gateway would that decides one thing and logs another."""
    tools = gateway.tools

    def job(unit: Unit) -> int:
        leaf, detail, kept = tools.recorder.read(unit, index)
        change(detail)
        entry = Entry(leaf.type, outcome or leaf.outcome, leaf.bundle, detail, leaf.recipient, leaf.payload, index)
        key = tools.recorder.case_key(unit, kept.case_id)
        return tools.recorder.record(unit, entry, case_id=kept.case_id, case_key=key, at=tools.clock())

    return tools.store.write(job)


def answer(detail: dict[str, Json]) -> dict[str, Json]:
    """Return the first decision in a detail."""
    return members(next(iter(members(next(iter(members(detail["decisions"]).values()))).values())))


def known(detail: dict[str, Json]) -> dict[str, Json]:
    """Return the first facts in a detail."""
    return members(next(iter(members(next(iter(members(detail["facts"]).values()))).values())))


def turn(facts: dict[str, Json]) -> None:
    """Turn every fact around."""
    facts["yes"], facts["no"] = facts["no"], facts["yes"]


@pytest.mark.control("DPIA-19")
@pytest.mark.parametrize(
    ("kind", "change", "outcome", "problem"),
    [
        ("decision", lambda d: answer(d).update(explanation={"nl": "anders", "en": "otherwise"}), None, "otherwise"),
        ("decision", lambda d: answer(d).update(rules=[]), None, "comes out otherwise"),
        ("decision", lambda d: items(answer(d)["released"]).pop(), None, "comes out otherwise"),
        ("decision", lambda d: turn(known(d)), None, "comes out otherwise"),
        ("decision", lambda d: d.update(date="2019-01-01"), None, "comes out otherwise"),
        ("decision", lambda d: d.pop("facts"), None, "lacks what its decision was asked"),
        ("decision", lambda d: None, "gap", "its outcome is not"),
        ("release", lambda d: d.update(released={"s1": ["name"]}), None, "other fields left"),
        ("release", lambda d: d.update(rules=["WC-1", "XX-9"]), None, "other rules"),
        ("release", lambda d: turn(known(d)), None, "other fields left"),
        ("void", lambda d: members(known(d)).update(yes=known(d)["yes"], no=known(d)["no"]), "permit", "was voided"),
    ],
)
def test_what_the_policy_would_not_have_said_is_found(
    gateway: Gateway, kind: str, change: Callable[[dict[str, Json]], None], outcome: str | None, problem: str
) -> None:
    """A word of the explanation, a rule, a field, a fact, the day, the outcome: each is found, with its index."""
    live(gateway)
    index = forge(gateway, first_of(gateway, kind), change, outcome)
    report = again(gateway)
    assert list(report.problems) == [index]
    assert problem in report.problems[index]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM policy_bundle", "is not stored"),
        ("UPDATE policy_bundle SET files = CAST(files || x'00' AS BLOB)", "not the one that it names"),
        ("UPDATE detail SET box = (SELECT box FROM detail WHERE idx = 1) WHERE idx <> 1", "cannot be opened"),
        ("UPDATE detail SET salt = zeroblob(32)", "not what the log entry commits to"),
        ("UPDATE leaf SET entry = CAST(upper(CAST(entry AS TEXT)) AS BLOB) WHERE idx > 0", "agreed form"),
    ],
)
def test_what_was_altered_in_the_database_is_a_finding(
    gateway: Gateway, settings: Settings, statement: str, problem: str
) -> None:
    """A policy that is gone or has other bytes, a detail in another place, an altered leaf."""
    live(gateway)
    harm(settings, [statement])
    report = again(gateway)
    assert report.problems
    assert all(problem in told for told in report.problems.values())


def test_a_decision_under_another_policy_is_a_finding(gateway: Gateway, settings: Settings) -> None:
    """Whoever swaps the stored policy must change its digest too, and then the one that decided is missing."""
    live(gateway)
    with gateway.tools.store.read() as unit:
        kept = unit.bundles.newest()
    assert kept is not None
    files = unpack(kept.files)
    name = next(name for name in files if name.startswith("blueprint/"))
    other = pack({**files, name: files[name] + b"\n# another\n"})
    swap = "UPDATE policy_bundle SET files = :files, digest = :digest"
    harm(settings, [swap], files=other, digest=digest_of(other))
    assert set(again(gateway).problems.values()) == {"the policy that it names is not stored"}


@pytest.mark.control("DPIA-19")
@on_both
def test_every_decision_comes_out_as_it_was_logged(gateway: Gateway, settings: Settings, tmp_path: Path) -> None:
    """Released, reduced, after approval and advice, refused, voided and unforeseen; also under an older policy."""
    live(gateway)
    folder = tmp_path / "policies"
    with gateway.tools.store.read() as unit:
        newest = unit.bundles.newest()
    assert newest is not None
    for name, data in unpack(newest.files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data + b"# changed\n")
    changed = replace(settings, policies=folder)
    later = build(changed, clock=gateway.tools.clock, materials=read_materials(changed))
    submit(later, cases.landlord(DAY, 9))
    report = again(later)
    with later.tools.store.read() as unit:
        kinds = [later.tools.recorder.read(unit, index)[1]["kind"] for index in range(unit.log.head().size)]
    assert report.problems == {}
    assert report.decisions == kinds.count("decision") + kinds.count("void") == 10
    assert report.releases == kinds.count("release") == 5
    assert kinds.count("void") == 1
    assert report.erased == {}
    later.tools.store.close()


def test_what_was_erased_is_counted_and_its_commitment_stays_unopened(gateway: Gateway) -> None:
    """What erasures explain is counted; the others still come out as they were logged."""
    live(gateway)
    whole = again(gateway)
    with gateway.tools.store.read() as unit:
        leaf = gateway.tools.recorder.read(unit, 1)[0]
    for number in (1, 2):
        erased(gateway, number, withdraw=True)
    report = again(gateway)
    assert report.ok
    assert report.erased[1] == leaf.detail
    assert {1, 3} <= set(report.erased)
    assert report.decisions + report.releases + len(report.erased) == whole.decisions + whole.releases


def test_a_detail_or_key_that_no_erasure_destroyed_is_a_finding(gateway: Gateway, settings: Settings) -> None:
    """Whoever deletes a detail, or the key of a case, hides a decision: each entry that cannot be opened is named."""
    live(gateway)
    key = "DELETE FROM case_key WHERE case_id = (SELECT case_id FROM detail WHERE idx = 3)"
    harm(settings, [key, "DELETE FROM detail WHERE idx = 1"])
    report = again(gateway)
    assert report.erased == {}
    assert {1, 3} <= set(report.problems)
    assert set(report.problems.values()) == {"its detail is gone, and no erasure explains it"}


def test_the_command_tells_indexes_counts_and_commitments_only(gateway: Gateway, settings: Settings) -> None:
    """One entry or all; exit 0, 1 when one comes out otherwise, 2 for wrong use; nothing personal in any of it."""
    live(gateway)
    told = json.loads(run(settings, "replay", "--all", "--format", "json").stdout)
    assert (told["ok"], told["problems"], told["erased"]) == (True, [], [])
    assert told["decisions"] == 9
    assert run(settings, "replay", "1").stdout.startswith("1 decisions and 0 releases come out as they were logged")
    assert run(settings, "replay").exit_code == 2
    assert run(settings, "replay", "1", "--all").exit_code == 2
    for index in ("0", "9999"):
        assert isinstance(run(settings, "replay", index).exception, NotFoundError)
    with gateway.tools.store.read() as unit:
        commitment = gateway.tools.recorder.read(unit, 1)[0].detail
    bad = forge(gateway, 3, lambda detail: answer(detail).update(rules=[]))
    erased(gateway, 1, withdraw=True)
    failed = run(settings, "replay", "--all")
    assert failed.exit_code == 1
    assert f"entry {bad}: its decision comes out otherwise" in failed.output
    assert f"entry 1: {commitment}" in failed.output
    shown = json.dumps(told) + failed.output
    assert not [word for word in ("Z-2026", "sanne", "dudok", "1299", "RVB") if word in shown]


def test_one_entry_can_be_taken_again(gateway: Gateway) -> None:
    """By its index; what is no decision has nothing to take again."""
    live(gateway)
    with gateway.tools.store.read() as unit:
        assert replay_one(unit, gateway.tools.recorder, 1).decisions == 1
        assert replay_one(unit, gateway.tools.recorder, 2).releases == 1


def test_the_detail_grows_little_by_what_a_replay_needs(gateway: Gateway) -> None:
    """The facts of a decision are some hundred bytes beside its own words."""
    submit(gateway, cases.landlord(DAY, 1))
    with gateway.tools.store.read() as unit:
        detail = gateway.tools.recorder.read(unit, 1)[1]
    assert len(canonical(detail["facts"])) < 600
