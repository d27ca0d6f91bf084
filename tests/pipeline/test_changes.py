"""What changes after somebody looked or approved: it voids what was approved, as long as nobody has it."""

import contextlib
import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import DuplicateRequestError, KeyUnavailableError, NotFoundError
from gateway.model.views import PartState
from tests.conftest import NOON, SetClock
from tests.pipeline.changes import CHANGES, LANDLORD, SLIGHT, partners, team
from tests.pipeline.known_cases import make
from tests.pipeline.test_mirror import approved, digests, preview_of

SANNE, BRAM, *_ = DEMO_PEOPLE
DAY = NOON.date()


@pytest.mark.control("DPIA-08")
@pytest.mark.parametrize("change", [*CHANGES, *SLIGHT])
def test_a_change_before_the_approval_voids_what_was_shown(gateway: Gateway, clock: SetClock, change: str) -> None:
    """The approver's word is about what stood there: it is refused, or what waited is voided. Nothing leaves."""
    made = gateway.team.submit(json.dumps(cases.landlord(DAY, 1)).encode(), SANNE)
    (part,) = made.parts
    tools = (CHANGES | SLIGHT)[change](gateway, clock)
    with contextlib.suppress(DuplicateRequestError, KeyUnavailableError):
        team(tools).approve(made.id, part.id, part.digest, BRAM)
    (after,) = team(tools).follow(made.id, SANNE).parts
    assert after.state is (PartState.VOIDED if change in CHANGES and change != "key" else PartState.WAITING)
    assert partners(gateway, tools).inbox(LANDLORD, now=clock.now) == []


@pytest.mark.control("DPIA-08")
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_after_the_approval_voids_what_was_not_delivered(
    gateway: Gateway, clock: SetClock, change: str
) -> None:
    """New policy, lapsed agreement, other owner, a hold, a revoked key: the partner finds nothing; the log knows."""
    made = gateway.team.submit(json.dumps(cases.landlord(DAY, 1)).encode(), SANNE)
    (part,) = made.parts
    (part,) = gateway.team.approve(made.id, part.id, part.digest, BRAM).parts
    assert part.message_id is not None
    tools = CHANGES[change](gateway, clock)
    with pytest.raises(NotFoundError):
        partners(gateway, tools).envelope(LANDLORD, part.message_id, now=clock.now)
    assert team(tools).follow(made.id, SANNE).parts[0].state is PartState.VOIDED
    assert partners(gateway, tools).inbox(LANDLORD, now=clock.now) == []
    assert team(tools).log_entries(0, 99)[-1].outcome == "voided"


@pytest.mark.parametrize("change", SLIGHT)
def test_a_change_that_takes_nothing_away_stops_no_delivery(gateway: Gateway, clock: SetClock, change: str) -> None:
    """What was sealed is what was approved, under the key and the policy of then."""
    made = gateway.team.submit(json.dumps(cases.landlord(DAY, 1)).encode(), SANNE)
    (part,) = made.parts
    (part,) = gateway.team.approve(made.id, part.id, part.digest, BRAM).parts
    assert part.message_id is not None
    tools = SLIGHT[change](gateway, clock)
    assert partners(gateway, tools).envelope(LANDLORD, part.message_id, now=clock.now).recipient == LANDLORD


@pytest.mark.control("DPIA-15")
@pytest.mark.parametrize("delivered", [False, True])
def test_consent_withdrawn_after_the_approval(gateway: Gateway, delivered: bool) -> None:
    """Approved by FG and manager: it is voided when nobody fetched it, and recalled when somebody did."""
    case = make("shelter", DAY, number=1, recipient="", place="A", consent="consent CNS-2026-1", key="k" * 16)
    preview = preview_of(gateway.team.preview(json.dumps(case.body).encode(), SANNE))
    made = gateway.team.submit(json.dumps(case.body).encode(), SANNE, seed=preview.seed, expected=digests(preview))
    (message,) = preview.messages
    part = approved(gateway, made, message.digest, message.approval, advice=True)
    assert part.message_id is not None
    if delivered:
        gateway.partners.envelope("comensha", part.message_id, now=NOON)
    after = gateway.team.withdraw_consent(made.id, BRAM)
    assert after.parts[0].state is (PartState.RECALLED if delivered else PartState.VOIDED)
    if not delivered:
        with pytest.raises(NotFoundError):
            gateway.partners.envelope("comensha", part.message_id, now=NOON)
