"""The walk-through for a new partner is true: every command is typed, from keygen to the first opened message."""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import requests

from gateway.bootstrap import build
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.server import free_port, serving
from gateway.demo.setting import DEMO_PEOPLE, demo_environment, prepare
from tests.guide.walk import matches, run, steps

PROJECT = Path(__file__).resolve().parents[2]
GUIDE = (PROJECT / "docs" / "partners.md").read_text()
SANNE, BRAM, OTTO = DEMO_PEOPLE[0], DEMO_PEOPLE[1], DEMO_PEOPLE[4]
WHO = "stichting-plein"


def _prepare(folder: Path, url: str) -> Mapping[str, str]:
    """Lay out what is there before: a gateway of invented data, the list of dwellings, and the trust policy."""
    (folder / "bin").mkdir()
    (folder / "bin" / "gateway").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway "$@"\n')
    (folder / "bin" / "gateway").chmod(0o755)
    shutil.copy(PROJECT / "partners.yaml", folder)
    (folder / "woningen.csv").write_text("postcode,number,addition,bag_id\n1299ZA,12,bis,0402019900000012\n")
    given = {"GATEWAY_HOME": str(folder / "home")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    environ = {
        **kept,
        **given,
        **demo_environment(given, url=url),
        "GATEWAY_PARTNERS": "partners.yaml",
        "GATEWAY_POLICIES": str(PROJECT / "policies"),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
    }
    prepare(_settings(folder, environ))
    shutil.copy(folder / "home" / "partners" / "avim" / "trust.policy", folder)
    return environ


def _settings(folder: Path, environ: Mapping[str, str]) -> Settings:
    told = {name: value for name, value in environ.items() if name.startswith("GATEWAY_")}
    return Settings.from_env({**told, "GATEWAY_PARTNERS": str(folder / "partners.yaml")})


def _confirm_on_the_page(url: str, enrolment: str, number: str) -> None:
    """Be the second person: sign in as the privacy officer, and type what was heard."""
    with requests.Session() as browser:
        token = _token(browser.get(f"{url}/aanmelden", timeout=60).text)
        browser.post(f"{url}/aanmelden", data={"person": OTTO.id, "csrf_token": token}, timeout=60)
        page = browser.get(f"{url}/ontvangers", timeout=60).text
        assert number not in page
        answer = browser.post(
            f"{url}/ontvangers/aanmeldingen/{enrolment}/bevestigen",
            data={"number": number, "csrf_token": _token(page)},
            timeout=60,
        )
        assert "De sleutels tellen vanaf nu" in answer.text


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _send(settings: Settings) -> None:
    """Be the team: ask, and let a colleague approve. That is another process than the one that serves."""
    gateway = build(settings)
    with closing(gateway.tools.store):
        request = cases.landlord(utc_now().date(), 41, WHO)
        view = gateway.team.submit(json.dumps(request).encode(), SANNE)
        seen = gateway.team.follow(view.id, BRAM).parts[0]
        gateway.team.approve(view.id, seen.id, seen.digest, BRAM)


def test_every_command_from_keygen_to_the_first_opened_message(tmp_path: Path) -> None:
    """In one folder, against a gateway that runs from section 2 on and is never started again."""
    port = free_port()
    url, known = f"http://127.0.0.1:{port}", dict[str, str]()
    environ = _prepare(tmp_path, url)
    first, *later = GUIDE.split("\n## ")[1:]
    began = utc_now()

    def walk(section: str) -> None:
        for step in steps(section):
            command = _filled(step.text, known)
            printed = run(type(step)(step.kind, command), tmp_path, environ)
            if found := re.search(r"^enrolment ([0-9a-f]{32}) ", printed):
                known["ENROLMENT"] = found[1]
            if found := re.search(r"^  ([0-9 ]{39})$", printed, re.MULTILINE):
                known["NUMBER"] = found[1]
            assert matches(tuple(_filled(line, known) for line in step.expected), printed), f"{command}\n{printed}"

    walk(first)
    server = [sys.executable, "-m", "gateway", "serve", "--port", str(port)]
    told = {**environ, "GATEWAY_PARTNERS": str(tmp_path / "partners.yaml")}
    with serving(server, tmp_path / "home", port=port, environ=told):
        started = time.monotonic()
        for section in later:
            if section.startswith("6."):
                _confirm_on_the_page(url, known["ENROLMENT"], known["NUMBER"])
                _send(_settings(tmp_path, environ))
            walk(section)
        print(f"from keygen to the first receipt: {time.monotonic() - started:.1f} s, begun {began:%H:%M}")  # noqa: T201
    post = list((tmp_path / "post").iterdir())
    assert len(post) == 1


def _filled(text: str, known: Mapping[str, str]) -> str:
    for word, value in known.items():
        text = text.replace(word, value)
    return text
