"""The demo is the main job: real processes, real HTTP, the partner's own program."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from gateway.store.sole_process import claim
from tests.databases import on_both

GATEWAY = [sys.executable, "-m", "gateway"]


def start(home: Path, *words: str, database: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a gateway command on the state in `home`."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GATEWAY_")}
    environ["GATEWAY_HOME"] = str(home)
    if database is not None:
        environ["GATEWAY_DATABASE_URL"] = database
    return subprocess.run([*GATEWAY, *words], env=environ, capture_output=True, text=True, check=False)


@on_both
def test_the_main_job_works_and_what_it_leaves_can_be_verified(tmp_path: Path, database: str) -> None:
    """Every step of the demo is right; its log verifies, proves and exports without passphrase or server."""
    home = tmp_path / "home"
    run = partial(start, home, database=database)
    done = run("demo", "--keep", "--format", "json")
    account = json.loads(done.stdout)
    wrong = [step["name"] for step in account["steps"] if not step["ok"]]
    assert wrong == []
    assert done.returncode == 0
    assert account["ok"] is True
    assert len(account["steps"]) > 30

    verified = run("log", "verify", "--format", "json")
    assert verified.returncode == 0
    assert json.loads(verified.stdout)["entries"] > 10
    assert run("log", "prove", "0").stdout.startswith("c2sp.org/tlog-proof@v1\n")
    assert run("log", "prove", "99999").returncode == 2
    told = json.loads(run("log", "checkpoint", "--format", "json").stdout)
    assert told["verifier_key"].startswith(told["checkpoint"].split("\n")[0] + "+")
    assert run("log", "export", str(tmp_path / "tiles")).returncode == 0
    assert run("log", "fsck", str(tmp_path / "tiles")).returncode == 0


def test_a_second_server_on_the_same_state_refuses_to_start(tmp_path: Path) -> None:
    """On SQLite one process works on the state."""
    home = tmp_path / "home"
    held = claim(home / "gateway.lock")
    second = start(home, "serve", "--demo", "--port", "18999")
    held.close()
    assert second.returncode == 2
    assert "another gateway already works on this state" in second.stderr
