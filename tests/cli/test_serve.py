"""`gateway serve`: what it needs before it answers."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.cli.serve import warn_of_profiles
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.crypto.jwk import generate_signing_key, to_jwks
from gateway.crypto.keyring import ISSUER_KEYS
from gateway.demo.server import free_port, serving
from gateway.demo.setting import demo_environment


def test_a_demo_state_is_served_without_the_flag_too(settings: Settings) -> None:
    """GATEWAY_DEMO says that nobody signed the policy; the flag only prepares what is not there yet."""
    port, home = free_port(), {"GATEWAY_HOME": str(settings.home)}
    command = [sys.executable, "-m", "gateway", "serve", "--port", str(port)]
    environ = {**home, **demo_environment(home, url=f"http://127.0.0.1:{port}")}
    with serving(command, settings.home, port=port, environ=environ) as pid:
        assert pid > 0


def test_a_demo_knows_who_owned_a_dwelling_today(tmp_path: Path) -> None:
    """The sample's look into the land registry is of one day, and holds for thirty: a demo is tried later, too."""
    port, home = free_port(), tmp_path / "home"
    command = [sys.executable, "-m", "gateway", "serve", "--demo", "--no-witness", "--port", str(port)]
    with serving(command, home, port=port, environ={"GATEWAY_HOME": str(home)}):
        assert f'ownership_verified: "{utc_now().date()}"' in (home / "partners.yaml").read_text()


def test_a_start_names_who_is_without_post_quantum_protection(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says it when no key signs for the profile that a partner has."""
    warn_of_profiles(settings)
    told = capsys.readouterr()
    assert "arbeidsinspectie (nlgov)" in told.out
    assert "dudok-wonen (jose)" in told.out
    assert "avim" not in told.out
    assert told.err == ""
    (settings.keys / ISSUER_KEYS).write_bytes(to_jwks([generate_signing_key().public()]))
    warn_of_profiles(settings)
    assert "gateway keys add-nlgov" in capsys.readouterr().err
    safe = tmp_path / "partners.yaml"
    safe.write_text("partners: [{id: avim, profile: hpke9}]")
    warn_of_profiles(replace(settings, partners=safe))
    assert capsys.readouterr().out == ""
