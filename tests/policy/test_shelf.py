"""The shelf at start: every bundle that decided is kept with its entry, and what was kept is compared."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gateway.bootstrap import Gateway, build, read_materials
from gateway.config.policy_files import read_policy_files
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import LogTamperedError
from gateway.policy.shelf import open_files
from tests.conftest import NOON
from tests.databases import on_both


@pytest.fixture
def changed(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings whose policy has one more comment: other bytes, so another bundle."""
    folder = tmp_path / "policies"
    shutil.copytree(settings.policies, folder)
    vocabulary = folder / "vocabulary.yaml"
    vocabulary.write_bytes(vocabulary.read_bytes() + b"# changed\n")
    return replace(settings, policies=folder)


def harm(settings: Settings, *statements: str) -> None:
    """Change the database as someone who administers it can: the triggers go first."""
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER policy_bundle_no_{verb}"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def start_again(gateway: Gateway, settings: Settings) -> Gateway:
    """Stop, and start with the files of these settings."""
    gateway.tools.store.close()
    return build(settings, clock=gateway.tools.clock, materials=read_materials(settings))


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM policy_bundle WHERE sequence = 1", "is missing"),
        ("DELETE FROM policy_bundle WHERE sequence = 2", "rests on a policy that is missing"),
        ("UPDATE policy_bundle SET digest = 'sha256:' || substr(digest, 8) || '0' WHERE sequence = 2", "does not say"),
        ("UPDATE policy_bundle SET leaf_index = 0 WHERE sequence = 2", "does not say"),
        ("UPDATE policy_bundle SET sequence = 7 WHERE sequence = 2", "is missing"),
    ],
)
def test_a_shelf_that_the_log_contradicts_stops_the_start(
    gateway: Gateway, changed: Settings, statement: str, problem: str
) -> None:
    """A bundle that is deleted, renumbered or put in another's place is noticed, also by the next process."""
    second = start_again(gateway, changed)
    second.tools.store.close()
    harm(changed, statement)
    with pytest.raises(LogTamperedError, match=problem) as caught:
        build(changed)
    assert caught.value.hint


def test_files_that_were_altered_on_the_shelf_are_not_opened(gateway: Gateway, settings: Settings) -> None:
    """Their hash is the digest in the log."""
    harm(settings, "UPDATE policy_bundle SET files = CAST(files || x'00' AS BLOB)")
    with gateway.tools.store.read() as unit:
        newest = unit.bundles.newest()
    assert newest is not None
    with pytest.raises(LogTamperedError, match="not those that were active"):
        open_files(newest)


@on_both
def test_every_bundle_that_decided_is_kept_once_with_its_entry(gateway: Gateway, changed: Settings) -> None:
    """Two starts with the same files are one bundle; other files are the next, and nothing of the first is lost."""
    first = gateway.tools.policy.bundle.digest
    second = start_again(gateway, changed)
    again = start_again(second, changed)
    body = json.dumps(cases.urgent(NOON.date(), 1, "protect_victim")).encode()
    again.team.submit(body, DEMO_PEOPLE[0])
    digest = again.tools.policy.bundle.digest
    with again.tools.store.read() as unit:
        assert unit.bundles.sequences() == [(1, first), (2, digest)]
        newest = unit.bundles.newest()
        assert newest is not None
        assert (newest.previous, newest.signatures, newest.leaf_index) == (first, "", 1)
        assert open_files(newest) == read_policy_files(changed.policies)
        leaf, detail, _ = again.tools.recorder.read(unit, newest.leaf_index)
        decision, _, _ = again.tools.recorder.read(unit, 2)
    assert (leaf.type, leaf.outcome, leaf.bundle, leaf.prev) == ("policy", "unsigned", digest, 0)
    assert detail == {
        "kind": "policy",
        "sequence": 2,
        "digest": digest,
        "previous": first,
        "approvers": [],
        "by": "start",
        "at": "2026-11-24T12:00:00+00:00",
    }
    assert decision.bundle == digest
    again.tools.store.close()
