"""Activation: nothing decides unless two approvers signed exactly it as the next number, and a start asks again."""

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gateway.bootstrap import Gateway, build
from gateway.config.packed_policy import pack
from gateway.config.policy_files import read_policy_files
from gateway.config.settings import Settings
from gateway.config.signature_files import write_signature
from gateway.crypto.jwk import generate_key
from gateway.crypto.key_kinds import HPKE_9_KE
from gateway.crypto.notes import NoteSigner
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import ConfigError, GatewayError, LogTamperedError, NotActivatedError, PolicyUnreadableError
from gateway.model.decision import Outcome
from gateway.opening import active_files, is_in_folder, open_reader
from gateway.policy.activation import Activation
from gateway.policy.statement import Statement
from gateway.upkeep import activate_policy
from tests.conftest import NOON, SetClock
from tests.pipeline.newcomer import Newcomer, kids_of

SIGNERS = {name: NoteSigner.generate(name) for name in ("anna", "bas", "carla")}


class Office:
    """Three approvers, of whom the first two are on the list, and the folder of a policy that they may sign."""

    def __init__(self, root: Path, settings: Settings) -> None:
        """Copy the shipped policy; the gateway is no demo. The near misses, which take seconds, are left out."""
        self.settings = replace(settings, demo=False, policies=root / "policies")
        self.folder = root / "policies"
        shutil.copytree(settings.policies, self.folder)
        (self.folder / "examples" / "near-misses.yaml").unlink()
        self.settings.policy_approvers.write_text(f"{SIGNERS['anna'].vkey}\n{SIGNERS['bas'].vkey}\n")

    def sign(self, *names: str, sequence: int = 1, issuer: str | None = None, previous: str | None = None) -> None:
        """Sign as these approvers, after whatever is the newest policy."""
        digest = f"sha256:{hashlib.sha256(pack(read_policy_files(self.folder))).hexdigest()}"
        after = (self.newest() if sequence > 1 else "") if previous is None else previous
        statement = Statement(issuer or self.settings.issuer, sequence, digest, after)
        for name in names:
            write_signature(self.folder, name, SIGNERS[name].sign(statement.text()))

    def newest(self) -> str:
        """Return the digest of the newest policy."""
        with closing(open_reader(self.settings)) as reader, reader.read() as unit:
            newest = unit.bundles.newest()
        return "" if newest is None else newest.digest

    def activate(self) -> Activation:
        """Activate what the folder holds."""
        return activate_policy(self.settings, self.folder, by="os:an-operator", clock=lambda: NOON)

    def change(self) -> None:
        """Change a byte that decides nothing."""
        vocabulary = self.folder / "vocabulary.yaml"
        vocabulary.write_bytes(vocabulary.read_bytes() + b"# changed\n")

    def harm(self, *statements: str) -> None:
        """Change the database as someone who administers it can."""
        engine = create_engine(self.settings.database_url)
        with engine.begin() as connection:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER policy_bundle_no_{verb}"))
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@pytest.fixture
def office(tmp_path: Path, settings: Settings) -> Office:
    """Return the approvers, with a database that is new: whatever a demo left is gone."""
    for path in settings.home.glob("gateway.sqlite*"):
        path.unlink()
    (settings.home / "log.seen").unlink()
    return Office(tmp_path, settings)


def old_signatures(office: Office) -> None:
    """Sign the second policy as if it were the first."""
    office.sign("anna", "bas")
    office.activate()
    office.change()
    office.sign("anna", "bas")


def rolled_back(office: Office) -> None:
    """Bring the first policy with its signatures back after the second was activated."""
    shutil.copytree(office.folder, office.folder.parent / "first")
    office.sign("anna", "bas")
    shutil.copytree(office.folder / "signatures", office.folder.parent / "kept")
    office.activate()
    office.change()
    office.sign("anna", "bas", sequence=2)
    office.activate()
    shutil.rmtree(office.folder)
    shutil.copytree(office.folder.parent / "first", office.folder)
    shutil.copytree(office.folder.parent / "kept", office.folder / "signatures")


def of_another_bundle(office: Office) -> None:
    """Copy the signatures beside a policy with one more byte."""
    office.sign("anna", "bas")
    office.change()


@pytest.mark.control("DPIA-08")
@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda office: None, "nobody has signed this policy as number 1"),
        (lambda office: office.sign("anna"), "only `anna` has signed"),
        (lambda office: office.sign("anna", "anna"), "only `anna` has signed"),
        (lambda office: office.sign("anna", "carla"), "`carla` signed, but is not among the approvers"),
        (
            lambda office: office.sign("anna", "bas", sequence=2, previous=""),
            "what comes next is `sequence 1`",
        ),
        (lambda office: office.sign("anna", "bas", issuer="elsewhere.example"), "is for another gateway"),
        (of_another_bundle, "changed after it was signed"),
        (old_signatures, "says `sequence 1`, and what comes next is `sequence 2`"),
        (rolled_back, "says `sequence 1`, and what comes next is `sequence 3`"),
    ],
)
def test_a_policy_without_two_signatures_as_the_next_one_is_refused(
    office: Office, prepare: Callable[[Office], None], why: str
) -> None:
    """Unsigned, one approver, twice the same, a stranger, another number, gateway or policy, or an older one again."""
    prepare(office)
    engine = create_engine(office.settings.database_url)
    with pytest.raises(NotActivatedError) as caught:
        office.activate()
    assert why in caught.value.message
    assert caught.value.hint
    with engine.connect() as connection:
        counted = connection.execute(text("SELECT count(*) FROM policy_bundle")).scalar()
        entries = connection.execute(text("SELECT count(*) FROM leaf")).scalar()
    assert counted == entries  # nothing half: no bundle without entry, no entry without bundle
    engine.dispose()


