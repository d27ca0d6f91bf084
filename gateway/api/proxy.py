"""What the proxy in front of the gateway may tell: whose address a request comes from, and its client certificate.

Anyone could send such headers. They count only when the connection itself comes from the proxy of GATEWAY_PROXY.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response

from gateway.api.client_certificate import HEADER
from gateway.api.problem import problem_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CERTIFICATE = "HTTP_" + HEADER.upper().replace("-", "_")
FORWARDED = "HTTP_X_FORWARDED_FOR"


class BehindProxy:
    """Lets a request through as its sender's own; refuses one that claims what only the proxy may say."""

    def __init__(self, app: "WSGIApplication", proxy: str | None) -> None:
        """`proxy` is the address from which the proxy connects, or None when there is none."""
        self._app = app
        self._proxy = proxy

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, or answer 400."""
        if self._proxy is not None and environ.get("REMOTE_ADDR") == self._proxy:
            # The proxy adds the address it saw at the end; whatever stands before it the sender may have made up.
            sender = environ.pop(FORWARDED, "").rpartition(",")[2].strip()
            return self._app({**environ, "REMOTE_ADDR": sender or self._proxy}, start_response)
        if CERTIFICATE in environ:
            return _refused()(environ, start_response)
        return self._app(environ, start_response)


def _refused() -> Response:
    return problem_response(
        400,
        title="The request is not in the agreed form",
        detail="a client certificate is shown in TLS, not in a header",
        code="invalid_request",
        hint=f"leave the header {HEADER} out",
    )
