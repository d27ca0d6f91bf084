"""A witness is killed at a random moment while two rival histories are sent to it at once, again and again.

SIGKILL takes the process, not what the system already holds for the disk: a missing flush it cannot show.
"""

import os
import secrets
import signal
import threading
import time
from pathlib import Path

import pytest

from gateway.crypto.cosignatures import Cosigner
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import EMPTY_ROOT
from gateway.witness.cosigning import Witness, open_witness
from gateway.witness.home import Home
from gateway.witness.memory import short_of
from tests.conftest import NOON
from tests.log.sample_log import ORIGIN, VKEY
from tests.stress.naive_tree import NaiveTree
from tests.stress.tally import TALLY
from tests.witness.conftest import NAME, PASSPHRASE, REVIEW_PASSPHRASE
from tests.witness.histories import History

pytestmark = [pytest.mark.stress, pytest.mark.control("DPIA-11")]

KILLS = int(os.environ.get("STRESS_KILLS", "200")) // 2
CHANCE = secrets.SystemRandom()


def _entries(choices: list[int]) -> list[bytes]:
    """Return the log in which at each place this one of two rival entries stands."""
    return [b"entry %d of rival %d" % (at, which) for at, which in enumerate(choices)]


def _work(home: Path, cosigner: Cosigner, choices: list[int], out: int) -> None:
    """Send both rivals for the next place at once, for ever; tell which one was signed as soon as it was."""
    witness = open_witness(home, cosigner, clock=lambda: NOON)
    while True:
        bodies = [History(_entries([*choices, which])).body(len(choices), len(choices) + 1) for which in (0, 1)]
        signed: list[int] = []
        threads = [threading.Thread(target=_send, args=(witness, bodies, which, signed, out)) for which in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        choices = choices + signed


def _send(witness: Witness, bodies: list[str], which: int, signed: list[int], out: int) -> None:
    if witness.add_checkpoint(bodies[which].encode()).status == 200:
        os.write(out, b"%d" % which)
        signed.append(which)


def _until_killed(home: Path, cosigner: Cosigner, choices: list[int]) -> list[int]:
    """Run a witness, kill it, and return which rivals it said that it signed, in order."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(read)
            _work(home, cosigner, choices, write)
        finally:
            os._exit(1)  # only reached when the work failed
    os.close(write)
    with os.fdopen(read, "rb", buffering=0) as told:
        first = b"" if CHANCE.random() < 0.2 else told.read(1)  # some are killed while they start
        time.sleep(CHANCE.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the witness ended by itself"
        return [int(chr(byte)) for byte in first + told.read()]


def _known(home: Path, cosigner: Cosigner) -> tuple[int, bytes]:
    """Start the witness again, and return the size and root that it stands for."""
    witness = open_witness(home, cosigner, clock=lambda: NOON)
    try:
        note = witness.latest(short_of(ORIGIN))
        checkpoint = Checkpoint.from_note(note) if note else Checkpoint(ORIGIN, 0, EMPTY_ROOT)
        return checkpoint.size, checkpoint.root
    finally:
        witness.close()


def test_whenever_a_witness_is_killed_it_has_signed_one_history(tmp_path: Path) -> None:
    """What it signed is what it knows afterwards; at most one more was written down and told to nobody."""
    home = tmp_path / "home"
    Home.make(home, NAME, [VKEY], passphrase=PASSPHRASE, review_passphrase=REVIEW_PASSPHRASE, strong=False)
    cosigner = Cosigner.generate(NAME)  # stands in for the key in the file, which takes long to open
    (home / "witness.json").write_bytes(
        (home / "witness.json").read_bytes().replace(_vkey(home), cosigner.vkey.encode())
    )
    choices: list[int] = []
    for _ in range(KILLS):
        choices += _until_killed(home, cosigner, choices)
        size, root = _known(home, cosigner)
        assert len(choices) <= size <= len(choices) + 1
        candidates = [choices] if size == len(choices) else [[*choices, which] for which in (0, 1)]
        choices = next(each for each in candidates if _root(each) == root)
        TALLY.kills += 1
    assert len(choices) > KILLS / 2


def _root(choices: list[int]) -> bytes:
    tree = NaiveTree()
    tree.extend(_entries(choices))
    return tree.root(len(choices))


def _vkey(home: Path) -> bytes:
    return Home.read(home).witness.encode()
