"""A log on either database, its small witness, and what pushes to it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from gateway.cosign.client import WitnessClient
from gateway.cosign.push import Pusher
from gateway.log.appender import Log
from gateway.log.leaf import encode
from gateway.log.policy import TrustPolicy
from gateway.log.witnessed import Witnessed
from gateway.metrics import Metrics
from gateway.store.writer import SqlStore
from tests.conftest import SetClock
from tests.cosign.small_witness import SmallWitness, serving
from tests.log.memory_table import MemoryTable
from tests.log.sample_log import ORIGIN, SIGNER, VKEY, fill, leaf_at

AGES = 60.0  # seconds: more than any of it takes; what is waited for comes, or the test fails


@dataclass
class Scene:
    """A log that has one witness, whose word it asks for."""

    engine: Engine
    witness: SmallWitness
    clock: SetClock

    def __post_init__(self) -> None:
        """Open the store; nothing is pushed before `pusher.start`."""
        self.trust = TrustPolicy(
            (VKEY,), (("w", self.witness.key.vkey),), quorum="w", addresses=(("w", self.witness.url),)
        )
        self.metrics = Metrics()
        self.witnessed = Witnessed(self.trust)
        self.store = SqlStore(self.engine, Log(SIGNER, ORIGIN).open_batch, self.witnessed)
        self.pusher = Pusher(self.store, self.witnessed, clock=self.clock, metrics=self.metrics)

    def commit(self, entries: int = 1) -> int:
        """Commit so many entries at once; return the index of the last."""
        with self.store.read() as unit:
            size = unit.log.head().size
        return self.store.write(lambda unit: [unit.append(encode(leaf_at(size + at))) for at in range(entries)])[-1]

    def note(self) -> str:
        """Return the newest signed note."""
        with self.store.read() as unit:
            return unit.log.head().checkpoint

    def push(self, old: int = 0) -> int:
        """Push the newest checkpoint once, in this thread."""
        client = WitnessClient("w", self.witness.url)
        try:
            return self.pusher.push(client, self.note(), old)
        finally:
            client.close()

    def kept(self, size: int) -> list[str]:
        """Return the lines that are kept under the checkpoint of this size."""
        with self.store.read() as unit:
            return list(unit.cosignatures.of(size))


def another_log(size: int) -> str:
    """Return a checkpoint that the log's key signed over other entries."""
    return fill(MemoryTable(), [encode(leaf_at(at + 1)) for at in range(size)]).stored_head.checkpoint


@pytest.fixture
def scene(engine: Engine, clock: SetClock) -> Iterator[Scene]:
    """Return a scene on an empty database."""
    with serving(SmallWitness(clock)) as witness:
        scene = Scene(engine, witness, clock)
        yield scene
        witness.gate.set()
        scene.pusher.stop()
        scene.store.close()
