"""The way of one disclosure through every stage, on a real store; refusals and stops first."""

import datetime as dt
import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import DuplicateRequestError, InvalidRequestError, NotFoundError, NotPermittedError
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.decision import Approval, Outcome
from gateway.model.leaf import LeafType
from gateway.model.terms import Json
from gateway.model.views import DisclosureView, PartState
from tests.builders import ADVICE
from tests.conftest import NOON, SetClock
from tests.databases import on_both

pytestmark = on_both

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE
DAY = NOON.date()
PURPOSES = {"exploitation_signal": "protect_victim", "care_consent": "offer_help"}


def submit(gateway: Gateway, request: dict[str, Json]) -> DisclosureView:
    """Submit as Sanne."""
    return gateway.team.submit(json.dumps(request).encode(), SANNE)


def leaf_types(gateway: Gateway) -> list[str]:
    """Return the types of all leaves after the one of the start, which is about the policy."""
    return [line.type for line in gateway.team.log_entries(1, 1000)]


def assert_log_in_order(gateway: Gateway) -> None:
    """Recompute the whole log."""
    report = gateway.team.verify_log()
    assert report.ok, report.problem


@pytest.mark.control("DPIA-07")
def test_a_refusal_is_logged_and_nothing_leaves(gateway: Gateway) -> None:
    """A denied request is one decision leaf, no message and no stored request."""
    view = submit(gateway, cases.landlord(DAY, 1, illegality_established="unknown"))
    assert view.outcome is Outcome.DENY
    assert view.parts == ()
    assert leaf_types(gateway) == ["decision"]
    assert gateway.partners.inbox("dudok-wonen", now=NOON) == []
    with gateway.tools.store.read() as unit:
        assert unit.disclosures.get(view.id).box is None
    assert_log_in_order(gateway)


@pytest.mark.control("DPIA-08")
def test_nobody_approves_their_own_request(gateway: Gateway) -> None:
    """Four eyes are two identities."""
    view = submit(gateway, cases.landlord(DAY, 1))
    with pytest.raises(NotPermittedError):
        gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, SANNE)
    assert gateway.partners.inbox("dudok-wonen", now=NOON) == []


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, "", "Żwirelda", "\ud800"])
def test_an_approval_of_something_else_is_refused(gateway: Gateway, digest: str) -> None:
    """The approval binds to the digest of exactly what would leave; any other text is a refusal, never an error."""
    view = submit(gateway, cases.landlord(DAY, 1))
    with pytest.raises(DuplicateRequestError):
        gateway.team.approve(view.id, view.parts[0].id, digest, BRAM)


def test_a_hold_voids_what_waits_for_approval(gateway: Gateway) -> None:
    """A signal about the address, sent to AVIM in the meantime, stops the landlord's message for good."""
    view = submit(gateway, cases.landlord(DAY, 1))
    submit(gateway, cases.urgent(DAY, 2, PURPOSES["exploitation_signal"], address=cases.ADDRESS))
    after = gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    assert after.parts[0].state is PartState.VOIDED
    assert gateway.partners.inbox("dudok-wonen", now=NOON) == []
    assert_log_in_order(gateway)


def test_a_hold_voids_what_was_approved_but_not_fetched(gateway: Gateway) -> None:
    """The decision is taken again before delivery: the partner finds nothing, and the log says why and when."""
    view = submit(gateway, cases.landlord(DAY, 1))
    view = gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    submit(gateway, cases.urgent(DAY, 2, PURPOSES["exploitation_signal"], address=cases.ADDRESS))
    message = view.parts[0].message_id
    assert message is not None
    with pytest.raises(NotFoundError):
        gateway.partners.envelope("dudok-wonen", message, now=NOON)
    assert gateway.team.follow(view.id, SANNE).parts[0].state is PartState.VOIDED
    assert leaf_types(gateway)[-1] == LeafType.RECALL.value


@pytest.mark.control("DPIA-15")
def test_withdrawn_consent_stops_a_message_that_was_not_fetched(gateway: Gateway) -> None:
    """GDPR article 7(3): what has not left does not leave."""
    view = submit(gateway, cases.help_with_consent(DAY, 1, PURPOSES["care_consent"]))
    assert view.outcome is Outcome.PERMIT
    gateway.team.withdraw_consent(view.id, SANNE)
    assert gateway.partners.inbox("belle", now=NOON) == []
    message = view.parts[0].message_id
    assert message is not None
    with pytest.raises(NotFoundError):
        gateway.partners.envelope("belle", message, now=NOON)


@pytest.mark.control("DPIA-15")
def test_withdrawn_consent_recalls_a_message_that_was_fetched(gateway: Gateway) -> None:
    """GDPR article 19: the recipient is told."""
    view = submit(gateway, cases.help_with_consent(DAY, 1, PURPOSES["care_consent"]))
    message = view.parts[0].message_id
    assert message is not None
    gateway.partners.envelope("belle", message, now=NOON)
    after = gateway.team.withdraw_consent(view.id, SANNE)
    assert after.parts[0].state is PartState.RECALLED
    assert [line.state for line in gateway.partners.inbox("belle", now=NOON)] == ["recalled", "waiting"]


