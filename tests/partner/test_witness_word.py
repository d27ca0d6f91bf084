"""What lacks the witnesses' word: it is told, not opened by accident, and replaced once there is word."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.partner import partner
from gateway.config.clock import utc_now
from gateway.crypto.cosignatures import Cosigner
from gateway.log.envelope import Envelope
from gateway.log.proof import Proof
from tests.api.dict_desk import KEYS, MINE, DictDesk, an_app
from tests.partner.envelopes import MESSAGE, PLAIN, World, a_world, an_envelope, claims_of, write_folder
from tests.partner.test_client import served
from tests.partner.test_commands import run

WITNESS = Cosigner.generate("fg.example/witness")


@dataclass
class Scene:
    """AVIM's folder, whose trust policy asks for a witness, and the desk that it fetches from."""

    folder: Path
    desk: DictDesk
    early: Envelope  # as handed over at once
    later: Envelope  # the same with the witness's word
    world: World

    @property
    def file(self) -> Path:
        """Return where fetch puts the message."""
        return self.folder / "in" / f"{MINE}.json"

    def fetch(self) -> dict[str, object]:
        """Fetch, and return what was told of the one message."""
        result = run("fetch", "--config", self.folder / "partner.yaml", "--out", self.folder / "in")
        assert result.exit_code == 0
        (told,) = json.loads(result.stdout)["messages"]
        return dict(told)


def _with_word(envelope: Envelope) -> Envelope:
    checkpoint = Proof.from_text(envelope.proof).checkpoint
    return replace(envelope, proof=envelope.proof + WITNESS.cosign(checkpoint.rpartition("\n\n")[0] + "\n", utc_now()))


def _world() -> World:
    world = a_world()
    return replace(world, encryption=KEYS["avim"][0], signing=KEYS["avim"][1])


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Return a scene whose gateway hands the early message over."""
    world = _world()
    early = an_envelope(world, claims_of(world, now=utc_now()))
    desk = DictDesk(now=utc_now(), envelopes={MINE: early})
    app = an_app(desk)
    with served(app) as url:
        app.wsgi_app = an_app(desk, public_url=url).wsgi_app  # type: ignore[method-assign]  # the port is known now
        write_folder(world, tmp_path, gateway=url)
        policy = tmp_path / "trust.policy"
        policy.write_text(f"log {world.log.vkey}\nwitness fg {WITNESS.vkey}\nquorum fg\n")
        yield Scene(tmp_path, desk, early, _with_word(early), world)


def test_a_message_without_word_is_not_in_order(scene: Scene) -> None:
    """verify says what did hold, that it was not seen yet and to fetch again; open shows nothing."""
    scene.fetch()
    verified = run("verify", scene.file, "--trust", scene.folder / "trust.policy")
    told = json.loads(verified.output)
    assert (verified.exit_code, told["ok"]) == (1, False)
    assert "the entry is in the log" in told["checks"]
    assert "have not seen it yet" in told["problem"]
    assert "fetch the message again" in told["hint"]
    opened = run("open", scene.file, "--key", scene.folder / "avim.keys.json")
    assert opened.exit_code == 1
    assert PLAIN not in opened.output


@pytest.mark.parametrize("member", ["message", "leaf", "proof"])
def test_an_altered_message_is_not_opened_before_its_witness_either(scene: Scene, member: str) -> None:
    """The flag spares the witnesses' word, no other check."""
    scene.fetch()
    told = json.loads(scene.file.read_text())
    middle = len(told[member]) // 2
    told[member] = told[member][:middle] + ("A" if told[member][middle] != "A" else "B") + told[member][middle + 1 :]
    scene.file.write_text(json.dumps(told))
    opened = run("open", scene.file, "--key", scene.folder / "avim.keys.json", "--before-witness")
    assert opened.exit_code == 1
    assert PLAIN not in opened.output


def test_what_is_not_handed_over_yet_stops_no_other_message(scene: Scene) -> None:
    """It is told and waits; nothing is written."""
    scene.desk.unwitnessed = True
    assert scene.fetch() == {"id": MINE, "file": None, "state": "waiting", "unwitnessed": True}
    assert not scene.file.exists()
    words = ["fetch", "--config", str(scene.folder / "partner.yaml"), "--out", str(scene.folder / "in")]
    assert "not yet seen by the log's witnesses: fetch again" in CliRunner().invoke(partner, words).output


def test_a_file_is_not_replaced_by_anything_but_its_better_proof(scene: Scene) -> None:
    """Not by another message, nor by a proof without word, nor when nothing comes; what is no message stays too."""
    scene.fetch()
    early = scene.file.read_bytes()
    another = _with_word(an_envelope(scene.world, claims_of(scene.world, now=utc_now())))
    for other in (scene.early, another, replace(scene.later, proof=scene.early.proof[:-2])):
        scene.desk.envelopes[MINE] = other
        assert scene.fetch()["unwitnessed"] is True
        assert scene.file.read_bytes() == early
    scene.desk.unwitnessed = True
    assert scene.fetch()["file"] == str(scene.file)
    scene.file.write_text("no message")
    assert "unwitnessed" not in scene.fetch()
    assert scene.file.read_text() == "no message"


def test_an_urgent_message_is_opened_at_once_and_has_its_proof_upgraded(scene: Scene) -> None:
    """By choice, with a word that it is early; the next fetch brings the witness's time, and then nothing changes."""
    assert scene.fetch()["unwitnessed"] is True
    opened = run("open", scene.file, "--key", scene.folder / "avim.keys.json", "--before-witness")
    assert opened.exit_code == 0
    assert json.loads(opened.stdout)["witnessed"] == {}
    assert "before the log's witnesses have seen it" in opened.stderr
    scene.desk.envelopes[MINE] = scene.later
    assert "unwitnessed" not in scene.fetch()
    assert Envelope.from_json(scene.file.read_text()) == scene.later
    assert scene.file.stat().st_mode & 0o777 == 0o600
    verified = json.loads(run("verify", scene.file, "--trust", scene.folder / "trust.policy").output)
    assert verified["ok"] is True
    assert list(verified["witnessed"]) == ["fg"]
    words = ["verify", str(scene.file), "--trust", str(scene.folder / "trust.policy")]
    assert f"seen by witness fg: {verified['witnessed']['fg']}" in CliRunner().invoke(partner, words).output
    told = json.loads(run("open", scene.file, "--key", scene.folder / "avim.keys.json").stdout)
    assert told["witnessed"] == verified["witnessed"]
    scene.desk.unwitnessed = True
    assert "unwitnessed" not in scene.fetch()


def test_a_receipt_of_an_early_message_can_be_sent(scene: Scene) -> None:
    """It says that the message came; under a name of the partner's own its id is read in the message itself."""
    scene.fetch()
    own = scene.file.rename(scene.folder / "in" / "own-name.json")
    scene.desk.messages[MESSAGE] = "avim"
    sent = run("receipt", own, "--state", "opened", "--config", scene.folder / "partner.yaml")
    assert (sent.exit_code, len(scene.desk.receipts)) == (0, 1)