def test_what_is_not_ready_is_neither_signed_nor_activated(office: Office) -> None:
    """An example that comes out otherwise stops both; so does a file that cannot be read."""
    office.sign("anna", "bas")
    scenarios = office.folder / "examples" / "scenarios.yaml"
    scenarios.write_text(scenarios.read_text().replace("expected: permit\n", "expected: deny\n", 1))
    with pytest.raises(NotActivatedError, match="come out otherwise") as caught:
        office.activate()
    assert "policy test" in caught.value.hint
    (office.folder / "vocabulary.yaml").write_text("no: policy\n")
    with pytest.raises(PolicyUnreadableError):
        office.activate()


def test_without_an_active_policy_nothing_starts(office: Office) -> None:
    """A folder alone decides nothing outside demo mode; the hint says how to go on."""
    with pytest.raises(NotActivatedError, match="no policy was ever activated") as caught:
        build(office.settings)
    assert "policy activate" in caught.value.hint


def test_without_a_list_of_approvers_nothing_starts(office: Office) -> None:
    """Who may approve must be said somewhere."""
    office.settings.policy_approvers.unlink()
    with pytest.raises(ConfigError, match="list of the policy's approvers"):
        build(office.settings)


def test_what_a_demo_took_unsigned_decides_no_real_case(gateway: Gateway, office: Office, settings: Settings) -> None:
    """A database of invented cases does not become a real one by leaving the flag out."""
    gateway.tools.store.close()
    build(settings).tools.store.close()
    with pytest.raises(NotActivatedError, match="taken unsigned by a demo"):
        active_files(office.settings)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE policy_bundle SET files = CAST(files || x'00' AS BLOB)", LogTamperedError),
        ("UPDATE policy_bundle SET signatures = replace(signatures, 'sequence 1', 'sequence 2')", NotActivatedError),
        ("UPDATE policy_bundle SET signatures = replace(signatures, '\u2014 anna', '\u2014 bas')", NotActivatedError),
        ("UPDATE policy_bundle SET signatures = ''", NotActivatedError),
        ("UPDATE policy_bundle SET previous = 'sha256:0'", NotActivatedError),
        ("DELETE FROM policy_bundle", NotActivatedError),
    ],
)
def test_an_active_policy_that_was_altered_stops_the_start(
    office: Office, statement: str, error: type[GatewayError]
) -> None:
    """Its bytes, its signatures, whose they are, its place, or all of it."""
    office.sign("anna", "bas")
    office.activate()
    office.harm(statement)
    with pytest.raises(error) as caught:
        build(office.settings)
    assert caught.value.hint


def test_an_approver_who_left_no_longer_counts_at_the_next_start(office: Office) -> None:
    """The list is read at every start; whoever takes over signs the same policy as the next number."""
    office.sign("anna", "bas")
    office.activate()
    lines = office.settings.policy_approvers.read_text().splitlines()
    office.settings.policy_approvers.write_text(lines[0])
    with pytest.raises(NotActivatedError, match="`bas` signed, but is not among"):
        build(office.settings)
    office.settings.policy_approvers.write_text("\n".join(lines))
    office.sign("anna", "bas", sequence=2)
    assert office.activate().sequence == 2


@pytest.mark.control("DPIA-08")
def test_a_policy_that_two_approvers_signed_decides_from_the_next_start_on(office: Office, clock: SetClock) -> None:
    """What is active is what they signed, whatever the folder says later; the log names who signed, encrypted."""
    office.sign("anna", "bas")
    told = office.activate()
    assert (told.sequence, told.leaf_index, told.approvers) == (1, 0, ("anna", "bas"))
    gateway = build(office.settings, clock=clock)
    assert gateway.tools.policy.bundle.digest == told.digest
    assert is_in_folder(office.settings, told.digest)
    assert kids_of(gateway, "avim") == []  # keys come of files in a demo only
    Newcomer(gateway, "avim", enc=generate_key(HPKE_9_KE)).enrol()
    body = json.dumps(cases.urgent(NOON.date(), 1, "protect_victim")).encode()
    view = gateway.team.submit(body, DEMO_PEOPLE[0])
    assert view.outcome in set(Outcome)
    assert view.leaf_index is not None
    with gateway.tools.store.read() as unit:
        leaf, detail, _ = gateway.tools.recorder.read(unit, 0)
        decision, _, _ = gateway.tools.recorder.read(unit, view.leaf_index)
    assert (leaf.type, leaf.outcome, leaf.bundle) == ("policy", "activated", told.digest)
    assert detail["approvers"] == ["anna", "bas"]
    assert decision.bundle == told.digest
    gateway.tools.store.close()

    first = read_policy_files(office.folder)
    office.change()
    assert not is_in_folder(office.settings, told.digest)
    assert active_files(office.settings) == first
    office.sign("anna", "bas", sequence=2)
    second = office.activate()
    assert active_files(office.settings) == read_policy_files(office.folder)
    again = build(office.settings, clock=clock)
    with again.tools.store.read() as unit:
        newest = unit.bundles.newest()
        assert newest is not None
        assert (newest.sequence, newest.previous, newest.digest) == (2, told.digest, second.digest)
        assert again.tools.recorder.read(unit, newest.leaf_index)[0].prev == 0
    assert again.team.verify_log().ok
    again.tools.store.close()
