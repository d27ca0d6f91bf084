"""What a witness remembers: without it, or with a damaged one, it signs nothing and never begins anew."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.crypto.cosignatures import Cosigner
from gateway.errors import WitnessStateError
from gateway.log.checkpoint import Checkpoint
from gateway.witness.cosigning import Witness, open_witness
from gateway.witness.home import Home
from gateway.witness.memory import KEPT, Cosigned, Memory
from tests.conftest import NOON, SetClock
from tests.log.sample_log import ORIGIN
from tests.refusals import refused
from tests.witness.histories import FORKED, HONEST


@pytest.fixture
def memory(home: Home, cosigner: Cosigner, clock: SetClock) -> Path:
    """Return the memory of a witness that cosigned three checkpoints and stopped."""
    at_work = Witness(home, cosigner, clock=clock)
    for old, size in [(0, 5), (5, 7), (7, 8)]:
        assert at_work.add_checkpoint(HONEST.body(old, size).encode()).status == 200
    at_work.close()
    return home.memory_file(ORIGIN)


def _notes(change: Callable[[list[str]], list[str]]) -> Callable[[bytes], bytes]:
    def alter(data: bytes) -> bytes:
        kept = json.loads(data)
        kept["notes"] = change(kept["notes"])
        return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    return alter


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda data: data[:-1],
    "not JSON": lambda _: b"\xff\xfe",
    "a list": lambda _: b"[]",
    "another spelling": lambda data: data + b"\n",
    "another format": lambda data: data.replace(b"memory/1", b"memory/2"),
    "of another log": lambda data: data.replace(b'"log":"example.com', b'"log":"example.org'),
    "one note altered": lambda data: data.replace(b"\\n8\\n", b"\\n9\\n"),
    "a note without the witness's line": _notes(lambda notes: [*notes, HONEST.note(9)]),
    "a note that the log did not sign": _notes(lambda notes: [*notes, "x\n\n\u2014 x AAAA\n"]),
    "a number among the notes": lambda data: data.replace(b'"notes":[', b'"notes":[1,'),
    "out of order": _notes(lambda notes: notes[::-1]),
    "one twice": _notes(lambda notes: [*notes, notes[-1]]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_memory_signs_nothing(damage: str, memory: Path, home: Home, cosigner: Cosigner) -> None:
    """The witness does not start, and leaves the file as it is for whoever looks."""
    memory.write_bytes(DAMAGE[damage](memory.read_bytes()))
    before = memory.read_bytes()
    with refused(WitnessStateError, "damaged"):
        open_witness(home.path, cosigner, clock=lambda: NOON)
    assert memory.read_bytes() == before


def test_a_missing_memory_signs_nothing(memory: Path, home: Home, cosigner: Cosigner) -> None:
    """It is never begun anew by itself: a witness that forgot would sign a second history."""
    memory.unlink()
    with refused(WitnessStateError, "missing"):
        open_witness(home.path, cosigner, clock=lambda: NOON)
    assert not memory.exists()


def test_the_memory_of_another_witness_signs_nothing(memory: Path, home: Home) -> None:
    """A key that was replaced did not sign what stands there."""
    with refused(WitnessStateError, "damaged"):
        Witness(home, Cosigner.generate("fg.example/witness"), clock=lambda: NOON)
    assert memory.exists()


def test_what_was_signed_is_known_after_a_restart(memory: Path, home: Home, cosigner: Cosigner) -> None:
    """It stands where it stood; a failed start before has not kept the folder."""
    again = open_witness(home.path, cosigner, clock=lambda: NOON)
    assert memory.exists()
    assert again.size_of(ORIGIN) == 8
    assert again.add_checkpoint(FORKED.body(0, 8).encode()).text == "8\n"
    assert again.add_checkpoint(HONEST.body(8, 9).encode()).status == 200
    again.close()


def test_the_memory_is_bounded_and_keeps_the_newest() -> None:
    """However often a log is cosigned, the file stays small."""
    memory = Memory(ORIGIN)
    for size in range(KEPT + 5):
        memory = memory.with_newest(Cosigned(Checkpoint(ORIGIN, size, bytes(32)), "invented", NOON))
    assert [each.checkpoint.size for each in memory.cosigned] == list(range(5, KEPT + 5))
    assert memory.of_size(4) is None


def test_a_signature_again_over_the_same_tree_takes_the_place_of_the_first(witness: Witness, home: Home) -> None:
    """A log that asks again and again fills nothing."""
    for old in (0, 8, 8):
        assert witness.add_checkpoint(HONEST.body(old, 8).encode()).status == 200
    assert len(json.loads(home.memory_file(ORIGIN).read_bytes())["notes"]) == 1


def test_what_cannot_be_written_down_is_not_signed(witness: Witness, home: Home, told: list[str]) -> None:
    """The answer is 503, without a signature, and the witness goes on when it can write again."""
    assert witness.add_checkpoint(HONEST.body(0, 8).encode()).status == 200
    memory = home.memory_file(ORIGIN)
    memory.rename(home.path / "aside")
    memory.mkdir()  # nothing can take the place of a folder
    answer = witness.add_checkpoint(HONEST.body(8, 9).encode())
    assert (answer.status, "\u2014" in answer.text) == (503, False)
    assert told
    memory.rmdir()
    assert witness.add_checkpoint(HONEST.body(8, 9).encode()).status == 200


class _Unplugged:
    """A call to the system that fails the first time it is made after so many."""

    def __init__(self, real: Callable[..., None], after: int) -> None:
        """Stand before the real one."""
        self._real, self._left = real, after

    def __call__(self, *given: object, **named: object) -> None:
        """Fail once; else do what was asked."""
        self._left -= 1
        if self._left == -1:
            raise OSError(5, "invented")
        self._real(*given, **named)


@pytest.mark.parametrize(("call", "after"), [("fsync", 0), ("rename", 0), ("fsync", 1)])
def test_a_disk_that_fails_at_any_step_gets_no_history_signed_twice(
    call: str, after: int, home: Home, cosigner: Cosigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flushing the file, putting it in place, flushing the folder: no signature leaves, and the next is of one tree."""
    at_work = open_witness(home.path, cosigner, clock=lambda: NOON)
    assert at_work.add_checkpoint(HONEST.body(0, 8).encode()).status == 200
    monkeypatch.setattr(os, call, _Unplugged(getattr(os, call), after))
    failed = at_work.add_checkpoint(HONEST.body(8, 9).encode())
    assert (failed.status, "\u2014" in failed.text) == (503, False)
    at_work.close()
    again = open_witness(home.path, cosigner, clock=lambda: NOON)
    known = again.size_of(ORIGIN)
    assert known == (9 if (call, after) == ("fsync", 1) else 8)
    assert again.add_checkpoint(HONEST.body(known, 10).encode()).status == 200
    again.close()
