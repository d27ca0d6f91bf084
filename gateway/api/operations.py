"""What operations ask: is it alive, is it ready, and the figures. None of it tells how much was disclosed to anyone.

The number of log entries is not for the public: its growth betrays a control day. The figures are for whoever holds
the token, because even counts of decisions by outcome say much in a small town.
"""

import hmac
from collections.abc import Callable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from gateway.api.problem import problem_response
from gateway.errors import GatewayError
from gateway.metrics import CONTENT_TYPE, Metrics

PUBLIC = frozenset({"public"})
OPERATIONS = frozenset({"operations"})


def create_operations_blueprint(probe: Callable[[], object], metrics: Metrics, token: bytes | None) -> Blueprint:
    """Return /healthz and /readyz, and with a token also /metrics.

    `probe` reads from the store and raises a GatewayError when it does not answer.
    """
    blueprint = Blueprint("operations", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/readyz")
    def readyz() -> Response:
        try:
            probe()
        except GatewayError:
            return Response("not ready\n", status=503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")

    views: list[tuple[Callable[[], ResponseReturnValue], frozenset[str]]] = [(healthz, PUBLIC), (readyz, PUBLIC)]
    if token is not None:
        expected = token

        @blueprint.get("/metrics")
        def figures() -> Response:
            scheme, _, given = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), expected):
                return _no_token()
            return Response(metrics.text(), content_type=CONTENT_TYPE)

        views.append((figures, OPERATIONS))
    for view, roles in views:
        view.roles = roles  # type: ignore[attr-defined]  # read by the house rule that every route names roles
    return blueprint


def _no_token() -> Response:
    response = problem_response(
        401,
        title="Show the token of operations first",
        detail="this address needs the token that the gateway was started with",
        code="no_access_token",
        hint="it stands in the file that GATEWAY_METRICS_TOKEN_FILE names",
    )
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
