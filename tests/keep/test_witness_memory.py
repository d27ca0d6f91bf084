"""A witness remembers too: an older copy of everything here, or another log under its key, is noticed at the start."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, Materials, bring_up_to_date, build
from gateway.config.settings import Settings
from gateway.crypto.notes import NoteSigner
from gateway.errors import ConfigError, InvalidRequestError, LogForkError
from gateway.keep.loss import Loss
from gateway.log.checkpoint import Checkpoint
from gateway.upkeep import accept_missing
from tests.conftest import SetClock
from tests.cosign.conftest import AGES
from tests.cosign.small_witness import SmallWitness, serving
from tests.keep.state import copy_database, entries, lose_database, put_back, submit
from tests.pipeline.witnessed_gateway import trust_of
from tests.refusals import refused


@dataclass
class Scene:
    """A gateway with one witness, which may be stopped, put back and started again."""

    settings: Settings
    witness: SmallWitness
    clock: SetClock
    materials: Materials

    @contextmanager
    def running(self) -> Iterator[Gateway]:
        """Start it; it pushes until the end."""
        gateway = build(self.settings, clock=self.clock, materials=self.materials)
        gateway.pusher.start()
        try:
            yield gateway
        finally:
            gateway.pusher.stop()
            gateway.tools.store.close()

    def seen(self, gateway: Gateway, number: int) -> int:
        """Release a message, and wait until the witness has seen it; return the size of the log."""
        size = submit(gateway, number)
        assert gateway.tools.witnessed.wait(size - 1, AGES)
        return size


@pytest.fixture
def scene(settings: Settings, clock: SetClock, materials: Materials) -> Iterator[Scene]:
    """Return a scene whose witness has seen nothing."""
    with serving(SmallWitness(clock)) as witness:
        path = settings.home / "witnesses.policy"
        path.write_text(trust_of(materials, witness).to_text(), encoding="utf-8")
        yield Scene(replace(settings, witnesses=path), witness, clock, materials)


@pytest.fixture
def put_back_whole(scene: Scene, tmp_path: Path) -> int:
    """Put an older copy of all that stands here back, the memory beside the database too; return what was seen."""
    with scene.running() as gateway:
        scene.seen(gateway, 1)
        copy_database(scene.settings, tmp_path / "older.sqlite")
        shutil.copy(scene.settings.home / "log.seen", tmp_path / "older.seen")
        size = scene.seen(gateway, 2)
    put_back(scene.settings, tmp_path / "older.sqlite")
    shutil.copy(tmp_path / "older.seen", scene.settings.home / "log.seen")
    return size


@pytest.mark.control("DPIA-11")
def test_a_gateway_does_not_start_below_what_a_witness_has_seen(scene: Scene, put_back_whole: int) -> None:
    """Also when the memory on this machine was put back with the database; the message names both sizes."""
    found = entries(scene.settings)
    for start in (lambda: build(scene.settings, materials=scene.materials), lambda: bring_up_to_date(scene.settings)):
        with refused(LogForkError, f"witness `w` has seen {put_back_whole} entries of this log, but here are {found}"):
            start()
    assert entries(scene.settings) == found


def test_a_gateway_does_not_start_anew_under_a_key_that_a_witness_knows(scene: Scene) -> None:
    """A new database beside the old keys: no table is made."""
    with scene.running() as gateway:
        size = scene.seen(gateway, 1)
    lose_database(scene.settings)
    (scene.settings.home / "log.seen").unlink()
    with refused(LogForkError, f"has seen {size} entries of this log, but here are 0"):
        build(scene.settings, materials=scene.materials)


def test_a_stolen_key_that_signed_more_elsewhere_stops_the_start(scene: Scene, materials: Materials) -> None:
    """The log here is the honest one, and still nothing is added: its key is in other hands, which the hint names."""
    with scene.running() as gateway:
        size = scene.seen(gateway, 1)
    signer = NoteSigner.from_text(materials.keyring.log_key)
    for forged in (size, size + 3):
        scene.witness.sees(Checkpoint(signer.name, forged, bytes(32)).sign(signer))
        with refused(LogForkError, f"has seen {forged} entries") as caught:
            build(scene.settings, materials=materials)
        assert "somebody else signs with this log's key" in caught.value.hint


def test_a_witness_that_is_away_or_talks_nonsense_stops_no_start(scene: Scene, materials: Materials) -> None:
    """Help goes on; what it cannot prove is told to operations only."""
    with scene.running() as gateway:
        scene.seen(gateway, 1)
    newest = scene.witness.newest
    for shown in ("", "nonsense", newest.replace("w.example", "x.example")):
        scene.witness.newest = shown
        build(scene.settings, materials=materials).tools.store.close()
    scene.witness.odd = lambda _method, _body: (500, {}, "")
    build(scene.settings, materials=materials).tools.store.close()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "cannot be read"),
        ("log nonsense\nquorum none\n", "line 1 of the trust policy"),
        ("quorum none\n", "does not name this log's key"),
        ("log {vkey}\nwitness w {w}\nquorum w\n", "no address"),
        ("log {vkey}\nwitness w {w} http://w.example\nquorum w\n", "not https"),
        ("log {vkey}\nwitness w {w} https://user@w.example\nquorum w\n", "not https"),
        ("log {vkey}\nwitness w {w} https://w.example:x\nquorum w\n", "not https"),
    ],
)
def test_witnesses_that_cannot_be_asked_safely_stop_the_start(
    scene: Scene, materials: Materials, text: str | None, problem: str
) -> None:
    """A file that is missing or wrong must not quietly mean no witnesses."""
    path = scene.settings.home / "other.policy"
    if text is not None:
        vkey = NoteSigner.from_text(materials.keyring.log_key).vkey
        path.write_text(text.format(vkey=vkey, w=scene.witness.key.vkey), encoding="utf-8")
    with refused(ConfigError, problem):
        build(replace(scene.settings, witnesses=path), materials=materials)


def test_a_loss_that_only_a_witness_knows_is_accepted_in_the_log(scene: Scene, put_back_whole: int) -> None:
    """The entry names witness, sizes and decision, and the witness's note is kept; it never signs this log again."""
    found = entries(scene.settings)
    accepted = accept_missing(scene.settings, "FG 2026-031", clock=scene.clock)
    assert (accepted.loss, accepted.size, accepted.signed) == (Loss.RESTORED, found, put_back_whole)
    kept = [path.read_text() for path in scene.settings.home.glob("witnesses.seen.*")]
    assert kept == [scene.witness.newest]
    with refused(LogForkError):
        build(scene.settings, materials=scene.materials)
    alone = replace(scene.settings, witnesses=None)  # the officer decides: another witness, or another log
    gateway = build(alone, materials=scene.materials)
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, accepted.entry)
    gateway.tools.store.close()
    (told,) = json.loads(json.dumps(detail["witnesses"]))
    assert (told["witness"], told["size"]) == ("w", put_back_whole)
    with refused(InvalidRequestError, "no loss to accept"):
        accept_missing(alone, "FG 2026-031", clock=scene.clock)
