"""`gateway keys`: what is listed and rotated, with no secret in any output."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.keys import keys, name_of
from gateway.config.settings import Settings
from gateway.crypto.keyring import Keyring
from gateway.errors import ConfigError, KeyUnavailableError
from gateway.opening import keyring_file
from gateway.store.sole_process import claim


def run(settings: Settings, *words: str) -> Result:
    """Run `gateway keys` on this state."""
    environ = {name: None for name in os.environ if name.startswith("GATEWAY_")}
    return CliRunner().invoke(
        keys,
        [*words],
        env={
            **environ,
            "GATEWAY_DEMO": "1",
            "GATEWAY_HOME": str(settings.home),
            "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file),
        },
    )


def told(result: Result) -> dict[str, object]:
    """Return the JSON that a command printed."""
    assert result.exit_code == 0, result.output
    read: dict[str, object] = json.loads(result.output)
    return read


def secrets(keyring: Keyring) -> list[str]:
    """Return what may never be printed."""
    others = (keyring.next_key, keyring.nlgov_key, keyring.nlgov_next)
    following = [text for key in others if key for text in key.secret.values()]
    return [keyring.issuer_key.secret["d"], keyring.log_key, keyring.kek.hex(), keyring.lookup_key.hex(), *following]


def test_a_running_gateway_is_stopped_before_its_key_changes(settings: Settings) -> None:
    """On SQLite one process writes; nothing was changed."""
    before = keyring_file(settings).load()
    with claim(settings.home / "gateway.lock"):
        result = run(settings, "rotate")
    assert isinstance(result.exception, ConfigError)
    assert keyring_file(settings).load() == before


def test_a_stolen_key_is_not_announced(settings: Settings) -> None:
    """It is replaced at once; asking for both changes nothing."""
    before = keyring_file(settings).load()
    assert run(settings, "rotate", "--announce", "--stolen").exit_code == 2
    assert keyring_file(settings).load() == before


def test_without_keys_there_is_nothing_to_list(tmp_path: Path, settings: Settings) -> None:
    """The hint is the next step."""
    (settings.keys / "gateway.keyring").unlink()
    result = run(settings, "list")
    assert isinstance(result.exception, KeyUnavailableError)
    assert "keys generate" in result.exception.hint


@pytest.mark.control("DPIA-10")
def test_keys_are_announced_rotated_and_listed_without_a_secret(settings: Settings) -> None:
    """Announce, list, rotate, list: the same names in each, and the log knows."""
    first = keyring_file(settings).load()
    announced = run(settings, "rotate", "--announce")
    middle = keyring_file(settings).load()
    assert middle.next_key is not None
    listing = run(settings, "list")
    assert [line.split()[0] for line in listing.output.splitlines()] == ["active", "announced"] * 2 + ["active"]
    assert middle.next_key.kid in announced.output
    rotated = told(run(settings, "rotate", "--format", "json"))
    assert rotated == {
        "active": middle.next_key.kid,
        "announced": None,
        "retired": first.issuer_key.kid,
        "leaf_index": 2,
    }
    stolen = run(settings, "rotate", "--stolen")
    assert f"{rotated['active']} is trusted no more" in stolen.output
    rows = told(run(settings, "list", "--format", "json"))["keys"]
    assert isinstance(rows, list)
    first_rsa = first.nlgov_key
    assert first_rsa is not None
    assert [(row["use"], row["state"]) for row in rows] == [
        ("messages", "active"),
        ("nlgov", "active"),
        ("messages", "stolen"),
        ("nlgov", "stolen"),
        ("messages", "retired"),
        ("nlgov", "retired"),
        ("log", "active"),
    ]
    assert rows[5]["kid"] == first_rsa.kid
    assert [(row["use"], row["state"], row["kid"]) for row in rows[2:6:2]] == [
        ("messages", "stolen", rotated["active"]),
        ("messages", "retired", rotated["retired"]),
    ]
    assert rows[0]["state"] == "active"
    assert rows[6]["since"] == rows[4]["since"]
    assert "until" in rows[2]
    shown = announced.output + listing.output + stolen.output + json.dumps([rotated, rows])
    for keyring in (first, middle, keyring_file(settings).load()):
        assert not any(secret in shown for secret in secrets(keyring))


def test_keys_are_made_once(settings: Settings) -> None:
    """A second time nothing is replaced; the first time says what was made."""
    assert isinstance(run(settings, "generate").exception, KeyUnavailableError)
    for name in ("gateway.keyring", "issuer.jwks.json", "log.vkey"):
        (settings.keys / name).unlink()
    assert told(run(settings, "generate", "--format", "json")) == {
        "made": ["gateway.keyring", "issuer.jwks.json", "log.vkey"]
    }
    (settings.keys / "gateway.keyring").unlink()
    assert "made the keyring" in run(settings, "generate").output


@pytest.mark.control("DPIA-10")
def test_the_key_for_nlgov_is_made_once_and_its_name_told(settings: Settings) -> None:
    """Nothing secret is printed; a second run names the same key."""
    keyring = keyring_file(settings).load()
    assert keyring.nlgov_key is not None  # the sample partners have the profile
    made = told(run(settings, "add-nlgov", "--format", "json"))
    assert made["kid"] == keyring.nlgov_key.kid
    shown = run(settings, "add-nlgov").output
    assert keyring.nlgov_key.kid in shown
    assert not any(secret in shown for secret in secrets(keyring))


def test_a_log_key_is_listed_by_name_and_id_whatever_its_base64_holds() -> None:
    """A plus sign is a character of base64 too."""
    assert name_of("a.example/log+0a1b2c3d+AQ+b/c+d=") == "a.example/log+0a1b2c3d"
