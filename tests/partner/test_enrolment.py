"""The kit's half of an enrolment: a request beside the keys, and a challenge that only these keys answer."""

import datetime as dt
import json
import secrets
import stat
from pathlib import Path

import pytest

from gateway.crypto.enrolment import make_challenge, read_request
from gateway.crypto.jwk import generate_signing_key, parse_jwks
from gateway.crypto.profiles import PROFILES
from gateway.errors import CannotOpenError, ConfigError, CryptoError
from gateway.model.partner import SealProfile
from gateway.partner.config import load_config
from gateway.partner.enrolment import answer, write_request
from gateway.partner.keys import make_keys, read_keys

AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
ISSUER = generate_signing_key()


def a_partner(folder: Path, partner_id: str = "belle", profile: SealProfile = SealProfile.JOSE) -> tuple[Path, Path]:
    """Make keys and a request; return the private file and the request."""
    private, _ = make_keys(folder, partner_id, profile)
    return private, write_request(private, AT)


def challenge(
    request: Path,
    to: Path,
    *,
    gateway: str = "https://gateway.example",
    profile: SealProfile = SealProfile.JOSE,
) -> Path:
    """Write a challenge for a request."""
    data = make_challenge(
        read_request(request.read_text().strip()),
        secret=secrets.token_bytes(32),
        profile=profile,
        issuer="gateway.example",
        issuer_key=ISSUER,
        issuer_keys=[ISSUER.public()],
        gateway=gateway,
    )
    to.write_bytes(data)
    return to


def test_the_request_holds_public_keys_only_and_is_never_replaced(tmp_path: Path) -> None:
    """It goes by e-mail; the private file stays its owner's."""
    private, request = a_partner(tmp_path)
    keys = read_keys(private)
    read = read_request(request.read_text().strip())
    assert (read.encryption, read.signing) == (keys.encryption.public(), keys.signing.public())
    for secret in (*keys.encryption.secret.values(), *keys.signing.secret.values()):
        assert secret not in request.read_text()
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    with pytest.raises(ConfigError):
        write_request(private, AT)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_challenge_gives_a_number_and_a_folder_that_is_ready(tmp_path: Path, profile: SealProfile) -> None:
    """For keys of each profile. What is there already stays: a second opening changes no file."""
    private, request = a_partner(tmp_path, profile=profile)
    asked = challenge(request, tmp_path / "c.json", profile=profile)
    told = answer(asked, private)
    assert [path.name for path in told.written] == ["partner.yaml", "issuer.jwks.json"]
    config = load_config(tmp_path / "partner.yaml")
    assert (config.id, config.gateway, config.issuer) == ("belle", "https://gateway.example", "gateway.example")
    assert config.keys == private
    assert parse_jwks((tmp_path / "issuer.jwks.json").read_bytes()) == (ISSUER.public(),)
    (tmp_path / "partner.yaml").write_text("mine")
    again = answer(asked, private)
    assert (again.number, again.written) == (told.number, ())
    assert (tmp_path / "partner.yaml").read_text() == "mine"


def test_another_partners_challenge_gives_nothing(tmp_path: Path) -> None:
    """No number, no files."""
    private, _ = a_partner(tmp_path / "ours")
    _, request = a_partner(tmp_path / "theirs", "avim")
    with pytest.raises(CannotOpenError):
        answer(challenge(request, tmp_path / "c.json"), private)
    assert not (tmp_path / "ours" / "partner.yaml").exists()


@pytest.mark.parametrize("address", ["http://gateway.example", "ftp://x", "https://user@gateway.example", ""])
def test_an_address_that_is_not_safe_is_not_written_down(tmp_path: Path, address: str) -> None:
    """https, or this machine."""
    private, request = a_partner(tmp_path)
    with pytest.raises(ConfigError):
        answer(challenge(request, tmp_path / "c.json", gateway=address), private)
    assert not (tmp_path / "partner.yaml").exists()


def test_a_file_that_is_no_challenge_gives_nothing(tmp_path: Path) -> None:
    """Of any form."""
    private, _ = a_partner(tmp_path)
    for data in (b"", b"{}", json.dumps({"challenge": "x", "issuer_keys": []}).encode()):
        (tmp_path / "c.json").write_bytes(data)
        with pytest.raises(CryptoError):
            answer(tmp_path / "c.json", private)
