"""What is proved of the shipped policy, and of one with a planted fault."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import BrokenInvariantError
from gateway.model.invariant import Elsewhere
from gateway.policy.load import load_policy
from gateway.policy.prove import count_cells, prove
from tests.decide.shorthand import ROOT, SHIPPED
from tests.refusals import refused

FOLDER = ROOT / "policies"
BLUEPRINT, INVARIANTS = "blueprint/2023-01-01.yaml", "invariants.yaml"
NEEDS_OWNER = b'{subject_is_sex_worker: "no", owned_by_recipient: "yes", illegality_established: "yes"}'
DRAFTS = {"wgts": dt.date(2028, 1, 1), "wrs": dt.date(2028, 7, 1)}


def files(old: bytes = b"", new: bytes = b"", *, name: str = BLUEPRINT, draft: str | None = None) -> dict[str, bytes]:
    """Return the shipped files, one of them with a fault."""
    found = read_policy_files(FOLDER, draft=draft)
    assert not old or found[name].count(old) == 1
    return {**found, name: found[name].replace(old, new) if old else found[name]}


def test_a_bundle_that_breaks_an_invariant_does_not_load() -> None:
    """The message says which, and shows the counterexample in words; the hint says what to do."""
    fault = NEEDS_OWNER.replace(b'owned_by_recipient: "yes", ', b"")
    with refused(BrokenInvariantError, "INV-LANDLORD-OWNS-IT: To this recipient (housing corporation)") as caught:
        load_policy(files(NEEDS_OWNER, fault))
    assert "It is not known whether this is so: “The dwelling belongs to the recipient" in caught.value.message
    assert "gateway policy prove" in caught.value.hint


def test_a_long_list_of_what_is_broken_is_cut_short() -> None:
    """Three are shown, and how many more there are."""
    with refused(BrokenInvariantError, " more)") as caught:
        load_policy(files(b"rows:\n", b"rows:\n" + EVERYTHING_TO_THE_MINISTRY))
    assert caught.value.message.count("INV-") == 3


EVERYTHING_TO_THE_MINISTRY = b"""
  - id: X-1
    recipients: [ministry, housing_corporation]
    grounds: [general_oversight, illegal_sex_work]
    roles: [sex_worker, tenant]
    when: {purpose_matches: "yes"}
    skip: [agreement_current, dpia_current, single_case]
    approval: none
    fields: [name, work_name, phone]
    legal_basis: [AVG-6-1-e]
    label: {nl: "x", en: "x"}
    shows_roles: [sex_worker]
    note: {nl: "x", en: "x"}
"""


def test_an_epoch_in_which_nothing_holds_breaks_the_duties() -> None:
    """A policy that ends without a next one: from that day no exploitation signal would reach AVIM."""
    bundle = load_bundle(files())
    ended = tuple(replace(edition, ends=edition.ends or dt.date(2027, 1, 1)) for edition in bundle.editions)
    proof = prove(Policy(replace(bundle, editions=ended)))
    broken = {finding.invariant.id: finding.broken for finding in proof.broken}
    assert "INV-EXPLOITATION-REACHES-AVIM" in broken
    shown = broken["INV-EXPLOITATION-REACHES-AVIM"]
    assert shown is not None
    assert "from 2027-01-01 on" in shown.told.en
    assert proof.epochs[-1] == dt.date(2027, 1, 1)


@pytest.mark.parametrize("draft", DRAFTS)
def test_a_draft_that_breaks_what_it_does_not_name_does_not_load(draft: str) -> None:
    """Coming law that changes an invariant must say so."""
    name = f"blueprint/{draft}.draft.yaml"
    with refused(BrokenInvariantError, "INV-SEX-WORKER-NOT-ENFORCED"):
        load_policy(files(b"[INV-SEX-WORKER-NOT-ENFORCED]", b"[]", name=name, draft=draft))


@pytest.mark.parametrize("draft", DRAFTS)
def test_a_draft_changes_what_it_names_from_its_day_on_and_nothing_else(draft: str) -> None:
    """The proof shows what it lets happen; before its day the invariant stands."""
    proof = prove(load_policy(files(draft=draft)))
    assert proof.broken == ()
    changed = {finding.invariant.id: finding.changed for finding in proof.findings if finding.changed}
    assert changed.keys() == {"INV-SEX-WORKER-NOT-ENFORCED"}
    (example,) = changed.values()
    assert example is not None
    assert example.query is not None
    assert (example.query.recipient, example.query.role) == ("legal_enforcement", "sex_worker")
    assert example.query.date == DRAFTS[draft]


@pytest.mark.control("DPIA-02", "DPIA-06", "DPIA-12")
def test_every_invariant_holds_in_every_epoch_of_the_shipped_policy() -> None:
    """Past, now and coming; those about the gateway itself are told apart and are not called proved."""
    proof = prove(SHIPPED)
    assert proof.broken == ()
    assert proof.epochs == (dt.date(2023, 1, 1), dt.date(2026, 1, 1))
    bundle = SHIPPED.bundle
    assert [finding.invariant.id for finding in proof.findings] == [
        invariant.id for invariant in bundle.invariants if not isinstance(invariant.statement, Elsewhere)
    ]
    assert len(proof.findings) > 60
    assert {invariant.id for invariant in proof.elsewhere} >= {"INV-LOG-BEFORE-SENDING", "INV-DENIAL-LEAKS-NOTHING"}


def test_the_cells_are_counted() -> None:
    """Epochs x recipient kinds x grounds x roles x fields; the combinations are what the rules tell apart in them."""
    words = SHIPPED.bundle.vocabulary
    cells, combinations = count_cells(SHIPPED)
    assert cells == 2 * len(words.recipients) * len(words.grounds) * len(words.roles) * len(words.fields)
    assert combinations > cells


def test_the_tests_that_stand_in_for_a_proof_exist() -> None:
    """An invariant about the gateway names the files that show it."""
    named = [one.statement.tests for one in SHIPPED.bundle.invariants if isinstance(one.statement, Elsewhere)]
    assert len(named) >= 4
    missing = [test for tests in named for test in tests if not (ROOT / test).is_file()]
    assert missing == []
    assert all(Path(test).name.startswith("test_") for tests in named for test in tests)


def test_the_drafts_that_invariants_wait_for_exist() -> None:
    """Bound until a law that nobody drafted would be bound to nothing."""
    until = {draft for invariant in SHIPPED.bundle.invariants for draft in invariant.until}
    assert until <= {path.name.removesuffix(".draft.yaml") for path in (FOLDER / "blueprint").glob("*.draft.yaml")}
    assert until == DRAFTS.keys()


def test_a_municipality_that_widened_would_be_found() -> None:
    """The form of its file leaves no place for that; should the loader ever err, the proof does not."""
    bundle = load_bundle(files())
    # As if the municipality had added SP-1 to a blueprint that lacks it.
    without = [replace(each, rows=tuple(row for row in each.rows if row.id != "SP-1")) for each in bundle.blueprint]
    broken = prove(Policy(replace(bundle, blueprint=tuple(without)))).broken
    assert [one.invariant.id for one in broken] == ["INV-LOCAL-ONLY-RESTRICTS"]
    (shown,) = [one.broken for one in broken]
    assert shown is not None
    assert "by the blueprint alone" in shown.told.en
