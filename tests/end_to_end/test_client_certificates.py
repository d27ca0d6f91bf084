"""Tokens bound to a TLS client certificate (RFC 8705), behind a real nginx with the configuration of docker/."""

import datetime as dt
import ipaddress
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.config.clock import utc_now
from gateway.crypto.dpop import sign_proof
from gateway.crypto.jwk import generate_signing_key
from gateway.demo.server import free_port, running, stop
from gateway.partner.keys import read_keys
from tests.api.dict_desk import claims_of, form_of, proof_claims, signed
from tests.machine import need, program

ROOT = Path(__file__).resolve().parents[2]
PROXY = "127.0.0.2"
"""Where nginx connects from in these tests, so that what comes from 127.0.0.1 does not come from the proxy."""
INBOX = "/api/v1/inbox"
CERTIFICATE = "X-Client-Certificate"
TIMEOUT = 30


@pytest.fixture(scope="module", autouse=True)
def nginx() -> None:
    """Need the proxy."""
    need("nginx")


@dataclass(frozen=True)
class Holder:
    """Somebody with a certificate, and the files of it."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey
    files: tuple[str, str]

    @property
    def escaped(self) -> str:
        """Return the certificate as nginx would pass it on."""
        return quote(self.certificate.public_bytes(Encoding.PEM).decode())


def issued(folder: Path, name: str, issuer: Holder | None = None) -> Holder:
    """Make a certificate, by this issuer or by itself, and write it and its key."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = utc_now()
    made = x509.CertificateBuilder(
        issuer.certificate.subject if issuer else subject,
        subject,
        key.public_key(),
        x509.random_serial_number(),
        now - dt.timedelta(hours=1),
        now + dt.timedelta(hours=1),
    )
    made = made.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = made.add_extension(address, critical=False).sign(issuer.key if issuer else key, SHA256())
    pem, secret = folder / f"{name}.pem", folder / f"{name}.key"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Holder(certificate, key, (str(pem), str(secret)))


