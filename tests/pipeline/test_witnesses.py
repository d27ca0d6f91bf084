"""Releases and their witnesses: the ordinary waits for them and stays near them, the urgent waits for nobody."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from gateway.bootstrap import Gateway, Materials
from gateway.cli import gateway as command
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.errors import LogForkError, NotWitnessedError, UnwitnessedError
from gateway.log.verify import read_message, verify_message
from gateway.log.witnessed import Progress
from gateway.model.decision import Outcome
from gateway.model.views import PartState
from gateway.pipeline import disclose, hand_over, judge
from tests.conftest import NOON, SetClock
from tests.cosign.conftest import AGES
from tests.cosign.small_witness import SmallWitness
from tests.databases import on_both
from tests.pipeline.witnessed_gateway import BRAM, SANNE, size, submit, trust_of, witnessed
from tests.refusals import refused

pytestmark = on_both

DAY = NOON.date()
HELP = cases.help_with_consent(DAY, 1, "offer_help")
URGENT = cases.urgent(DAY, 9, "protect_victim")


@pytest.fixture
def scene(settings: Settings, clock: SetClock, materials: Materials) -> Iterator[tuple[Gateway, SmallWitness]]:
    """Return a gateway that may be five entries ahead of its witness, for ten minutes."""
    with witnessed(settings, clock, materials, limit="5 entries, 10 minutes") as made:
        yield made


def _message(gateway: Gateway, partner: str) -> str:
    return gateway.partners.inbox(partner, now=NOON)[0].message_id


def _seen(gateway: Gateway) -> None:
    """Let the witness see the log as it stands."""
    gateway.pusher.start()
    assert gateway.tools.witnessed.wait(size(gateway) - 1, AGES)


def test_an_ordinary_message_is_not_handed_over_before_a_witness_has_seen_it(
    scene: tuple[Gateway, SmallWitness],
) -> None:
    """Not when it hangs, nor when it is away: the message waits in the inbox and was not delivered."""
    gateway, witness = scene
    view = submit(gateway, HELP)
    witness.gate.clear()
    gateway.pusher.start()
    message = _message(gateway, "belle")
    with refused(NotWitnessedError, "have not seen this message yet"):
        gateway.partners.envelope("belle", message, now=NOON)
    gateway.tools.witnessed.despair()
    with refused(NotWitnessedError):
        gateway.partners.envelope("belle", message, now=NOON)
    assert gateway.team.follow(view.id, SANNE).parts[0].state is PartState.RELEASED
    assert [line.state for line in gateway.partners.inbox("belle", now=NOON)] == ["waiting"]


def test_a_decision_that_no_longer_stands_is_not_waited_for(scene: tuple[Gateway, SmallWitness]) -> None:
    """It is voided, whether or not a witness has seen it: stopping a message protects people."""
    gateway, _ = scene
    gateway.tools.witnessed.despair()
    view = submit(gateway, HELP)
    gateway.team.withdraw_consent(view.id, SANNE)
    assert gateway.partners.inbox("belle", now=NOON) == []


@pytest.mark.control("DPIA-11")
def test_what_would_run_too_far_ahead_of_the_witnesses_is_refused(scene: tuple[Gateway, SmallWitness]) -> None:
    """Nothing is recorded; the same key works once the witness has seen the log; refusals are still recorded."""
    gateway, _ = scene
    submit(gateway, HELP)  # after the entry of the start: three
    waits = submit(gateway, cases.landlord(DAY, 2)).parts[0]
    again = cases.help_with_consent(DAY, 3, "offer_help")
    before = size(gateway)
    # The look before sealing finds four of five; only the commit itself knows that its release would be the sixth.
    with refused(UnwitnessedError, "have not seen its newest entries for too long"):
        submit(gateway, again)
    assert size(gateway) == before == 4
    denied = submit(gateway, cases.landlord(DAY, 4, illegality_established="unknown"))
    assert denied.outcome is Outcome.DENY
    submit(gateway, cases.landlord(DAY, 5, illegality_established="unknown"))
    with refused(UnwitnessedError):
        submit(gateway, again)
    part = gateway.team.lines(BRAM)[-1]
    assert waits.state is PartState.WAITING
    with refused(UnwitnessedError):
        gateway.team.approve(part.id, waits.id, waits.digest, BRAM)
    assert size(gateway) == 6
    _seen(gateway)
    assert submit(gateway, again).outcome is Outcome.PERMIT


def test_what_is_refused_is_not_even_sealed(
    scene: tuple[Gateway, SmallWitness], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a request nor an approval: no ciphertext is made that then lies about."""
    gateway, _ = scene
    waits = submit(gateway, cases.landlord(DAY, 1))
    for number in range(2, 7):
        submit(gateway, cases.landlord(DAY, number, illegality_established="unknown"))
    sealed: list[object] = []
    for module in (disclose, judge):
        monkeypatch.setattr(module, "seal_draft", lambda _tools, draft, _at: sealed.append(draft))
    with refused(UnwitnessedError):
        submit(gateway, cases.help_with_consent(DAY, 8, "offer_help"))
    with refused(UnwitnessedError):
        gateway.team.approve(waits.id, waits.parts[0].id, waits.parts[0].digest, BRAM)
    assert sealed == []


