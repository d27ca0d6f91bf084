"""The officer's guide to the witness is true: every command in it is typed, and prints what the guide shows."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from gateway.demo.server import free_port
from tests.guide.walk import matches, run, steps
from tests.log.sample_log import VKEY
from tests.witness.histories import FORKED, HONEST, request_body

PROJECT = Path(__file__).resolve().parents[2]
GUIDE = (PROJECT / "docs" / "witness.md").read_text()
PORT = "8090"  # in the guide; here a free one


def _prepare(folder: Path) -> Mapping[str, str]:
    """Lay out what the officer has before: the program, the log's key and two passphrases."""
    (folder / "bin").mkdir()
    (folder / "bin" / "gateway").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway "$@"\n')
    (folder / "bin" / "gateway").chmod(0o755)
    (folder / "log.vkey").write_text(f"{VKEY}\n")
    for name in ("getuige", "ikzelf"):
        (folder / f"{name}.txt").write_text(f"alleen voor deze oefening: {name}\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return {**kept, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}


def _serve(command: str, folder: Path, environ: Mapping[str, str], url: str) -> subprocess.Popen[bytes]:
    with (folder / "serve.log").open("wb") as messages:
        process = subprocess.Popen(shlex.split(command), cwd=folder, env=environ, stdout=messages, stderr=messages)
    while process.poll() is None:
        try:
            requests.get(url, timeout=30)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return process
    pytest.fail((folder / "serve.log").read_text())


def test_every_command_of_the_witness_guide_prints_what_it_shows(tmp_path: Path) -> None:
    """From top to bottom, in one folder; before section 3 the log grows, before section 4 somebody forks it."""
    environ, port = _prepare(tmp_path), str(free_port())
    url, server = f"http://127.0.0.1:{port}", None
    try:
        for section in GUIDE.replace(PORT, port).split("\n## "):
            if section.startswith("3."):
                assert requests.post(f"{url}/add-checkpoint", data=HONEST.body(0, 8), timeout=30).status_code == 200
            if section.startswith("4."):
                forked = request_body(8, [], FORKED.note(8))
                assert requests.post(f"{url}/add-checkpoint", data=forked, timeout=30).status_code == 409
            for step in steps(section):
                printed = run(step, tmp_path, environ)
                assert matches(step.expected, printed), f"{step.text}\n{printed}"
            for command in re.findall(r"^```sh\n(.*)\n```$", section, re.MULTILINE):
                server = _serve(command, tmp_path, environ, url)
    finally:
        if server is not None:
            server.terminate()
            assert server.wait(timeout=60) == 0
    assert server is not None
    assert (tmp_path / "week-48.note").read_text().count("\u2014") == 3
