"""What a release's entry says of how much left: permit means that all that was asked left."""

import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo.setting import DEMO_PEOPLE
from tests.conftest import NOON
from tests.pipeline.known_cases import make

SANNE, BRAM, *_ = DEMO_PEOPLE


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("landlord too much", "permit_reduced"), ("landlord police", "permit_reduced"), ("landlord", "permit")],
)
def test_an_approved_release_says_whether_something_was_withheld(gateway: Gateway, name: str, outcome: str) -> None:
    """Also what is not kept while the request waits, because no row could ever release it, was asked."""
    consent = "consent CNS-2026-1"
    case = make(
        name, NOON.date(), number=1, recipient="dudok-wonen", place="A", consent=consent, key="one-and-only-key"
    )
    view = gateway.team.submit(json.dumps(case.body).encode(), SANNE)
    gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    released = [line.outcome for line in gateway.team.log_entries(0, 99) if line.type == "release"]
    assert released == [outcome]
