"""Pushing: each checkpoint gets the witness's word, outside the way of a commit; what does not fit is not kept."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.cosign.client import WitnessClient
from gateway.crypto.cosignatures import Cosigner
from gateway.errors import LogForkError
from gateway.log.appender import Log
from gateway.log.leaf import encode
from gateway.log.witnessed import Witnessed
from gateway.store.writer import SqlStore
from tests.conftest import NOON
from tests.cosign.conftest import AGES, Scene, another_log
from tests.databases import on_both
from tests.log.sample_log import ORIGIN, SIGNER, leaf_at
from tests.refusals import refused

pytestmark = on_both

SIZE = {"Content-Type": "text/x.tlog.size"}


def test_a_commit_does_not_wait_for_a_witness(scene: Scene) -> None:
    """It returns while the witness has been asked and has not answered; one request is under way, never two."""
    scene.witness.gate.clear()
    scene.pusher.start()
    scene.commit()
    assert scene.witness.entered.acquire(timeout=AGES)
    for _ in range(20):
        scene.commit()
    assert not scene.witness.gate.is_set()
    assert scene.witness.asked == [1]
    scene.witness.gate.set()
    assert scene.witnessed.wait(20, AGES)
    assert scene.witness.asked == [1, 21]  # only the newest counts


@pytest.mark.parametrize("size", [1, 2, 5])
def test_another_log_that_a_witness_has_seen_stops_this_one(scene: Scene, size: int) -> None:
    """Shorter, as long, or longer: the log's own key signed it, so the key or the database is not what it was."""
    scene.commit(2)
    scene.witness.sees(another_log(size))
    with refused(LogForkError, f"witness `w` has seen {size} entries of this log"):
        scene.push()
    assert scene.witnessed.fork is not None
    assert scene.kept(2) == []


def test_each_checkpoint_gets_the_witness_s_word(scene: Scene) -> None:
    """The first and, after it was seen, the next; what is kept verifies under the partner's own trust policy."""
    scene.pusher.start()
    for index in (0, 1):
        assert scene.commit() == index
        assert scene.witnessed.wait(index, AGES)
        assert scene.trust.verify(scene.note() + scene.kept(index + 1)[0], now=NOON).size == index + 1
    assert 'gateway_witness_answers_total{result="cosigned"} 2.0' in scene.metrics.text().decode()


def test_lines_of_unknown_keys_are_passed_over(scene: Scene) -> None:
    """A witness may sign with a second key, and may hand on others' lines."""
    scene.commit()
    note = scene.note()
    another = Cosigner.generate("w.example").cosign(note.rpartition("\n\n")[0] + "\n", NOON)
    both = another + scene.witness.sees(note)
    scene.witness.odd = lambda _method, _body: (200, {}, both)
    assert scene.push() == 1
    assert [line in both for line in scene.kept(1)] == [True]


@pytest.mark.parametrize("old", [0, 1, 2, 4])
def test_it_goes_on_from_where_the_witness_is(scene: Scene, old: int) -> None:
    """Whatever was thought: the size in a 409 is the one to prove from."""
    scene.commit(3)
    scene.witness.sees(scene.note())
    scene.commit(2)
    assert scene.push(old=old) == 5
    assert scene.push(old=5) == 5
    assert len(scene.kept(5)) == 1


def test_a_witness_that_has_seen_more_already_is_not_asked_again(scene: Scene) -> None:
    """Another process of this gateway has pushed what came after."""
    scene.commit()
    older = scene.note()
    scene.commit()
    scene.push()
    client = WitnessClient("w", scene.witness.url)
    assert scene.pusher.push(client, older, 0) == 2
    assert scene.pusher.push(client, older, 2) == 2
    client.close()
    assert scene.witness.asked == [2, 1]


def test_what_was_kept_survives_a_restart(scene: Scene) -> None:
    """The table is the memory; and the log as it stands is pushed at the start."""
    scene.commit()
    scene.pusher.start()
    assert scene.witnessed.wait(0, AGES)
    again = Witnessed(scene.trust)
    with scene.store.read() as unit:
        assert again.covers(unit, 0, NOON)
        assert not again.covers(unit, 1, NOON)
    assert again.covered == 1


def test_another_process_s_entries_are_pushed_when_someone_looks(scene: Scene) -> None:
    """A commit elsewhere tells nobody here; the next commit here carries it along."""
    elsewhere = SqlStore(scene.engine, Log(SIGNER, ORIGIN).open_batch)
    elsewhere.write(lambda unit: unit.append(encode(leaf_at(0))))
    scene.pusher.start()
    scene.commit()
    assert scene.witnessed.wait(1, AGES)


def test_a_witness_that_was_away_is_asked_again(scene: Scene) -> None:
    """It is told once that it does not answer; who waits does not wait for it; later it is as before."""
    scene.witness.odd = lambda _method, _body: (503, {}, "")
    scene.pusher.start()
    scene.commit()
    assert not scene.witnessed.wait(0, AGES)  # hopeless, so this ends before it would
    scene.witness.odd = lambda _method, _body: None
    for _ in range(2):  # the first time in vain
        assert scene.witness.entered.acquire(timeout=AGES)
    scene.pusher.stop()
    assert scene.witnessed.covered == 1
    assert 'gateway_witness_answers_total{result="failed"}' in scene.metrics.text().decode()


@pytest.mark.parametrize("change", ["UPDATE cosignature SET line = ''", "DELETE FROM cosignature"])
def test_what_a_witness_signed_is_never_changed(scene: Scene, change: str) -> None:
    """The database itself refuses; signing the same size again keeps the first line, which is nearest to its time."""
    scene.commit()
    scene.push()
    first = scene.kept(1)
    scene.clock.now = NOON + dt.timedelta(minutes=1)
    scene.push(old=1)
    assert scene.kept(1) == first
    with pytest.raises(DBAPIError), scene.engine.begin() as connection:
        connection.execute(text(change))
