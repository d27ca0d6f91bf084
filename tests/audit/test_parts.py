"""Helpers make a replay quicker, and its report the same: whatever they find, cannot say, or die of."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from gateway.audit.parts import OpenUnit, helpers_for
from gateway.audit.reader import Replay
from gateway.audit.replay import replay_all
from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.errors import ConfigError
from gateway.opening import open_view
from gateway.store.ports import Unit
from tests.audit.lived import harm, live
from tests.databases import on_both
from tests.rights.cases import erased

PARTS = 3  # entries; the log of these tests has some twenty


def told(report: Replay) -> tuple[object, ...]:
    """Return all that a report says but the seconds."""
    return report.entries, report.decisions, report.releases, report.questions, report.erased, report.problems


def replayed(gateway: Gateway, count: int, open_unit: OpenUnit) -> tuple[Replay, list[tuple[int, int]], int]:
    """Replay the whole log with so many helpers; return also the progress, and how many processes there were."""
    steps: list[tuple[int, int]] = []
    recorder = gateway.tools.recorder
    with helpers_for(count, open_unit, recorder, worth=1, part=PARTS) as helpers, open_unit() as unit:
        beside = len(multiprocessing.active_children())
        report = replay_all(unit, recorder, progress=lambda *step: steps.append(step), helpers=helpers)
    return report, steps, beside


def _nothing(_settings: Settings) -> None:
    """Leave the log as it is."""


def _altered(settings: Settings) -> None:
    harm(settings, ["UPDATE detail SET salt = box WHERE idx IN (3, 9)", "DELETE FROM detail WHERE idx = 6"])


def _without_policy(settings: Settings) -> None:
    harm(settings, ["DELETE FROM policy_bundle"])


@on_both
@pytest.mark.parametrize("happens", [_nothing, _altered, _without_policy])
def test_helpers_report_what_one_process_reports(
    gateway: Gateway, settings: Settings, happens: Callable[[Settings], None]
) -> None:
    """Of a whole log, with erased entries, and of one in which something is wrong; progress is told in order."""
    live(gateway)
    erased(gateway, 3, withdraw=True)
    gateway.tools.store.close()  # nobody has the database open when they are forked
    happens(settings)
    opening = partial(open_view, settings)
    alone, _, none = replayed(gateway, 1, opening)
    shared, steps, two = replayed(gateway, 2, opening)
    assert told(shared) == told(alone)
    assert alone.erased or alone.problems
    assert (none, two) == (0, 2)
    assert steps == [(min(done, alone.entries), alone.entries) for done in range(PARTS, alone.entries + PARTS, PARTS)]


def _fails(_settings: Settings) -> None:
    raise ConfigError("there is no database", hint="an invented one")


def _dies(_settings: Settings) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("happens", [_fails, _dies])
def test_what_a_helper_cannot_say_is_looked_at_here(
    gateway: Gateway, settings: Settings, happens: Callable[[Settings], None]
) -> None:
    """It cannot open the database, or it is killed: nothing is missing from the report."""
    live(gateway)
    gateway.tools.store.close()
    here = os.getpid()

    @contextmanager
    def opening() -> Iterator[Unit]:
        if os.getpid() != here:
            happens(settings)
        with open_view(settings) as unit:
            yield unit

    alone, _, _ = replayed(gateway, 1, partial(open_view, settings))
    shared, _, _ = replayed(gateway, 2, opening)
    assert told(shared) == told(alone)
    assert shared.ok


def test_helpers_who_are_gone_before_they_are_asked_are_missed_by_nobody(gateway: Gateway, settings: Settings) -> None:
    """Somebody ends them while the bar is still empty: whoever asked does all of it."""
    live(gateway)
    gateway.tools.store.close()
    opening, recorder = partial(open_view, settings), gateway.tools.recorder
    alone, _, _ = replayed(gateway, 1, opening)
    with helpers_for(2, opening, recorder, worth=1, part=PARTS) as helpers, opening() as unit:
        for process in multiprocessing.active_children():
            process.kill()
            process.join()
        report = replay_all(unit, recorder, progress=lambda _done, _total: None, helpers=helpers)
    assert told(report) == told(alone)


def test_a_short_log_gets_no_helpers(gateway: Gateway, settings: Settings) -> None:
    """Each would read the policy anew, which takes longer than all of a short log."""
    live(gateway)
    gateway.tools.store.close()
    with helpers_for(2, partial(open_view, settings), gateway.tools.recorder):
        assert multiprocessing.active_children() == []