def test_a_lapsed_agreement_stops_what_waits(gateway: Gateway, clock: SetClock) -> None:
    """An agreement that ends between release and delivery voids the message; an urgent one it never stops."""
    view = submit(gateway, cases.landlord(DAY, 1))
    view = gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    agreement = gateway.tools.partners["dudok-wonen"].agreement
    assert agreement is not None
    clock.now = dt.datetime.combine(agreement.until, dt.time(12), dt.UTC)
    message = view.parts[0].message_id
    assert message is not None
    with pytest.raises(NotFoundError):
        gateway.partners.envelope("dudok-wonen", message, now=clock.now)


@pytest.mark.control("DPIA-12")
@pytest.mark.control("DPIA-13")
def test_an_urgent_hand_over_is_released_at_once_and_never_waits(gateway: Gateway) -> None:
    """An exploitation signal reaches AVIM without an approval, to be reviewed by another person afterwards."""
    view = submit(gateway, cases.urgent(DAY, 1, PURPOSES["exploitation_signal"]))
    assert view.outcome is Outcome.PERMIT
    assert [part.approval for part in view.parts] == [Approval.POST_24H]
    message = view.parts[0].message_id
    assert message is not None
    envelope = gateway.partners.envelope("avim", message, now=NOON)
    trust = TrustPolicy.from_text(f"log {gateway.tools.log_vkey}\nquorum none\n")
    assert verify_message(envelope, trust, recipient="avim", now=NOON).leaf.type is LeafType.RELEASE
    with pytest.raises(NotPermittedError):
        gateway.team.review(view.id, view.parts[0].id, True, SANNE)
    after = gateway.team.review(view.id, view.parts[0].id, False, BRAM)
    assert after.parts[0].state is PartState.RECALLED
    assert_log_in_order(gateway)


@pytest.mark.control("DPIA-16")
def test_one_partner_never_sees_anothers_message(gateway: Gateway) -> None:
    """Absent and somebody else's get the same answer."""
    view = submit(gateway, cases.help_with_consent(DAY, 1, PURPOSES["care_consent"]))
    message = view.parts[0].message_id
    assert message is not None
    with pytest.raises(NotFoundError) as other:
        gateway.partners.envelope("avim", message, now=NOON)
    with pytest.raises(NotFoundError) as absent:
        gateway.partners.envelope("avim", "0" * 32, now=NOON)
    assert str(other.value) == str(absent.value)


def test_the_same_request_twice_is_one_request(gateway: Gateway) -> None:
    """An idempotency key makes a retry safe, and cannot be reused for something else."""
    first = submit(gateway, cases.landlord(DAY, 1))
    assert submit(gateway, cases.landlord(DAY, 1)).id == first.id
    changed = {**cases.landlord(DAY, 1), "purpose": "end_illegal_use"}
    with pytest.raises(DuplicateRequestError):
        submit(gateway, changed)
    assert leaf_types(gateway) == ["decision"]


def test_the_fg_advises_and_a_manager_decides(gateway: Gateway) -> None:
    """pre_fg: no decision before the advice; the FG cannot decide; the manager can."""
    view = submit(gateway, cases.landlord_about_tenant(DAY, 1))
    part = view.parts[0]
    assert part.approval is Approval.PRE_FG
    with pytest.raises(NotPermittedError):
        gateway.team.approve(view.id, part.id, part.digest, MERYEM)
    gateway.team.advise(view.id, part.id, ADVICE, False, FLEUR)
    with pytest.raises(NotPermittedError):
        gateway.team.approve(view.id, part.id, part.digest, FLEUR)
    with pytest.raises(InvalidRequestError) as caught:  # against the advice, and no reason
        gateway.team.approve(view.id, part.id, part.digest, MERYEM)
    assert caught.value.fields == {"against": "missing"}
    after = gateway.team.approve(view.id, part.id, part.digest, MERYEM, "purpose")
    assert after.parts[0].state is PartState.RELEASED
    with gateway.tools.store.read() as unit:
        assert unit.disclosures.get(view.id).box is None
    assert_log_in_order(gateway)


def test_an_officers_look_is_logged(gateway: Gateway) -> None:
    """Reads by officers are leaves too."""
    view = submit(gateway, cases.landlord(DAY, 1))
    gateway.team.follow(view.id, OTTO)
    assert leaf_types(gateway) == ["decision", "access"]


@pytest.mark.control("DPIA-01")
def test_nothing_personal_stands_in_the_leaves(gateway: Gateway) -> None:
    """Leaves hold no name, alias, number, address, partner or role."""
    submit(gateway, cases.urgent(DAY, 1, PURPOSES["exploitation_signal"]))
    submit(gateway, cases.help_and_name(DAY, 2, PURPOSES["care_consent"]))
    with gateway.tools.store.read() as unit:
        everything = b"".join(unit.log.leaves(0, unit.log.head().size)).decode()
    for canary in ("Verzonnen", "Demo", "31612345678", "1299Z", "avim", "belle", "suspect", "Z-2026"):
        assert canary not in everything
