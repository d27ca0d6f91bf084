"""A partner at work: the partner's kit as a program of its own, in the partner's own folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

from gateway.model.terms import Json


class Kit:
    """The kit's commands for one partner. Each returns the exit code and the JSON that it printed."""

    def __init__(self, home: Path, partner_id: str) -> None:
        """Work in `home`/partners/<id>, where the partner's own keys are."""
        self._folder = home / "partners" / partner_id
        self._keys = self._folder / f"{partner_id}.keys.json"
        self.inbox = self._folder / "inbox"

    def fetch(self) -> tuple[int, dict[str, Json]]:
        """Fetch all messages that wait."""
        return self._run("fetch", "--config", str(self._folder / "partner.yaml"), "--out", str(self.inbox))

    def verify(self, envelope: Path) -> tuple[int, dict[str, Json]]:
        """Verify an envelope against the trust policy."""
        return self._run("verify", str(envelope), "--trust", str(self._folder / "trust.policy"))

    def open(self, envelope: Path, *, before_witness: bool = False) -> tuple[int, dict[str, Json]]:
        """Verify everything, then open; by choice also what the log's witness has not seen yet."""
        words = ["open", str(envelope), "--key", str(self._keys)]
        return self._run(*words, *(["--before-witness"] if before_witness else []))

    def receipt(self, envelope: Path, state: str) -> tuple[int, dict[str, Json]]:
        """Send a signed receipt."""
        config = str(self._folder / "partner.yaml")
        return self._run("receipt", str(envelope), "--state", state, "--config", config)

    def _run(self, *words: str) -> tuple[int, dict[str, Json]]:
        # The partner's own machine knows nothing of the gateway's settings.
        environ = {key: value for key, value in os.environ.items() if not key.startswith("GATEWAY_")}
        return run_json("partner", *words, environ=environ)


def run_json(*words: str, environ: dict[str, str]) -> tuple[int, dict[str, Json]]:
    """Run a gateway command with `--format json`; return its exit code and its object ({} when it printed none)."""
    command = [sys.executable, "-m", "gateway", *words, "--format", "json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603  # our own program
    try:
        told: Json = json.loads(done.stdout)
    except ValueError:
        return done.returncode, {}
    return done.returncode, told if isinstance(told, dict) else {}
