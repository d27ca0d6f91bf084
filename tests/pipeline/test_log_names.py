"""What the log is called: by its key, which must be of this issuer."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.bootstrap import generate_keys, log_of
from gateway.config.settings import Settings
from gateway.crypto.keyring import Keyring
from gateway.errors import SignatureInvalidError
from gateway.opening import verifier_keys

AT = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


def test_a_key_of_another_issuers_log_is_refused(settings: Settings) -> None:
    """Of the first volume or of a later one: who changed GATEWAY_ISSUER must not go on under two names."""
    ours = Keyring.generate(f"{settings.issuer}/log", at=AT)
    with pytest.raises(SignatureInvalidError, match="another name"):
        log_of(replace(settings, issuer="elsewhere.example"), ours)
    with pytest.raises(SignatureInvalidError, match="another name"):
        log_of(settings, ours.add_log_key("elsewhere.example/log/2027")[0])


@pytest.mark.parametrize("name", ["log", "log/2025"])
def test_a_log_keeps_the_name_of_its_key(settings: Settings, name: str) -> None:
    """Whatever the year: the name stands in every checkpoint, and its partners trust it."""
    keyring = Keyring.generate(f"{settings.issuer}/{name}", at=AT)
    assert log_of(settings, keyring).signer_of("", first=0).name == f"{settings.issuer}/{name}"


def test_a_new_log_carries_the_year(settings: Settings, tmp_path: Path) -> None:
    """So that the next year's log is another one, and this one can be sealed."""
    new = replace(settings, home=tmp_path / "new", keys=tmp_path / "new" / "keys")
    generate_keys(new, clock=lambda: AT)
    (vkey,) = verifier_keys(new)
    assert vkey.startswith(f"{settings.issuer}/log/2026+")
