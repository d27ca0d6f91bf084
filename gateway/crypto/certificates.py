"""The thumbprint of a certificate (RFC 8705 section 3.1). What it says of its owner is the proxy's to judge."""

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.crypto.encoding import b64url
from gateway.errors import SignatureInvalidError


def certificate_thumbprint(pem: str) -> str:
    """Return the base64url SHA-256 over a certificate's DER.

    :raises SignatureInvalidError: this is not one certificate in PEM.
    """
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as exc:
        raise _bad() from exc
    if len(found) != 1:
        raise _bad()
    return b64url(found[0].fingerprint(SHA256()))


def _bad() -> SignatureInvalidError:
    return SignatureInvalidError("this is not one certificate", hint="look at the proxy's configuration")
