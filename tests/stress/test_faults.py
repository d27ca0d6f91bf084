"""A fault strikes at every call of the database's driver in turn, and at every step of the program itself.

After each: the caller heard no success that is not so, and no refusal that is not so; what is stored holds together;
the same order goes through when the fault is gone, once; and an urgent hand-over works at once, without a restart.
"""

import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from tests.databases import POSTGRESQL, SQLITE
from tests.faulty_driver import Fault
from tests.stress.life import EVERYDAY, Life
from tests.stress.operations import GONE, OPERATIONS, Hand, Operation
from tests.stress.promises import Told
from tests.stress.tally import TALLY

pytestmark = pytest.mark.stress

LONG = 60  # entries, until a new log is begun: each look goes through the whole log and all its checkpoints
NOTHING = "nothing"  # a refusal with this word says that nothing was done
MAIN = ("an urgent hand-over", "an approval", "a fetch", "a receipt")
# `make stress KILLS=1000` sweeps every operation, and PostgreSQL; a merge waits for the urgent one.
ALL = int(os.environ.get("STRESS_KILLS", "200")) > 200
ON_SQLITE = tuple(OPERATIONS) if ALL else MAIN[:1]
ON_POSTGRESQL = MAIN if ALL else ()
STEPPED = tuple(OPERATIONS) if ALL else MAIN[:1]
EVERYWHERE = [
    *((SQLITE, name) for name in ON_SQLITE),
    *((POSTGRESQL, name) for name in ON_POSTGRESQL),
]


class Trial:
    """One operation while faults strike, on one log after the other."""

    def __init__(self, new_life: Callable[[], Life], operation: Operation) -> None:
        """Start a gateway."""
        self.operation = operation
        self.hand = Hand(new_life())
        self.entries = 0  # in the log when last looked at
        self._new_life = new_life

    def strike(self, arm: dict[str, object], step: int = 0) -> bool:
        """Try the operation while a fault strikes; return whether it struck."""
        if self.entries > LONG:
            self.hand.end()
            self.hand, self.entries = Hand(self._new_life()), 0
        order = self.operation.prepare(self.hand)
        self._look()
        if arm:
            self.hand.must({"do": "arm", **arm})
        answer = self.hand.give({**order, "step": step} if step else order)
        if answer is GONE:
            TALLY.kills += 1
            self.hand.child.bury()
            assert self._look() == []
            self.hand = Hand(self.hand.life)
            fired = True
        else:
            fired = bool(self.hand.must({"do": "disarm"})["fired"] if arm else answer["fired"])
            TALLY.faults += fired
            self.is_honest(answer, fired=fired, injected=bool(step))
        again = self.hand.give(order)
        if "did" not in again:
            assert again.get("code") in EVERYDAY, f"it does not go through when the fault is gone: {again}"
            assert self.operation.already
            self.hand.note(self.operation.already(order))
        urgent = self.hand.submit("urgent")
        assert urgent["outcome"] == "permit"
        assert urgent["messages"]
        assert self._look() == []
        return fired

    def is_honest(self, answer: Told, *, fired: bool, injected: bool) -> None:
        """Check that what the caller heard is so."""
        before = self.entries
        assert self._look() == []
        if "did" in answer:
            return  # then the examiner has heard it, and found it
        assert fired, f"nothing struck, and it was refused: {answer}"
        if not (injected and answer.get("error") == "InjectedError"):
            assert answer.get("code") == "log_unavailable", f"a caller got no answer of ours: {answer}"
            assert answer["hint"]
        if NOTHING in str(answer.get("message")):
            assert self.entries == before, f"it was recorded, and the caller was told: {answer['message']}"

    def _look(self) -> list[str]:
        wrong, found = self.hand.life.look_at()
        self.entries = len(found.entries)
        return wrong

    def sweep(self, fault: Fault, only: str = "") -> int:
        """Let the fault strike at the first call, the second and so on; return at how many there were to strike."""
        for at in itertools.count(1):
            if not self.strike({"at": at, "fault": fault.value, "only": only}):
                return at - 1
        raise AssertionError


@pytest.fixture
def trial(new_life: Callable[[], Life], request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Start a gateway for the operation that the test names."""
    name: str = request.getfixturevalue("name")
    trial = Trial(new_life, OPERATIONS[name])
    yield trial
    trial.hand.end()


on_everything = pytest.mark.parametrize(("new_life", "name"), EVERYWHERE, indirect=["new_life"])


@pytest.mark.control("DPIA-12")
@on_everything
def test_a_call_of_the_driver_that_fails_leaves_all_or_nothing(trial: Trial, name: str) -> None:
    """Each call fails once: a reading, BEGIN, an insert, the head, COMMIT."""
    assert trial.sweep(Fault.FAIL) > 5, name


@on_everything
def test_a_database_that_stays_away_is_no_reason_to_restart(trial: Trial, name: str) -> None:
    """From one call on everything fails, also taking back and connecting anew, until the fault is gone."""
    assert trial.sweep(Fault.FAIL_ON) > 5, name


@on_everything
def test_a_commit_whose_answer_is_lost_is_not_called_a_failure(trial: Trial, name: str) -> None:
    """It was durable, and the caller hears that it is not certain; the same order finds it."""
    assert trial.sweep(Fault.FAIL_AFTER, only="commit") > 0, name


@on_everything
def test_a_gateway_killed_at_any_call_leaves_all_or_nothing(trial: Trial, name: str) -> None:
    """SIGKILL before each call of the driver, and after each COMMIT, when nobody was told yet."""
    assert trial.sweep(Fault.KILL) > 5, name
    assert trial.sweep(Fault.KILL_AFTER, only="commit") > 0, name


@pytest.mark.parametrize(("new_life", "name"), [(SQLITE, name) for name in STEPPED], indirect=["new_life"])
def test_a_step_of_the_program_that_raises_leaves_all_or_nothing(trial: Trial, name: str) -> None:
    """Each function between decide and deliver raises once, as it would when memory runs out."""
    for step in itertools.count(1, 1 if ALL else 20):  # a merge waits for every twentieth
        if not trial.strike({}, step=step):
            break
    assert step > 50, name


@pytest.mark.parametrize(("new_life", "name"), [(SQLITE, "an urgent hand-over")], indirect=["new_life"])
def test_a_full_disk_leaves_all_or_nothing(trial: Trial, name: str) -> None:
    """No file may grow past a limit that moves by a page or two: writing stops at another place each time."""
    wal = trial.hand.life.home / "gateway.sqlite-wal"
    refused = 0
    for room in range(0, 120_000, 6_000):
        order = trial.operation.prepare(trial.hand)
        trial.entries = len(trial.hand.life.look_at()[1].entries)
        grown = wal.stat().st_size if wal.exists() else 0
        trial.hand.must({"do": "limit_file", "bytes": grown + room + 1})
        answer = trial.hand.give(order)
        trial.hand.must({"do": "limit_file", "bytes": 0})
        assert answer is not GONE
        refused += "did" not in answer
        trial.is_honest(answer, fired=True, injected=False)
        assert "did" in trial.hand.give(order), "it does not go through when there is room again"
    assert refused > 5, name