def test_what_has_waited_too_long_for_a_witness_stops_the_rest(
    scene: tuple[Gateway, SmallWitness], clock: SetClock
) -> None:
    """One entry of eleven minutes ago is enough; an old entry that was seen is not."""
    gateway, _ = scene
    _seen(gateway)
    clock.now = NOON + dt.timedelta(days=1)
    submit(gateway, cases.help_with_consent(DAY, 1, "offer_help"))
    assert gateway.tools.witnessed.wait(size(gateway) - 1, AGES)
    gateway.pusher.stop()
    submit(gateway, cases.landlord(DAY, 2, illegality_established="unknown"))
    clock.now += dt.timedelta(minutes=10)
    submit(gateway, cases.help_with_consent(DAY, 3, "offer_help"))
    clock.now += dt.timedelta(minutes=1)
    with refused(UnwitnessedError):
        submit(gateway, cases.help_with_consent(DAY, 4, "offer_help"))


@pytest.mark.control("DPIA-11")
def test_a_fork_stops_all_but_the_urgent(scene: tuple[Gateway, SmallWitness], materials: Materials) -> None:
    """Nothing is recorded, not even a refusal or a withdrawal; a hand-over to AVIM is, and is fetched."""
    gateway, witness = scene
    view = submit(gateway, HELP)
    gateway.tools.witnessed.stop(LogForkError("witness `w` has seen another log", hint="call the privacy officer"))
    before = size(gateway)
    for request in (
        cases.help_with_consent(DAY, 2, "offer_help"),
        cases.landlord(DAY, 3, illegality_established="unknown"),
    ):
        with refused(LogForkError):
            submit(gateway, request)
    with refused(LogForkError):
        gateway.team.withdraw_consent(view.id, SANNE)
    with refused(NotWitnessedError):
        gateway.partners.envelope("belle", _message(gateway, "belle"), now=NOON)
    assert size(gateway) == before
    submit(gateway, URGENT)
    envelope = gateway.partners.envelope("avim", _message(gateway, "avim"), now=NOON)
    stapled = read_message(envelope, trust_of(materials, witness), recipient="avim", now=NOON)
    assert stapled.unwitnessed is not None


def test_the_urgent_goes_at_once_and_has_its_proof_upgraded(
    scene: tuple[Gateway, SmallWitness], materials: Materials
) -> None:
    """However far the log is ahead; and the same fetch later carries the witness's word."""
    gateway, witness = scene
    trust = trust_of(materials, witness)
    for number in (1, 2, 3, 4, 5):
        submit(gateway, cases.landlord(DAY, number, illegality_established="unknown"))
    submit(gateway, URGENT)
    message = _message(gateway, "avim")
    first = gateway.partners.envelope("avim", message, now=NOON)
    with refused(NotWitnessedError):
        verify_message(first, trust, recipient="avim", now=NOON)
    _seen(gateway)
    later = gateway.partners.envelope("avim", message, now=NOON)
    assert verify_message(later, trust, recipient="avim", now=NOON).seen == {"w": NOON}
    assert (later.message, later.leaf) == (first.message, first.leaf)


def test_a_proof_is_of_the_time_of_its_entry(
    scene: tuple[Gateway, SmallWitness], materials: Materials, clock: SetClock
) -> None:
    """The oldest checkpoint that the witness has seen with the entry in it, however much came after."""
    gateway, witness = scene
    submit(gateway, HELP)
    _seen(gateway)
    counted = size(gateway)
    clock.now = NOON + dt.timedelta(hours=1)
    submit(gateway, cases.help_with_consent(DAY, 2, "offer_help"))
    assert gateway.tools.witnessed.wait(size(gateway) - 1, AGES)
    envelope = gateway.partners.envelope("belle", _message(gateway, "belle"), now=clock.now)
    stapled = verify_message(envelope, trust_of(materials, witness), recipient="belle", now=clock.now)
    assert (stapled.checkpoint.size, stapled.seen) == (counted, {"w": NOON})


def test_everybody_can_see_how_far_the_witness_is(
    scene: tuple[Gateway, SmallWitness], materials: Materials, settings: Settings
) -> None:
    """A partner gets the newest checkpoint that was seen; the officer's page and command tell the rest."""
    gateway, witness = scene
    _seen(gateway)
    gateway.pusher.stop()
    submit(gateway, URGENT)
    trust = trust_of(materials, witness)
    assert trust.verify(gateway.partners.checkpoint(), now=NOON).size == 1
    assert trust.verify_signed(gateway.team.log_summary().checkpoint).size == size(gateway) == 3
    assert gateway.team.log_witnesses() == [Progress("w", 1, NOON)]
    environ = {
        "GATEWAY_HOME": str(settings.home),
        "GATEWAY_DATABASE_URL": settings.database_url,
        "GATEWAY_WITNESSES": str(settings.home / "witnesses.policy"),
    }
    done = CliRunner().invoke(command, ["log", "checkpoint", "--format", "json"], env=environ)
    assert json.loads(done.stdout)["witnesses"] == [{"name": "w", "size": 1, "at": "2026-11-24T12:00:00Z"}]
    done = CliRunner().invoke(command, ["log", "checkpoint"], env=environ)
    assert done.stdout == gateway.team.log_summary().checkpoint
    assert done.stderr == "witness w has seen 1 of 3 entries, at 2026-11-24T12:00:00Z\n"


def test_a_fetch_waits_for_the_witness_that_is_about_to_answer(
    scene: tuple[Gateway, SmallWitness], materials: Materials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is answered as soon as the word is there; and a first log needs no witness before its first release."""
    monkeypatch.setattr(hand_over, "WAIT", AGES)  # however slow this machine is
    gateway, witness = scene
    submit(gateway, HELP)
    gateway.pusher.start()
    envelope = gateway.partners.envelope("belle", _message(gateway, "belle"), now=NOON)
    verify_message(envelope, trust_of(materials, witness), recipient="belle", now=NOON)
