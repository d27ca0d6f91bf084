"""Whoever did something and cannot be shown what came of it is not told that it was not done."""

import json
from collections.abc import Iterator

import pytest

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import LogUnavailableError
from gateway.model.views import PartState
from tests.conftest import NOON, SetClock
from tests.databases import on_both
from tests.faulty_driver import PLAN, Fault, installed

pytestmark = on_both

SANNE, BRAM, *_ = DEMO_PEOPLE
AFTERWARDS = 3  # the view to decide in, the commit, and the view to show


@pytest.fixture
def gateway(settings: Settings, clock: SetClock, materials: Materials) -> Iterator[Gateway]:
    """Return a gateway whose database can be told to fail, with its first connection open."""
    with installed():
        gateway = build(settings, clock=clock, materials=materials)
        yield gateway
        PLAN.disarm()
        gateway.tools.store.close()


def test_what_was_recorded_but_cannot_be_shown_is_not_called_undone(gateway: Gateway) -> None:
    """Approving: the caller hears that it was recorded, and sees it when the database answers."""
    view = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)
    PLAN.arm(AFTERWARDS, Fault.FAIL, only="commit")
    with pytest.raises(LogUnavailableError, match="it was recorded"):
        gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    PLAN.disarm()
    assert gateway.team.follow(view.id, SANNE).parts[0].state is PartState.RELEASED
