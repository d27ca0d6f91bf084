"""A certificate authority of the tests' own, and a certificate for this machine's name."""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files: the authority's certificate, and the server's certificate with its key."""

    authority: Path
    server: Path

    def for_server(self) -> ssl.SSLContext:
        """Return what a server needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        return context

    def for_client(self) -> ssl.SSLContext:
        """Return what trusts the authority and nothing else."""
        return ssl.create_default_context(cafile=self.authority)


def make(folder: Path, name: str = "localhost") -> Certificates:
    """Make an authority and a certificate for this name, and for 127.0.0.1."""
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  # TLS libraries look at the real clock

    def build(subject: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of the tests")]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=1))
        )

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = build("authority of the tests", root.public_key())
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    server = build(name, leaf.public_key()).add_extension(names, critical=False)
    pem = serialization.Encoding.PEM
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "authority.pem").write_bytes(authority.sign(root, hashes.SHA256()).public_bytes(pem))
    private = leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(server.sign(root, hashes.SHA256()).public_bytes(pem) + private)
    return Certificates(folder / "authority.pem", folder / "server.pem")
