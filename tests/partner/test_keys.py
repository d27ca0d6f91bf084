"""A partner's keys: made once, never replaced, and the private file is for its owner alone."""

import json
from pathlib import Path

import pytest

from gateway.crypto.jwk import generate_signing_key, parse_jwks
from gateway.errors import ConfigError, KeyUnavailableError
from gateway.model.partner import SealProfile
from gateway.partner.keys import make_keys, read_keys


@pytest.mark.parametrize("name", ["avim.keys.json", "avim.jwks.json"])
def test_keys_are_never_overwritten(tmp_path: Path, name: str) -> None:
    """A lost key opens nothing any more; either file stops the making of both."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError):
        make_keys(tmp_path, "avim", SealProfile.JOSE)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("partner_id", ["", "../x", "A", "a/b", "a" * 64, "-a"])
def test_an_id_that_is_no_file_name_is_refused(tmp_path: Path, partner_id: str) -> None:
    """The id becomes part of a path."""
    with pytest.raises(ConfigError):
        make_keys(tmp_path, partner_id, SealProfile.JOSE)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": 1}', '{"keys": []}', '{"keys": [], "keys": []}'])
def test_a_file_without_both_keys_is_refused(tmp_path: Path, text: str) -> None:
    """One key for each use, no more and no fewer."""
    path = tmp_path / "avim.keys.json"
    path.write_text(text)
    with pytest.raises(KeyUnavailableError):
        read_keys(path)


def test_two_keys_for_one_use_are_refused(tmp_path: Path) -> None:
    """Nobody could say which of the two is meant."""
    path = tmp_path / "avim.keys.json"
    path.write_text(json.dumps({"keys": [generate_signing_key().to_json() for _ in range(2)]}))
    with pytest.raises(KeyUnavailableError):
        read_keys(path)


def test_the_public_file_has_the_public_halves_of_the_private_one(tmp_path: Path) -> None:
    """What is enrolled is what opens; only the owner may read the private file."""
    private, public = make_keys(tmp_path / "new", "avim", SealProfile.JOSE)
    keys = read_keys(private)
    assert private.stat().st_mode & 0o777 == 0o600
    assert {key.kid for key in parse_jwks(public.read_bytes())} == {keys.encryption.kid, keys.signing.kid}
    assert keys.signing.secret["d"].encode() not in public.read_bytes()
    assert keys.signing.secret["d"] not in repr(keys)
