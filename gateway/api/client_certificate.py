"""The TLS client certificate of a request, as the proxy that ends TLS tells it (RFC 8705 section 3).

nginx has no SHA-256 thumbprint of it, so it passes the certificate itself, URL-encoded ($ssl_client_escaped_cert), and
the thumbprint is taken here. Whoever could set the header could be anyone: `gateway.api.proxy` lets only the proxy.
"""

from urllib.parse import unquote

from flask import request

from gateway.crypto.certificates import certificate_thumbprint
from gateway.errors import SignatureInvalidError

HEADER = "X-Client-Certificate"
LARGEST = 16 * 1024  # characters


def thumbprint_of_request() -> str | None:
    """Return the x5t#S256 of the sender's certificate, or None when it showed none that can be read."""
    told = request.headers.get(HEADER, "")
    if not told or len(told) > LARGEST:
        return None
    try:
        return certificate_thumbprint(unquote(told, errors="strict"))
    except (SignatureInvalidError, UnicodeDecodeError):
        return None
