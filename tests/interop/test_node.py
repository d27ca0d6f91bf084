"""A foreign client opens our messages: Node with npm jose, from the documents alone; and refuses what was altered."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.crypto.jwk import generate_encryption_key, generate_signing_key, to_jwks
from gateway.crypto.notes import NoteSigner
from gateway.model.terms import Json
from tests.machine import need
from tests.partner.envelopes import ISSUER, ME, NOW, ORIGIN, World, a_world, an_envelope, claims_of

FOLDER = Path(__file__).parent / "node"
pytestmark = pytest.mark.node


@pytest.fixture(autouse=True)
def node() -> None:
    """Need Node and its library."""
    need("node", npm=["jose"])


def opened_by_node(
    tmp_path: Path, world: World, claims: dict[str, Json] | None = None, **changes: object
) -> tuple[int, dict[str, Json]]:
    """Let Node open an envelope; `changes` replace parts of its input."""
    told = {
        "envelope": json.loads(an_envelope(world, claims).to_json()),
        "keys": {"keys": [world.encryption.to_json(), world.signing.to_json()]},
        "issuer_keys": json.loads(to_jwks([world.issuer.public()])),
        "vkey": world.log.vkey,
        "origin": ORIGIN,
        "issuer": ISSUER,
        "me": ME,
        "now": int(NOW.timestamp()),
    }
    path = tmp_path / "input.json"
    path.write_text(json.dumps({**told, **changes}))
    done = subprocess.run(
        ["node", str(FOLDER / "open.mjs"), str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    answer: dict[str, Json] = json.loads(done.stdout)
    return done.returncode, answer


def _flip(text: str, place: int) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


ALTERATIONS: dict[str, Callable[[dict[str, str]], dict[str, object]]] = {
    "payload digest": lambda e: {**e, "message": _flip(e["message"], len(e["message"]) // 2)},
    "inclusion": lambda e: {**e, "proof": e["proof"].replace("index 2", "index 3")},
    "recipient": lambda e: {**e, "opening": {"recipient": {"salt": "AAAA", "value": ME}}},
    "log signature": lambda e: {**e, "proof": e["proof"].replace("\n5\n", "\n6\n")},
}


@pytest.mark.parametrize("check", ALTERATIONS)
def test_an_altered_envelope_is_refused_by_the_check_that_should(tmp_path: Path, check: str) -> None:
    """Each alteration fails at its own check, so that none of the checks is idle."""
    world = a_world()
    envelope = json.loads(an_envelope(world).to_json())
    assert opened_by_node(tmp_path, world, envelope=ALTERATIONS[check](envelope)) == (
        1,
        {"ok": False, "failed": check},
    )


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("audience", {"aud": "dudok-wonen"}),
        ("audience", {"aud": [ME]}),
        ("recipient key", {"rkid": generate_encryption_key().kid}),
        ("issuer", {"iss": "evil.example"}),
        ("time", {"exp": int(NOW.timestamp())}),
    ],
)
def test_a_logged_message_with_a_wrong_claim_is_refused(tmp_path: Path, check: str, changes: dict[str, Json]) -> None:
    """A message forwarded by another partner has a good signature; its audience and key give it away."""
    world = a_world()
    code, answer = opened_by_node(tmp_path, world, claims_of(world) | changes)
    assert (code, answer) == (1, {"ok": False, "failed": check})


def test_keys_that_are_not_trusted_are_refused(tmp_path: Path) -> None:
    """Another log's key, another issuer's key and another recipient's key each stop it."""
    world = a_world()
    other = to_jwks([generate_signing_key().public()])
    for check, changes in (
        ("log signature", {"vkey": NoteSigner.generate(ORIGIN).vkey}),
        ("signature", {"issuer_keys": json.loads(other)}),
        ("decryption", {"keys": {"keys": [generate_encryption_key().to_json()]}}),
    ):
        assert opened_by_node(tmp_path, world, **changes)[1] == {"ok": False, "failed": check}


def test_node_opens_what_we_seal(tmp_path: Path) -> None:
    """The same claims that went in come out."""
    world = a_world()
    code, answer = opened_by_node(tmp_path, world)
    assert (code, answer) == (0, {"ok": True, "claims": claims_of(world)})
