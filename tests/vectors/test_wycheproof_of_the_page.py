"""C2SP Wycheproof against the page's JavaScript: Ed25519 and X25519 by the browser's engine, ML-KEM-768 as vendored."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from gateway.model.terms import Json
from gateway.page.build import join_modules
from tests.machine import need

ASKER = Path(__file__).parents[1] / "page" / "vectors.mjs"
WYCHEPROOF = Path(__file__).parents[3] / "shared" / "vectors" / "wycheproof" / "testvectors_v1"
pytestmark = [pytest.mark.conformance, pytest.mark.node]

Vector = Mapping[str, str]


def vectors(name: str) -> list[tuple[Vector, Vector]]:
    """Return each test of a file, with the members of its group that are text."""
    path = WYCHEPROOF / f"{name}.json"
    if not path.exists():
        pytest.skip(f"not on this machine: the public vectors ({name}.json)")
    groups = json.loads(path.read_text())["testGroups"]
    return [(test, group.get("publicKey", {})) for group in groups for test in group["tests"]]


@cache
def answers(folder: Path) -> Mapping[str, Sequence[Json]]:
    """Return what the page says of all three files."""
    need("node")
    joined = folder / "joined.mjs"
    script = join_modules("bytes", "ed25519", "x25519", "vendor/noble-post-quantum/ml-kem")
    joined.write_text(
        f"{script}const $vendored = $noble_post_quantum_ml_kem\nexport {{ $bytes, $ed25519, $x25519, $vendored }}\n"
    )
    asked = {
        "ed25519": [
            {"key": key["pk"], "msg": test["msg"], "sig": test["sig"]} for test, key in vectors("ed25519_test")
        ],
        "x25519": [{"private": test["private"], "public": test["public"]} for test, _ in vectors("x25519_test")],
        "mlkem": [{"seed": test["seed"], "c": test["c"]} for test, _ in vectors("mlkem_768_test")],
    }
    done = subprocess.run(
        ["node", "--no-warnings", str(ASKER), str(joined)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    told: Mapping[str, Sequence[Json]] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Sequence[Json]]:
    """Return the page's answers, asked once."""
    return answers(tmp_path_factory.mktemp("page"))


def test_ed25519_signatures_are_judged_as_published(said: Mapping[str, Sequence[Json]]) -> None:
    """Valid is accepted, everything else is not."""
    expected = [test["result"] == "valid" for test, _ in vectors("ed25519_test")]
    assert len(expected) > 100
    assert said["ed25519"] == expected


def test_x25519_gives_the_published_secret_or_refuses_the_point(said: Mapping[str, Sequence[Json]]) -> None:
    """A point of low order or in a second spelling is refused; every other one gives the published secret."""
    told = vectors("x25519_test")
    expected = [
        None if {"ZeroSharedSecret", "NonCanonicalPublic", "LowOrderPublic"} & set(test["flags"]) else test["shared"]
        for test, _ in told
    ]
    assert expected.count(None) > 20
    differ = [
        test["tcId"] for (test, _), one, other in zip(told, said["x25519"], expected, strict=True) if one != other
    ]
    assert differ == []


def test_the_vendored_ml_kem_gives_the_published_secret(said: Mapping[str, Sequence[Json]]) -> None:
    """Also where the ciphertext was altered; a ciphertext of another length gives nothing."""
    told = vectors("mlkem_768_test")
    expected = [test["K"] if test["result"] == "valid" else None for test, _ in told]
    assert len(expected) > 100
    differ = [test["tcId"] for (test, _), one, other in zip(told, said["mlkem"], expected, strict=True) if one != other]
    assert differ == []
