"""Whatever is sent, in whatever order and at the same moment: never two trees of one size, never one that goes back."""

import datetime as dt
import shutil
import tempfile
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.witness.cosigning import Witness, open_witness
from gateway.witness.home import Home
from tests.conftest import NOON, SetClock
from tests.witness.histories import FORKED, HONEST, History, entries, request_body

LONGEST = 24
HISTORIES = [
    HONEST,
    FORKED,
    History(entries(LONGEST, changed=[12])),
    History(entries(LONGEST, changed=[LONGEST - 1])),
    History([*entries(LONGEST)[1:], b"the first entry was removed"]),
    History([b"one was put in", *entries(LONGEST - 1)]),
]
SIZES = st.integers(0, LONGEST)
WHICH = st.sampled_from(range(len(HISTORIES)))

pytestmark = pytest.mark.control("DPIA-11")


class AnyOrder(RuleBasedStateMachine):
    """Checkpoints of six histories, all signed by the log's key, with honest, borrowed and invented proofs."""

    made: Home
    cosigner: Cosigner

    def __init__(self) -> None:
        """Start with nothing cosigned."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="witness-"))
        self.signed: list[tuple[int, int]] = []  # history and size of each cosignature, in order
        self.size = 0

    @initialize()
    def begin(self) -> None:
        """Take a copy of the home."""
        shutil.copytree(self.made.path, self.folder / "home")
        self.witness = open_witness(self.folder / "home", self.cosigner, clock=lambda: NOON)

    @rule(which=WHICH, old=SIZES, size=SIZES)
    def send(self, which: int, old: int, size: int) -> None:
        """Send with the proof of the same history."""
        self._send(which, which, old, size)

    @rule(which=WHICH, step=st.integers(0, 4))
    def go_on(self, which: int, step: int) -> None:
        """Send what builds on the size that the witness stands at."""
        self._send(which, which, self.size, min(self.size + step, LONGEST))

    @rule(which=WHICH, other=WHICH, step=st.integers(0, 4))
    def borrow(self, which: int, other: int, step: int) -> None:
        """Send with the proof of another history."""
        self._send(which, other, self.size, min(self.size + step, LONGEST))

    @rule(which=WHICH, size=SIZES, proof=st.lists(st.binary(min_size=32, max_size=32), max_size=6))
    def invent(self, which: int, size: int, proof: list[bytes]) -> None:
        """Send with hashes out of nowhere."""
        self._answered(which, self.size, size, request_body(self.size, proof, HISTORIES[which].note(size)))

    @rule()
    def restart(self) -> None:
        """Stop and start again."""
        self.witness.close()
        self.witness = open_witness(self.folder / "home", self.cosigner, clock=lambda: NOON)

    def _send(self, which: int, other: int, old: int, size: int) -> None:
        proof = HISTORIES[other].tree.consistency(old, size) if 0 < old <= size else []
        self._answered(which, old, size, request_body(old, proof, HISTORIES[which].note(size)))

    def _answered(self, which: int, old: int, size: int, body: str) -> None:
        answer = self.witness.add_checkpoint(body.encode())
        if answer.status != 200:
            assert "\u2014" not in answer.text
            return
        assert old == self.size <= size
        self.signed.append((which, size))
        self.size = size

    @invariant()
    def one_history(self) -> None:
        """By the naive tree: each cosigned tree is the beginning of every later one."""
        trees = [(HISTORIES[which].tree, size) for which, size in self.signed]
        for (earlier, size), (later, _) in pairwise(trees):
            assert earlier.root(size) == later.root(size)

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "witness"):
            self.witness.close()
        shutil.rmtree(self.folder)


def test_no_order_of_honest_and_forked_checkpoints_gets_two_histories_signed(
    made_home: Path, cosigner: Cosigner
) -> None:
    """Hypothesis looks for one; the model is the recursion of RFC 9162."""
    AnyOrder.made, AnyOrder.cosigner = Home.read(made_home), cosigner
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=12, stateful_step_count=20))


def test_of_two_histories_at_once_exactly_one_wins(witness: Witness) -> None:
    """Looking and writing down are one step, or the log could have two signatures for one size."""
    agreed: list[bytes] = []
    for size in range(1, 21):
        rivals = [[*agreed, b"entry %d of rival %d" % (size, which)] for which in range(2)]
        bodies = [History(each).body(size - 1, size).encode() for each in rivals]
        gate, answers = threading.Barrier(2), [0, 0]

        def send(which: int, gate: threading.Barrier, bodies: list[bytes], answers: list[int]) -> None:
            gate.wait()
            answers[which] = witness.add_checkpoint(bodies[which]).status

        threads = [threading.Thread(target=send, args=(which, gate, bodies, answers)) for which in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [200, 409]
        agreed = rivals[answers.index(200)]


@pytest.mark.parametrize(("behind", "signed"), [(0, True), (299, True), (300, True), (301, False)])
def test_a_clock_that_goes_back_a_little_does_not_take_the_time_back(
    behind: int, signed: bool, witness: Witness, clock: SetClock, cosigner: Cosigner
) -> None:
    """Five minutes are forgiven; the next signature has the time of the last: never larger before, smaller later."""
    assert witness.add_checkpoint(HONEST.body(0, 8).encode()).status == 200
    clock.now = NOON - dt.timedelta(seconds=behind)
    answer = witness.add_checkpoint(HONEST.body(8, 9).encode())
    assert answer.status == (200 if signed else 503)
    if signed:
        assert CosignatureVerifier.from_text(cosigner.vkey).seen_at(HONEST.note(9) + answer.text) == NOON
