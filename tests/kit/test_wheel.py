"""The kit as a package of its own: few modules, few dependencies, nothing of the server; and it works alone."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from gateway.demo.server import free_port, serving
from kit.backend import imports, modules
from tests.partner.envelopes import altered

REPOSITORY = Path(__file__).parents[2]
# How a dependency's modules are called, where that differs from its name.
CALLED = {"pynacl": "nacl", "pyyaml": "yaml"}
SERVER = ("flask", "sqlalchemy", "authlib", "alembic", "marshmallow", "granian", "werkzeug", "structlog")


@cache
def project(folder: Path) -> Mapping[str, object]:
    """Return what a pyproject.toml says of its project."""
    told: Mapping[str, object] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return told


def test_the_kit_holds_nothing_of_the_server() -> None:
    """Only what a partner runs: the model, the errors, cryptography, and of the log what verifies."""
    names = set(modules(REPOSITORY))
    assert {"gateway.partner.opening", "gateway.log.verify", "gateway.crypto.disclosure"} <= names
    rooms = {name.split(".")[1] for name in names if "." in name}
    assert rooms == {"cli", "config", "crypto", "errors", "log", "model", "partner"}
    commands = {name for name in names if name.startswith("gateway.cli.")} - {
        "gateway.cli.form",
        "gateway.cli.kit",
        "gateway.cli.on_demand",
    }
    assert all(name.startswith("gateway.cli.partner") for name in commands)
    assert {name for name in names if name.startswith("gateway.config.")} == {"gateway.config.clock"}
    assert not {"gateway.log.appender", "gateway.log.recorder", "gateway.crypto.keyring"} & names


def test_its_dependencies_are_exactly_what_it_imports() -> None:
    """One too few and it does not start; one too many and a partner installs what nothing uses."""
    outside = {
        name.partition(".")[0] for path in modules(REPOSITORY).values() for name in imports(path)
    } - sys.stdlib_module_names
    listed = project(REPOSITORY / "kit")["dependencies"]
    assert isinstance(listed, list)
    names = [re.split(r"[<>=]", requirement)[0] for requirement in listed]
    assert sorted(CALLED.get(name, name) for name in names) == sorted(outside - {"gateway"})
    wanted = project(REPOSITORY)["dependencies"]
    assert isinstance(wanted, list)
    assert set(listed) <= set(wanted)  # the same versions as the gateway's
    assert project(REPOSITORY / "kit")["version"] == project(REPOSITORY)["version"]


def built(folder: Path) -> Path:
    """Build the wheel from the repository, with what is installed here."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(REPOSITORY / "kit")], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_has_its_modules_its_licence_and_one_command(tmp_path: Path) -> None:
    """What pip builds is what the rule above looked at."""
    with zipfile.ZipFile(built(tmp_path)) as archive:
        files = {name for name in archive.namelist() if name.endswith(".py")}
        texts = {name.rpartition("/")[2]: archive.read(name).decode() for name in archive.namelist()}
    assert files == {path.relative_to(REPOSITORY).as_posix() for path in modules(REPOSITORY).values()}
    assert "EUROPEAN UNION PUBLIC LICENCE" in texts["LICENSE"].upper()
    assert texts["entry_points.txt"].split() == ["[console_scripts]", "disclosure-kit", "=", "gateway.cli.kit:main"]


def pinned() -> str:
    """Return the versions of the lock, as a file of constraints."""
    lines = (REPOSITORY / "requirements.lock").read_text().splitlines()
    found = [re.match(r"([a-z0-9._-]+)(?:\[[^]]*\])?(==[^ ;]+)", line) for line in lines]
    return "".join(f"{pin[1]}{pin[2]}\n" for pin in found if pin)


@pytest.mark.stress
def test_installed_alone_it_fetches_verifies_opens_and_acknowledges(tmp_path: Path) -> None:
    """In an empty environment, against a running gateway; an altered message is not opened there either."""
    wheel, alone = built(tmp_path), tmp_path / "alone"
    (tmp_path / "pins.txt").write_text(pinned())
    subprocess.run([sys.executable, "-m", "venv", str(alone)], check=True)
    install = [str(alone / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--constraint", str(tmp_path / "pins.txt"), str(wheel)], check=True, capture_output=True)

    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "PYTHON"))}

    def kit(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(alone / "bin" / "disclosure-kit"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environ)

    def lacks(name: str) -> bool:
        asked = [str(alone / "bin" / "python"), "-c", f"import {name}"]
        return subprocess.run(asked, capture_output=True, check=False, cwd=tmp_path, env=environ).returncode == 1

    assert [name for name in SERVER if not lacks(name)] == []
    assert kit("keygen", "--out", "mine", "--id", "dudok-wonen").returncode == 0
    assert (tmp_path / "mine" / "dudok-wonen.keys.json").stat().st_mode & 0o077 == 0

    home, port = tmp_path / "home", free_port()
    folder = home / "partners" / "avim"
    config = folder / "partner.yaml"
    serve = [sys.executable, "-m", "gateway", "serve", "--demo", "--port", str(port)]
    with serving(serve, home, port=port, environ={"GATEWAY_HOME": str(home)}):
        listed = {"unwitnessed": True}
        for _ in range(60):  # its own witness sees a new demo's entries within seconds
            done = kit("fetch", "--config", str(config), "--out", "inbox", "--format", "json")
            assert done.returncode == 0, done.stderr
            (listed,) = json.loads(done.stdout)["messages"]
            if not listed.get("unwitnessed"):
                break
            time.sleep(1)
        first = str(listed["file"])
        verified = kit("verify", first, "--trust", str(folder / "trust.policy"))
        assert verified.returncode == 0, verified.stderr
        opened = kit("open", first, "--key", str(folder / "avim.keys.json"), "--format", "json")
        assert json.loads(opened.stdout)["aud"] == "avim"
        sent = kit("receipt", first, "--state", "opened", "--config", str(config), "--format", "json")
        assert json.loads(sent.stdout)["ok"] is True, sent.stderr
    changed = tmp_path / "altered.json"
    envelope = json.loads((tmp_path / first).read_text())
    changed.write_text(json.dumps({**envelope, "message": altered(envelope["message"])}))
    refused = kit("open", str(changed), "--key", str(folder / "avim.keys.json"))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "NOT in order" in refused.stderr
    assert kit("open", str(changed), "--key", str(changed)).returncode == 2
