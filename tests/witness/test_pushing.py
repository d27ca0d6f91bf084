"""The gateway's pushing and the officer's witness, together: what the one asks, the other understands."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from gateway.cosign.client import WitnessClient
from gateway.cosign.push import Pusher
from gateway.errors import LogForkError
from gateway.log.appender import Log
from gateway.log.leaf import encode
from gateway.log.policy import TrustPolicy
from gateway.log.witnessed import Witnessed
from gateway.metrics import Metrics
from gateway.store.writer import SqlStore
from gateway.witness.cosigning import Witness
from gateway.witness.home import Home
from tests.conftest import NOON, SetClock
from tests.cosign.conftest import another_log
from tests.log.sample_log import ORIGIN, SIGNER, VKEY, leaf_at
from tests.refusals import refused


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """Return an empty log on SQLite."""
    return SqlStore(engine, Log(SIGNER, ORIGIN).open_batch)


@pytest.fixture
def client(witness: Witness, serve: Callable[[Witness], str]) -> Iterator[WitnessClient]:
    """Return what speaks to the witness."""
    client = WitnessClient("fg", serve(witness))
    yield client
    client.close()


def _append(store: SqlStore, index: int) -> str:
    store.write(lambda unit: unit.append(encode(leaf_at(index))))
    with store.read() as unit:
        return unit.log.head().checkpoint


def test_a_fork_that_the_witness_has_seen_stops_the_log(store: SqlStore, client: WitnessClient, home: Home) -> None:
    """It answers with what it signed, which the log's own key signed too: that is proof."""
    trust = TrustPolicy((VKEY,), (("fg", home.witness),), quorum="fg")
    witnessed = Witnessed(trust)
    client.add_checkpoint(0, [], another_log(2))
    pusher = Pusher(store, witnessed, clock=lambda: NOON, metrics=Metrics())
    with refused(LogForkError, "witness `fg` has seen 2 entries of this log, but here are 1"):
        pusher.push(client, _append(store, 0), 0)
    _append(store, 1)
    with refused(LogForkError, "and the 3 here do not continue them"):
        pusher.push(client, _append(store, 2), 0)
    assert witnessed.fork is not None


def test_each_checkpoint_is_cosigned(store: SqlStore, client: WitnessClient, home: Home, clock: SetClock) -> None:
    """From the first entry on, from wherever the witness is, and under the policy that it gives to partners."""
    (name, vkey), *_ = home.for_partners().witnesses
    witnessed = Witnessed(TrustPolicy((VKEY,), ((name, vkey),), quorum=name))
    client.name = name
    pusher = Pusher(store, witnessed, clock=clock, metrics=Metrics())
    old = 0
    for size in range(1, 8):
        note = _append(store, size - 1)
        old = pusher.push(client, note, old if size % 2 else 0)
        assert old == size
        with store.read() as unit:
            assert witnessed.note_for(unit, size - 1, NOON) == note + unit.cosignatures.of(size)[0]
            assert home.for_partners().verify(witnessed.note_for(unit, 0, NOON), now=NOON).size == 1
