"""The recipes for developers, run as they stand: what they open and refuse, and receipts that the gateway accepts."""

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.config.clock import utc_now
from gateway.crypto.commitments import digest
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import generate_encryption_key, generate_signing_key, to_jwks
from gateway.crypto.receipts import ReceiptState, read_receipt
from gateway.model.terms import Json
from tests.machine import need
from tests.partner.envelopes import ISSUER, ME, MESSAGE, World, a_world, altered, an_envelope, claims_of

RECIPES = Path(__file__).parents[2] / "kit" / "recipes"
pytestmark = pytest.mark.node


@pytest.fixture(autouse=True)
def suite(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    """Say in `make conformance` which of the two it was."""
    parameters = getattr(request.node, "callspec", None)
    if parameters is not None:
        record_property("suite", f"{parameters.params['recipe']} recipe")


@pytest.fixture(scope="module", params=["node", "java"])
def recipe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the command of a recipe."""
    if request.param == "node":
        need("node")
        return ["node", "--no-warnings", str(RECIPES / "node" / "main.mjs")]
    need("java", "javac")
    out = tmp_path_factory.mktemp("classes")
    subprocess.run(["javac", "-d", str(out), *map(str, (RECIPES / "java").glob("*.java"))], check=True)
    return ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", str(out), "Main"]


@dataclass(frozen=True)
class Folder:
    """A partner's folder with one message, as a developer has it."""

    world: World
    path: Path

    def put(self, message: str) -> None:
        """Write the message."""
        (self.path / "envelope.json").write_text(json.dumps({"message": message}))

    def run(self, recipe: list[str], command: str, *more: str, me: str = ME) -> subprocess.CompletedProcess[str]:
        """Run a recipe on the message."""
        files = [str(self.path / name) for name in ("envelope.json", "avim.keys.json", "issuer.jwks.json")]
        return subprocess.run(
            [*recipe, command, *files, ISSUER, me, *more], capture_output=True, text=True, check=False
        )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with new keys and no message yet."""
    world = a_world()
    keys: list[Json] = [world.encryption.to_json(), world.signing.to_json()]
    (tmp_path / "avim.keys.json").write_text(json.dumps({"keys": keys}))
    (tmp_path / "issuer.jwks.json").write_bytes(to_jwks([world.issuer.public()]))
    return Folder(world, tmp_path)


def sealed(world: World, **changes: Json) -> str:
    """Return a message of this moment with these claims changed."""
    return an_envelope(world, {**claims_of(world, now=utc_now()), **changes}).message


def headed(message: str, change: Callable[[dict[str, Json]], object]) -> str:
    """Return a message with another header."""
    head, rest = message.split(".", 1)
    members = json.loads(unb64url(head))
    change(members)
    return f"{b64url(json.dumps(members).encode())}.{rest}"


NOW = int(utc_now().timestamp())
WRONG: Mapping[str, Callable[[World], str]] = {
    "forwarded by another partner": lambda world: sealed(world, aud="dudok-wonen"),
    "a list of readers": lambda world: sealed(world, aud=[ME]),
    "for another key": lambda world: sealed(world, rkid=generate_encryption_key().kid),
    "by another sender": lambda world: sealed(world, iss="evil.example"),
    "expired": lambda world: sealed(world, exp=NOW - 1),
    "signed by a stranger": lambda world: (
        an_envelope(world, claims_of(world, now=utc_now()), signer=generate_signing_key()).message
    ),
    "altered": lambda world: altered(sealed(world)),
    "spelt otherwise": lambda world: sealed(world) + "=",
    "a key of small order": lambda world: headed(
        sealed(world), lambda head: head.update(epk={"kty": "OKP", "crv": "X25519", "x": b64url(bytes(32))})
    ),
    "compressed": lambda world: headed(sealed(world), lambda head: head.update(zip="DEF")),
    "in clear": lambda world: headed(sealed(world), lambda head: head.update(alg="none")),
}


def test_what_must_not_be_opened_is_refused(recipe: list[str], folder: Folder) -> None:
    """A wrong reader, key, sender, time, signature or form; nothing of it is printed."""
    for what, make in WRONG.items():
        folder.put(make(folder.world))
        done = folder.run(recipe, "open")
        assert (what, done.returncode, done.stdout) == (what, 1, ""), done.stderr
        assert done.stderr.strip()


def test_a_good_message_is_opened(recipe: list[str], folder: Folder) -> None:
    """The content comes out, with letters of every alphabet as they are."""
    folder.put(sealed(folder.world, subjects=[{"ref": "s1", "data": {"remark": 'Café "Ĳ" \\ 😀'}}], rnd="x" * 20_000))
    done = folder.run(recipe, "open")
    assert done.returncode == 0, done.stderr
    assert MESSAGE in done.stdout
    assert "Café" in done.stdout
    assert "😀" in done.stdout


def test_the_gateway_accepts_its_receipt(recipe: list[str], folder: Folder) -> None:
    """Signed with the partner's key, about exactly this message."""
    message = sealed(folder.world)
    folder.put(message)
    done = folder.run(recipe, "receipt", MESSAGE, "opened")
    assert done.returncode == 0, done.stderr
    told = read_receipt(done.stdout.strip(), keys=[folder.world.signing.public()])
    assert (told.partner_id, told.audience, told.message_id) == (ME, ISSUER, MESSAGE)
    assert (told.payload_digest, told.state) == (digest(message.encode()), ReceiptState.OPENED)
    assert abs(int(told.at.timestamp()) - NOW) < 3600


def test_they_are_short_enough_to_read_before_copying() -> None:
    """About 60 lines for Node, and for Java with its imports and types not many more; no library at all."""
    node, java = (RECIPES / "node" / "disclosure.mjs").read_text(), (RECIPES / "java" / "Disclosure.java").read_text()
    assert len(node.splitlines()) <= 60
    assert len(java.splitlines()) <= 85
    assert "import " not in node
    assert all(line.startswith("import java") for line in java.splitlines() if line.startswith("import"))
