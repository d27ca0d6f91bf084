"""The thumbprint of a certificate (RFC 8705)."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.certificates import certificate_thumbprint
from gateway.errors import SignatureInvalidError

# RFC 8705 appendix A: a certificate and its thumbprint
PEM = """-----BEGIN CERTIFICATE-----
MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx
ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ
/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID
SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV
bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=
-----END CERTIFICATE-----
"""
THUMBPRINT = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"


def another() -> str:
    """Return a certificate of somebody."""
    key, name = Ed25519PrivateKey.generate(), x509.Name([])
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, at, at + dt.timedelta(days=1))
    return made.sign(key, None).public_bytes(Encoding.PEM).decode()


def test_the_example_of_the_rfc_has_its_thumbprint() -> None:
    """Over the DER, not over the PEM."""
    assert certificate_thumbprint(PEM) == THUMBPRINT


def test_two_certificates_have_two_thumbprints() -> None:
    """Also of one key and name."""
    assert certificate_thumbprint(another()) != certificate_thumbprint(another())


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN CERTIFICATE-----", PEM + PEM, PEM.replace("MIIB", "MIIC"), "é"])
def test_what_is_not_one_certificate_is_refused(text: str) -> None:
    """None, two, or broken ones."""
    with pytest.raises(SignatureInvalidError):
        certificate_thumbprint(text)
