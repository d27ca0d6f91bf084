"""A real OpenID provider (npm oidc-provider) on a free port, and a browser that goes there and back."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.config.identity import load_providers
from gateway.demo.server import free_port
from gateway.model.identity import IdentityProvider
from tests.machine import NPM, need

TIMEOUT = 30  # seconds
ADDRESS = "http://127.0.0.1:8080"
PARTNERS = ("avim", "dudok-wonen", "sociaal-plein")
ACCOUNTS: Mapping[str, Mapping[str, object]] = {
    "sanne": {"name": "Sanne Verzonnen", "groups": ["sekswerkteam", "fietsclub"]},
    "bram": {"name": "Bram Verzonnen", "groups": ["sekswerkteam"]},
    "meryem": {"name": "Meryem Verzonnen", "groups": ["managers", "sekswerkteam"]},
    "fleur": {"name": "Fleur Verzonnen", "groups": ["fg"]},
    "dirk": {"name": "Dirk Verzonnen", "organisation": "urn:org:dudok"},
    "wouter": {"name": "Wouter Verzonnen", "organisation": "urn:org:onbekend"},
    "twee": {"name": "Twee Verzonnen", "groups": ["sekswerkteam"], "organisation": "urn:org:dudok"},
    "gast": {"name": "Gast Verzonnen"},
}
FILE = """
providers:
  - id: gemeente
    name: "de gemeente"
    issuer: {issuer}
    client_id: gateway
    client_secret_file: oidc.secret
    roles:
      claim: groups
      values: {{sekswerkteam: supervisor, managers: manager, fg: fg}}
    partners:
      claim: organisation
      values: {{"urn:org:dudok": dudok-wonen, "urn:org:avim": avim}}
    strong:
      acr: ["urn:example:strong"]
      for: [manager, fg]
    idle_minutes: 20
    session_minutes: 60
"""
SECRET = "invented-secret-of-the-gateway"


@contextmanager
def running_provider(*addresses: str) -> Iterator[str]:
    """Run the provider for a gateway at these addresses; give its issuer."""
    need("node", npm=["oidc-provider"])
    port = free_port()
    client = {
        "client_id": "gateway",
        "client_secret": SECRET,
        "redirect_uris": [f"{address}/aanmelden/gemeente/terug" for address in addresses],
        "post_logout_redirect_uris": [f"{address}/aanmelden" for address in addresses],
    }
    told = json.dumps({"port": port, "clients": [client], "accounts": ACCOUNTS})
    with subprocess.Popen(
        ["node", "provider.mjs", told], cwd=NPM, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            issuer: str = json.loads(process.stdout.readline())["issuer"]
            yield issuer
        finally:
            process.terminate()


def provider_for(issuer: str, folder: Path) -> IdentityProvider:
    """Return the provider as the settings' file describes it."""
    (folder / "oidc.secret").write_text(SECRET + "\n")
    data = FILE.format(issuer=issuer).encode()
    (folder / "oidc.yaml").write_bytes(data)
    return load_providers(data, name="oidc.yaml", folder=folder, partners=PARTNERS)[0]


@dataclass(frozen=True, slots=True)
class Browser:
    """The gateway's side of a browser is Flask's client, the provider's side a session of requests."""

    client: FlaskClient
    elsewhere: requests.Session

    @classmethod
    def new(cls, client: FlaskClient) -> "Browser":
        """Open a browser without any cookie."""
        return cls(client, requests.Session())

    def leave(self, path: str = "/aanmelden/gemeente") -> str:
        """Follow the link to the provider; return where it leads."""
        answer = self.client.get(path)
        assert answer.status_code == 302
        return str(answer.location)

    def at_provider(self, address: str, account: str, *, strong: bool = False) -> str:
        """Sign in there; return the address of ours that the provider sends the browser back to."""
        form = self.elsewhere.get(address, timeout=TIMEOUT)
        assert "/interaction/" in form.url, form.text[:200]
        told = {"account": account, **({"strong": "on"} if strong else {})}
        answer = self.elsewhere.post(form.url, data=told, allow_redirects=False, timeout=TIMEOUT)
        while not answer.headers["Location"].startswith(ADDRESS):
            answer = self.elsewhere.get(answer.headers["Location"], allow_redirects=False, timeout=TIMEOUT)
        return str(answer.headers["Location"])

    def come_back(self, address: str) -> TestResponse:
        """Follow the provider's redirect."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def sign_in(self, account: str, *, strong: bool = False, path: str = "/aanmelden/gemeente") -> TestResponse:
        """Go there and back."""
        return self.come_back(self.at_provider(self.leave(path), account, strong=strong))


def weaker(provider: IdentityProvider) -> IdentityProvider:
    """Return the provider with nobody who needs a strong sign-in."""
    return replace(provider, strong=replace(provider.strong, roles=frozenset(), partners=False))
