"""`gateway receipts overdue`: what is missing, the urgent first, and nothing that tells of a case."""

import datetime as dt
import json

import pytest

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from tests.cli.test_rights import run
from tests.conftest import NOON, SetClock
from tests.rights.cases import reference, submit


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch, clock: SetClock) -> SetClock:
    """Let the command see the set clock."""
    monkeypatch.setattr("gateway.cli.receipts.utc_now", clock)
    return clock


def test_another_form_is_refused(settings: Settings) -> None:
    """Text or JSON."""
    assert run(settings, "receipts", "overdue", "--format", "xml").exit_code == 2


def test_nothing_is_missing_while_there_is_still_time(gateway: Gateway, settings: Settings, moved: SetClock) -> None:
    """Exit code 0, and a line that says so."""
    submit(gateway, cases.urgent(NOON.date(), 9, "protect_victim"))
    done = run(settings, "receipts", "overdue")
    assert (done.exit_code, done.output) == (0, "0 receipts are overdue; notices that could not be sent: 0\n")
    told = json.loads(run(settings, "receipts", "overdue", "--format", "json").output)
    assert told == {"ok": True, "overdue": [], "notices_given_up": 0}


def test_the_urgent_stands_first_and_says_to_telephone(gateway: Gateway, settings: Settings, moved: SetClock) -> None:
    """Exit code 1; the partner and the request's id, never the case; the same as data."""
    other = submit(gateway, cases.help_with_consent(NOON.date(), 1, "offer_help"))
    urgent = submit(gateway, cases.urgent(NOON.date(), 9, "protect_victim"))
    moved.now = NOON + dt.timedelta(days=4)
    done = run(settings, "receipts", "overdue")
    assert done.exit_code == 1
    first, second, last = done.output.splitlines()
    assert first.startswith("URGENT, telephone now: avim did not say that the message arrived")
    assert urgent.id in first
    assert second.startswith("belle did not say")
    assert other.id in second
    assert last == "2 receipts are overdue; notices that could not be sent: 0"
    for number in (1, 9):
        assert reference(number) not in done.output
    told = json.loads(run(settings, "receipts", "overdue", "--format", "json").output)
    assert told["ok"] is False
    assert [line["partner"] for line in told["overdue"]] == ["avim", "belle"]
