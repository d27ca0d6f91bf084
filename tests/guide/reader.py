"""Where a reader of the policy guide stands: a folder with the policy, keys, and a gateway of invented cases to try."""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.guide.walk import renewed, run, steps

PROJECT = Path(__file__).resolve().parents[2]
GUIDE = PROJECT / "docs" / "policy-guide.nl.md"


def prepare(folder: Path) -> Mapping[str, str]:
    """Lay out the folder and return the environment of the commands."""
    shutil.copytree(PROJECT / "policies", folder / "policies", ignore=shutil.ignore_patterns("signatures"))
    shutil.copy(PROJECT / "partners.yaml", folder)
    binaries = folder / "bin"
    binaries.mkdir()
    (binaries / "gateway").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway "$@"\n')
    (binaries / "gateway").chmod(0o755)
    for name in ("passphrase", "anna.wachtwoord", "bas.wachtwoord"):
        (folder / name).write_text(f"alleen voor deze oefening: {name}\n")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")},
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
        "GATEWAY_HOME": "gateway",
        "GATEWAY_POLICIES": "policies",
        "GATEWAY_PARTNERS": "partners.yaml",
        "GATEWAY_PASSPHRASE_FILE": "passphrase",
    }
    for command in ("gateway keys generate", "GATEWAY_HOME=oefening gateway demo --keep"):
        for step in steps(f"```console\n$ {command}\n```\n"):
            run(step, folder, environ)
    return environ


def main() -> None:
    """Write the guide again with what its commands print now."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        GUIDE.write_text(renewed(GUIDE.read_text(), folder, prepare(folder)))


if __name__ == "__main__":
    main()