@dataclass(frozen=True)
class Site:
    """A gateway behind nginx: where each listens, and who has a certificate."""

    front: str
    behind: str
    home: Path
    ca: Holder
    belle: Holder
    another: Holder

    def send(
        self,
        method: str,
        path: str,
        *,
        by: Holder | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request to nginx, with or without a certificate in TLS."""
        return requests.request(
            method,
            self.front + path,
            headers=headers,
            data=data,
            cert=by.files if by else None,
            verify=self.ca.files[0],
            timeout=TIMEOUT,
        )

    def ask(self, name: str, *, by: Holder | None, headers: Mapping[str, str] | None = None) -> requests.Response:
        """Ask for a token."""
        signer = read_keys(self.home / "partners" / name / f"{name}.keys.json").signing
        form = form_of(signed(claims_of(name, now=utc_now(), aud=self.behind), key=signer), client_id=name)
        return self.send("POST", "/oauth/token", by=by, headers=headers, data=form)

    def token(self) -> str:
        """Return a token of Belle, whose tokens are bound to its certificate."""
        answer = self.ask("belle", by=self.belle)
        assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
        return str(answer.json()["access_token"])


@contextmanager
def proxy(folder: Path, *, port: int, behind: int) -> Iterator[str]:
    """Run nginx with the configuration of docker/, on other ports and with other files."""
    site = (ROOT / "docker" / "nginx.conf").read_text()
    for old, new in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/gateway/tls/", f"{folder}/"),
        ("proxy_pass http://127.0.0.1:8080;", f"proxy_pass http://127.0.0.1:{behind}; proxy_bind {PROXY};"),
    ):
        assert old in site
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off; worker_processes 1; pid {folder}/pid; events {{}} http {{ {places} include site.conf; }}"
    (folder / "nginx.conf").write_text(main)
    process = subprocess.Popen([program("nginx") or "nginx", "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"])
    try:
        url = f"https://127.0.0.1:{port}"
        while process.poll() is None:
            try:
                requests.get(f"{url}/healthz", verify=f"{folder}/ca.pem", timeout=TIMEOUT)
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        assert process.poll() is None
        yield url
    finally:
        stop(process)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run both; Belle's tokens are bound to its certificate."""
    folder = tmp_path_factory.mktemp("tls")
    ca = issued(folder, "ca")
    shutil.copy(ca.files[0], folder / "partners-ca.pem")
    issued(folder, "server", ca)
    partners = (ROOT / "partners.yaml").read_text()
    (folder / "partners.yaml").write_text(
        partners.replace('    keys: "belle.jwks.json"', '    keys: "belle.jwks.json"\n    tokens: {binding: mtls}')
    )
    home, port = folder / "home", free_port()
    environ = {"GATEWAY_PROXY": PROXY, "GATEWAY_PARTNERS": str(folder / "partners.yaml")}
    with (
        running(home, port=port, environ=environ) as behind,
        proxy(folder, port=free_port(), behind=port) as front,
    ):
        yield Site(front, behind, home, ca, issued(folder, "belle", ca), issued(folder, "another", ca))


def shown(token: str, **more: str) -> dict[str, str]:
    """Return the headers of a request with this token."""
    return {"Authorization": f"Bearer {token}", **more}


def test_without_a_certificate_there_is_no_token(site: Site) -> None:
    """Not even with a good assertion and a good proof: what binds a partner's tokens is pinned."""
    proof = sign_proof(proof_claims("POST", "/oauth/token", now=utc_now(), url=site.behind), generate_signing_key())
    for headers in ({}, {"DPoP": proof}, {CERTIFICATE: site.belle.escaped}):
        answer = site.ask("belle", by=None, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


def test_a_token_with_another_certificate_or_none_opens_nothing(site: Site) -> None:
    """Also when the right one is claimed in a header: nginx sets it over whatever the sender wrote."""
    token = site.token()
    claimed = shown(token, **{CERTIFICATE: site.belle.escaped})
    for by, headers in (
        (None, shown(token)),
        (None, claimed),
        (site.another, shown(token)),
        (site.another, claimed),
    ):
        answer = site.send("GET", INBOX, by=by, headers=headers)
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_such_a_token_with_a_proof_instead_opens_nothing(site: Site) -> None:
    """A binding is not exchanged for the other one."""
    token, holder = site.token(), generate_signing_key()
    proof = sign_proof(proof_claims("GET", INBOX, token=token, now=utc_now(), url=site.behind), holder)
    answer = site.send("GET", INBOX, by=site.belle, headers={"Authorization": f"DPoP {token}", "DPoP": proof})
    assert answer.status_code == 401


def test_a_certificate_of_no_known_issuer_stops_at_the_proxy(site: Site, tmp_path: Path) -> None:
    """nginx asks who issued it."""
    assert site.send("GET", INBOX, by=issued(tmp_path, "stranger")).status_code == 400


def test_only_the_proxy_may_tell_a_certificate(site: Site) -> None:
    """Whoever reaches the gateway itself and claims one is refused, with a good token too."""
    headers = shown(site.token(), **{CERTIFICATE: site.belle.escaped})
    answer = requests.get(site.behind + INBOX, headers=headers, timeout=TIMEOUT)
    assert answer.status_code == 400
    assert requests.get(site.behind + INBOX, headers=shown(site.token()), timeout=TIMEOUT).status_code == 401


def test_a_token_with_its_certificate_opens_the_inbox(site: Site) -> None:
    """As often as it likes, for ten minutes."""
    token = site.token()
    for _ in range(2):
        assert site.send("GET", INBOX, by=site.belle, headers=shown(token)).status_code == 200


def test_proofs_pass_through_the_proxy(site: Site) -> None:
    """A partner with DPoP needs no certificate, and may show one that then says nothing."""
    for by in (None, site.another):
        holder = generate_signing_key()
        proof = sign_proof(proof_claims("POST", "/oauth/token", now=utc_now(), url=site.behind), holder)
        token = site.ask("avim", by=by, headers={"DPoP": proof}).json()["access_token"]
        proof = sign_proof(proof_claims("GET", INBOX, token=token, now=utc_now(), url=site.behind), holder)
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        assert site.send("GET", INBOX, by=by, headers=headers).status_code == 200


def test_the_discovery_document_says_so(site: Site) -> None:
    """Where there is a proxy."""
    told = site.send("GET", "/.well-known/oauth-authorization-server").json()
    assert told["tls_client_certificate_bound_access_tokens"] is True
