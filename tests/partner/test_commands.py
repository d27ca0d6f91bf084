"""The partner's commands: 0 when done, 1 when a check failed, and nothing of a message that failed is shown."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.partner import partner
from gateway.config.clock import utc_now
from gateway.errors import ConfigError
from gateway.model.terms import Json
from tests.api.dict_desk import KEYS, MINE, DictDesk, an_app
from tests.partner.envelopes import PLAIN, a_world, an_envelope, claims_of, write_folder
from tests.partner.test_client import served


def run(*words: str | Path) -> Result:
    """Run a command of the kit."""
    return CliRunner().invoke(partner, [*map(str, words), "--format", "json"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a partner's folder with one good envelope in it."""
    world = a_world()
    write_folder(world, tmp_path)
    (tmp_path / "good.json").write_text(an_envelope(world, claims_of(world, now=utc_now())).to_json())
    return tmp_path


@pytest.mark.parametrize("member", ["message", "leaf", "proof"])
def test_an_altered_envelope_fails_with_one_and_shows_nothing(folder: Path, member: str) -> None:
    """verify, open and receipt all stop, and say what to do."""
    told = json.loads((folder / "good.json").read_text())
    middle = len(told[member]) // 2
    told[member] = told[member][:middle] + ("A" if told[member][middle] != "A" else "B") + told[member][middle + 1 :]
    altered = folder / "altered.json"
    altered.write_text(json.dumps(told))
    for words in (
        ("verify", altered, "--trust", folder / "trust.policy"),
        ("open", altered, "--key", folder / "avim.keys.json"),
        ("receipt", altered, "--state", "opened"),
    ):
        result = run(*words)
        answer = json.loads(result.output)
        assert (result.exit_code, answer["ok"]) == (1, False)
        assert answer["problem"]
        assert answer["hint"]
        assert PLAIN not in result.output


def test_what_is_no_envelope_is_unreadable_input(folder: Path) -> None:
    """`gateway` turns this error into exit code 2."""
    (folder / "no.json").write_text("no")
    result = run("verify", folder / "no.json", "--trust", folder / "trust.policy")
    assert isinstance(result.exception, ConfigError)


def test_open_needs_the_trust_policy_beside_the_key(folder: Path) -> None:
    """Without it nothing can be verified, so nothing is opened."""
    (folder / "trust.policy").unlink()
    result = run("open", folder / "good.json", "--key", folder / "avim.keys.json")
    assert isinstance(result.exception, ConfigError)
    assert result.output == ""


def test_wrong_use_exits_with_two(folder: Path) -> None:
    """An unknown state, a missing option and an absent file."""
    assert run("receipt", folder / "good.json", "--state", "lost").exit_code == 2
    assert run("verify", folder / "good.json").exit_code == 2
    assert run("open", folder / "absent.json", "--key", folder / "avim.keys.json").exit_code == 2


def test_a_good_envelope_is_verified_and_opened(folder: Path) -> None:
    """The claims come without pad and rnd; the text form shows the same data."""
    verified = run("verify", folder / "good.json", "--trust", folder / "trust.policy")
    assert (verified.exit_code, json.loads(verified.output)["ok"]) == (0, True)
    opened = run("open", folder / "good.json", "--key", folder / "avim.keys.json")
    claims = json.loads(opened.output)
    assert (opened.exit_code, claims["subjects"]) == (0, [{"ref": "s1", "data": {"finding_code": PLAIN}}])
    assert not {"pad", "rnd"} & set(claims)
    words = ["open", str(folder / "good.json"), "--key", str(folder / "avim.keys.json")]
    assert PLAIN in CliRunner().invoke(partner, words).output


def test_keygen_makes_two_files_and_never_again(tmp_path: Path) -> None:
    """The second run refuses."""
    first = run("keygen", "--out", tmp_path, "--id", "avim")
    told: dict[str, Json] = json.loads(first.output)
    assert told == {
        "id": "avim",
        "profile": "hpke9",
        "private": str(tmp_path / "avim.keys.json"),
        "public": str(tmp_path / "avim.jwks.json"),
        "request": str(tmp_path / "avim.enrolment.jwt"),
    }
    assert isinstance(run("keygen", "--out", tmp_path, "--id", "avim").exception, ConfigError)


def test_fetch_writes_files_for_the_owner_alone_and_leaves_them(tmp_path: Path) -> None:
    """A second fetch changes nothing; the receipt takes the id from the file's name."""
    desk = DictDesk(now=utc_now())
    app = an_app(desk)
    with served(app) as url:
        write_folder(a_world(), tmp_path, gateway=url)
        keys = {"keys": [key.to_json() for key in KEYS["avim"]]}
        (tmp_path / "avim.keys.json").write_text(json.dumps(keys))
        app.wsgi_app = an_app(desk, public_url=url).wsgi_app  # type: ignore[method-assign]  # the port is known now
        for _ in range(2):
            result = run("fetch", "--config", tmp_path / "partner.yaml", "--out", tmp_path / "in")
            path = tmp_path / "in" / f"{MINE}.json"
            assert json.loads(result.stdout) == {"messages": [{"id": MINE, "file": str(path), "state": "waiting"}]}
            assert path.stat().st_mode & 0o777 == 0o600
        sent = run("receipt", path, "--state", "received", "--config", tmp_path / "partner.yaml")
    assert json.loads(sent.output) == {"ok": True, "leaf_index": 7, "state": "received"}
    assert len(desk.receipts) == 1
