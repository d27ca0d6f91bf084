"""A foreign program signs in: npm openid-client, from the discovery document alone; with a wrong key it does not."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from gateway.config.clock import utc_now
from gateway.crypto.jwk import PrivateJwk, generate_key, generate_signing_key
from gateway.demo.server import free_port, running
from gateway.model.terms import Json
from gateway.model.tokens import TokenProfile, TokenRules
from gateway.partner.keys import read_keys
from tests.api.dict_desk import DictDesk, an_app
from tests.machine import need
from tests.partner.test_client import served

FOLDER = Path(__file__).parent / "node"
pytestmark = pytest.mark.node
RSA = generate_key("PS256")
NOT_THERE = {"status": 401, "error": "OAUTH_WWW_AUTHENTICATE_CHALLENGE"}


@pytest.fixture(autouse=True)
def node() -> None:
    """Need Node and the client."""
    need("node", npm=["openid-client"])


def signed_in(
    folder: Path,
    gateway: str,
    name: str,
    key: PrivateJwk,
    *,
    kid: str = "",
    alg: str = "Ed25519",
    proof: str = "ES256",
    audience: str = "",
) -> dict[str, Json]:
    """Let openid-client sign in and call the inbox; return what it was answered."""
    path = folder / "input.json"
    told: dict[str, Json] = {
        "gateway": gateway,
        "id": name,
        "key": key.to_json(),
        "kid": kid or key.kid,
        "alg": alg,
        "proof": proof,
        "audience": audience,
    }
    path.write_text(json.dumps(told))
    done = subprocess.run(
        ["node", "--no-warnings", str(FOLDER / "sign_in.mjs"), str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Json] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Run a demo gateway of its own."""
    home = tmp_path_factory.mktemp("openid") / "home"
    with running(home, port=free_port()) as url:
        yield url, home


def test_a_wrong_key_gets_no_token_from_a_running_gateway(site: tuple[str, Path], tmp_path: Path) -> None:
    """A stranger's key and another partner's, each under its own name and under the name of the right one."""
    url, home = site
    right = read_keys(home / "partners" / "avim" / "avim.keys.json").signing
    for key in (generate_signing_key(), read_keys(home / "partners" / "belle" / "belle.keys.json").signing):
        for kid in (key.kid, right.kid):
            said = signed_in(tmp_path, url, "avim", key, kid=kid)
            assert said == {"refused": {"status": 400, "error": "invalid_client"}}


@pytest.mark.parametrize("proof", ["ES256", "Ed25519"])
def test_openid_client_signs_in_to_a_running_gateway_and_reads_the_inbox(
    site: tuple[str, Path], tmp_path: Path, proof: str
) -> None:
    """Two requests with one token; with another key or as a bearer token it opens nothing."""
    url, home = site
    key = read_keys(home / "partners" / "avim" / "avim.keys.json").signing
    said = signed_in(tmp_path, url, "avim", key, proof=proof)
    assert said["token"] == {"type": "dpop", "scope": "inbox", "seconds": 600}
    assert said["inbox"] == said["again"]
    assert isinstance(said["inbox"], dict)
    assert said["inbox"]["status"] == 200
    assert "messages" in json.dumps(said["inbox"])
    assert said["another_key"] == said["bearer"] == NOT_THERE


@pytest.mark.parametrize(
    ("profile", "alg", "audience", "taken"),
    [
        (TokenProfile.NLGOV, "RS256", "/oauth/token", True),
        (TokenProfile.NLGOV, "PS256", "/oauth/token", True),
        (TokenProfile.NLGOV, "PS256", "", False),
        (TokenProfile.FAPI2, "PS256", "", True),
        (TokenProfile.FAPI2, "PS256", "/oauth/token", False),
        (TokenProfile.FAPI2, "RS256", "", False),
    ],
)
def test_each_profile_has_its_own_audience_and_algorithms(
    tmp_path: Path, profile: TokenProfile, alg: str, audience: str, taken: bool
) -> None:
    """What one profile takes the other refuses; RS256 is for NL GOV alone."""
    desk = DictDesk(now=utc_now())
    desk.partners["avim"] = replace(desk.partners["avim"], keys=(RSA.public(),))
    desk.pin("avim", TokenRules(profile=profile))
    holder = Flask("holder", static_folder=None)
    with served(holder) as url:
        holder.wsgi_app = an_app(desk, public_url=url).wsgi_app  # type: ignore[method-assign]  # the port is known now
        said = signed_in(tmp_path, url, "avim", RSA, alg=alg, audience=url + audience)
    assert ("token" in said) is taken
    if not taken:
        assert said == {"refused": {"status": 400, "error": "invalid_client"}}
        assert desk.tokens == {}
