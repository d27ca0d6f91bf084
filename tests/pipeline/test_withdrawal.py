"""Withdrawing a consent: it stops what rests on it, nothing else, and the log says who noted it."""

import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.decision import Approval
from gateway.model.views import PartState
from tests.builders import ADVICE, NO
from tests.conftest import NOON
from tests.pipeline.known_cases import Case, make

SANNE, BRAM, MERYEM, FLEUR, _ = DEMO_PEOPLE


def case(name: str, key: str) -> Case:
    """Return a case that rests on consent."""
    consent = "consent CNS-2026-1"
    return make(
        name, NOON.date(), number=1, recipient="dudok-wonen", place="A", consent=consent, key=key.ljust(16, "x")
    )


@pytest.mark.control("DPIA-15")
def test_a_withdrawal_stops_only_the_subject_who_consented(gateway: Gateway) -> None:
    """Each subject is decided alone: what waits about the operator never needed the worker's consent."""
    view = gateway.team.submit(json.dumps(case("labour", "one").body).encode(), SANNE)
    assert [part.approval for part in view.parts] == [Approval.PRE_TWO, Approval.PRE_FG]
    after = gateway.team.withdraw_consent(view.id, SANNE)
    assert [part.state for part in after.parts] == [PartState.WAITING, PartState.VOIDED]
    part = after.parts[0]
    after = gateway.team.approve(view.id, part.id, part.digest, BRAM)
    assert after.parts[0].state is PartState.RELEASED
    with gateway.tools.store.read() as unit:
        assert unit.disclosures.get(view.id).box is None


@pytest.mark.control("DPIA-15")
def test_the_log_says_who_noted_a_withdrawal(gateway: Gateway) -> None:
    """Also when nothing waits any more: other requests may rest on the same consent."""
    view = gateway.team.submit(json.dumps(case("shelter", "one").body).encode(), SANNE)
    gateway.team.advise(view.id, view.parts[0].id, ADVICE, True, FLEUR)
    gateway.team.refuse(view.id, view.parts[0].id, NO, MERYEM)
    size = gateway.team.log_summary().entries
    gateway.team.withdraw_consent(view.id, BRAM)
    entries = gateway.team.log_entries(size, size + 9)
    assert [(line.type, line.outcome) for line in entries] == [("review", "consent_withdrawn")]
    with gateway.tools.store.read() as unit:
        leaf, detail, _ = gateway.tools.recorder.read(unit, size)
    assert (detail["by"], detail["disclosure"], leaf.prev) == (BRAM.id, view.id, view.leaf_index)
