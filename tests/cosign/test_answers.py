"""What a witness answers is not believed: bad answers are not kept, and nobody but the log's key can stop the log."""

import datetime as dt
from collections.abc import Callable

import pytest

from gateway.cosign.client import WitnessClient
from gateway.crypto.cosignatures import Cosigner
from gateway.errors import GatewayError, LogForkError, SignatureInvalidError, TemporaryDeliveryError
from gateway.log.checkpoint import Checkpoint
from tests.conftest import NOON
from tests.cosign.conftest import Scene, another_log
from tests.cosign.small_witness import Reply
from tests.log.sample_log import ORIGIN
from tests.refusals import refused

SIZE = {"Content-Type": "text/x.tlog.size"}

ODD: tuple[Reply, ...] = (
    (200, {}, ""),
    (200, {}, "no signature\n"),
    (200, {}, "x" * 20_000),
    (200, {"Content-Encoding": "gzip"}, "x"),
    (302, {"Location": "/add-checkpoint"}, ""),
    (307, {"Location": "/add-checkpoint"}, ""),
    (403, {}, ""),
    (404, {}, ""),
    (409, {}, "no size\n"),
    (409, SIZE, "-1\n"),
    (409, SIZE, "007\n"),
    (422, {}, ""),
    (500, {}, ""),
)


def test_an_answer_that_makes_no_sense_is_not_kept(scene: Scene) -> None:
    """Redirects are not followed, an answer has an end, and nothing stops because of what nobody signed."""
    scene.commit()
    replies = iter(ODD)
    scene.witness.odd = lambda method, _body: next(replies) if method == "POST" else (404, {}, "")
    for count, _reply in enumerate(ODD, start=1):
        with pytest.raises((TemporaryDeliveryError, SignatureInvalidError)):
            scene.push()
        assert scene.witness.asked == [1] * count
        assert scene.kept(1) == []
    assert scene.witnessed.fork is None


def _of_the_future(scene: Scene) -> str:
    scene.clock.now = NOON + dt.timedelta(minutes=6)
    line = scene.witness.sees(scene.note())
    scene.clock.now = NOON
    return line


def _of_another_size(scene: Scene) -> str:
    return scene.witness.key.cosign(Checkpoint(ORIGIN, 2, bytes(32)).to_text(), NOON)


def _of_another_key(scene: Scene) -> str:
    return Cosigner.generate("w.example").cosign(scene.note().rpartition("\n\n")[0] + "\n", NOON)


@pytest.mark.parametrize("line", [_of_the_future, _of_another_size, _of_another_key])
def test_a_signature_that_does_not_fit_is_not_kept(scene: Scene, line: Callable[[Scene], str]) -> None:
    """Of a time to come, under another checkpoint, or by another key under the same name."""
    scene.commit()
    told = line(scene)
    scene.witness.odd = lambda _method, _body: (200, {}, told)
    with refused(SignatureInvalidError):
        scene.push()
    assert scene.kept(1) == []


@pytest.mark.parametrize("claimed", [1, 10**9])
def test_a_witness_alone_cannot_stop_the_log(scene: Scene, claimed: int) -> None:
    """It says that it has seen more, or another log, but shows nothing that the log's key signed."""
    scene.commit()
    scene.witness.odd = lambda method, _body: (409, SIZE, f"{claimed}\n") if method == "POST" else None
    for shown in ("", "not a note", another_log(3).replace(ORIGIN, "elsewhere.example")):
        scene.witness.newest = shown
        with pytest.raises(GatewayError) as caught:
            scene.push(old=1)
        assert not isinstance(caught.value, LogForkError)
    scene.witness.newest = another_log(3)  # the log signed it, but this witness does not vouch for it
    with refused(SignatureInvalidError, "it did not sign"):
        scene.push(old=1)
    assert scene.witnessed.fork is None


def test_an_answer_has_an_end(scene: Scene) -> None:
    """A good signature among more lines than any witness needs is not looked for."""
    scene.commit()
    line = scene.witness.sees(scene.note())
    many = "".join(_of_another_key(scene) for _ in range(200))
    scene.witness.odd = lambda _method, _body: (200, {}, many + line)
    with refused(TemporaryDeliveryError, "too large or too slow"):
        scene.push()
    assert scene.kept(1) == []


def test_a_witness_that_dribbles_is_left(scene: Scene) -> None:
    """However soon the next piece comes: a whole answer has its time too."""
    scene.commit()
    times = iter((0.0, 99.0))
    client = WitnessClient("w", scene.witness.url, timer=lambda: next(times))
    with refused(TemporaryDeliveryError, "too large or too slow"):
        scene.pusher.push(client, scene.note(), 0)
    client.close()
