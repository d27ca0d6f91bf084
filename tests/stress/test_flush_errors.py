"""The disk refuses to flush: a commit may then be there or not, so nobody is told that it is not.

On SQLite the frames of the failed commit may stand whole in the write-ahead log, and a gateway that is killed before
the next commit finds them there: both ends are tried. PostgreSQL gives itself up at such an error and recovers.
"""

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.demo.postgres import create_database, postgres_server
from tests.databases import SQLITE_PREFIX
from tests.machine import need, need_postgres
from tests.stress.life import Life
from tests.stress.nursery import Nursery, begin_elsewhere
from tests.stress.operations import GONE, OPERATIONS, Hand
from tests.stress.tally import TALLY
from tests.stress.test_server_crashes import Server

pytestmark = pytest.mark.stress

SOURCE = Path(__file__).with_name("faulty_disk.c")
NOTHING = "nothing"  # a refusal with this word says that nothing was done
FEW = 4  # flushes to let fail on PostgreSQL, which recovers each time


class Disk:
    """The library that lets a flush fail, and the file that says which."""

    def __init__(self, folder: Path) -> None:
        """Make both, readable by the server's own user."""
        self._library, self._plan = folder / "faulty_disk.so", folder / "plan"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", self._library, SOURCE, "-ldl"], check=True)
        self._plan.write_bytes(bytes(8))
        folder.chmod(0o755)
        self._library.chmod(0o755)
        self._plan.chmod(0o666)

    @property
    def environ(self) -> dict[str, str]:
        """Return what a process needs in its environment to have this disk."""
        return {"LD_PRELOAD": str(self._library), "FAULTY_DISK": str(self._plan)}

    def arm(self, countdown: int) -> None:
        """Let the flush fail that comes after so many."""
        with self._plan.open("r+b") as file:
            file.write(struct.pack("ii", countdown, 0))

    def disarm(self) -> bool:
        """Let every flush work; return whether one failed."""
        _, failed = struct.unpack("ii", self._plan.read_bytes())
        self.arm(0)
        return bool(failed)


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk]:
    """Return a disk that can refuse to flush."""
    need("gcc")
    with tempfile.TemporaryDirectory() as folder:
        yield Disk(Path(folder))


@pytest.fixture(scope="module")
def nursery(disk: Disk) -> Iterator[Nursery]:
    """Start gateways that write to it."""
    nursery = Nursery(disk.environ)
    yield nursery
    nursery.close()


def fresh(prepared_home: Path, folder: Path, nursery: Nursery, url: str = "") -> Life:
    """Return a fresh log; on SQLite unless a URL is given."""
    home = shutil.copytree(prepared_home, folder / "home")
    (home / "seen").mkdir()
    if url:
        begin_elsewhere(home, url)
    return Life(home, url or f"{SQLITE_PREFIX}{home / 'gateway.sqlite'}", home / "seen", nursery)


def keep_alive(hand: Hand) -> Hand:
    """The gateway lives on."""
    return hand


def kill_and_start(hand: Hand) -> Hand:
    """The gateway dies before anything else is written, and another finds what was left."""
    hand.life.kill(hand.child)
    return Hand(hand.life)


def strike(hand: Hand, disk: Disk, name: str, at: int, go_on: Callable[[Hand], Hand]) -> tuple[bool, Hand]:
    """Try an operation while the `at`th flush fails; return whether one did, and the gateway that goes on."""
    operation = OPERATIONS[name]
    order = operation.prepare(hand)
    before = len(hand.life.look_at()[1].entries)
    disk.arm(at)
    answer = hand.give(order)
    failed = disk.disarm()
    TALLY.faults += failed
    assert answer is not GONE
    if "did" not in answer:
        assert failed, f"no flush failed, and it was refused: {answer}"
        assert answer.get("code") == "log_unavailable", answer
        assert answer["hint"]
    hand = go_on(hand)
    # The next commit of one that lives on overwrites the frames of the failed one: only a crash before it finds them.
    wrong, found = hand.life.look_at(alive=go_on is keep_alive)
    assert wrong == []
    if "did" not in answer and NOTHING in str(answer["message"]):
        assert len(found.entries) == before, f"it was recorded, and the caller was told: {answer['message']}"
    again = hand.give(order)
    if "did" not in again:
        assert operation.already, f"it does not go through when the disk works again: {again}"
        hand.note(operation.already(order))
    assert hand.submit("urgent")["outcome"] == "permit"
    assert hand.life.examine() == []
    return failed, hand


@pytest.mark.parametrize("go_on", [keep_alive, kill_and_start])
@pytest.mark.parametrize("name", ["an urgent hand-over", "an approval", "a fetch", "a receipt"])
def test_a_flush_that_fails_leaves_all_or_nothing(
    disk: Disk, nursery: Nursery, prepared_home: Path, tmp_path: Path, name: str, go_on: Callable[[Hand], Hand]
) -> None:
    """Each flush of an operation fails once; what was uncertain is found or made by the same order, once."""
    hand, failures = Hand(fresh(prepared_home, tmp_path, nursery)), 0
    for at in range(1, 20):
        failed, hand = strike(hand, disk, name, at, go_on)
        failures += failed
        if not failed:
            break
    assert failures > 0, name
    hand.end()


def test_a_postgresql_whose_flush_fails_recovers_and_the_gateway_goes_on(
    disk: Disk, nursery: Nursery, prepared_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends at a failed flush of its log and recovers; the caller hears no more than is so."""
    need_postgres()
    for variable, value in disk.environ.items():
        monkeypatch.setenv(variable, value)
    with postgres_server() as url:
        monkeypatch.undo()
        server = Server(url)
        life = fresh(prepared_home, tmp_path, nursery, create_database(url, "flushes"))
        hand, failures = Hand(life), 0
        for _ in range(FEW):
            order = OPERATIONS["an urgent hand-over"].prepare(hand)
            disk.arm(1)
            answer = hand.give(order)
            failed = disk.disarm()
            failures += failed
            TALLY.faults += failed
            if "did" not in answer:
                assert answer.get("code") == "log_unavailable", answer
                assert answer["hint"]
            server.wait()
            assert life.examine() == []
            assert "did" in hand.give(order), "it does not go through when PostgreSQL has recovered"
            assert life.examine() == []
        assert failures > 0
        hand.end()
        server.stop()
