"""What the pages and the interfaces share: the one table of errors to HTTP statuses, safe headers, and limits."""

import time
from collections.abc import Callable

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, TooManyRequests, UnsupportedMediaType

from gateway import telemetry
from gateway.counters import RateLimit
from gateway.errors import (
    ConfigError,
    CryptoError,
    DeliveryError,
    DuplicateRequestError,
    GatewayError,
    InvalidRequestError,
    LogError,
    MinimisationError,
    NotFoundError,
    NotPermittedError,
    NotWitnessedError,
    PolicyError,
    ReceiptError,
    ReceiptOrderError,
    RequestError,
    TooManyRequestsError,
    UnknownPartnerError,
    UnknownTermError,
    UnwitnessedError,
)
from gateway.metrics import NO_ROUTE, Metrics, known_method

# The most specific class that matches decides. What is not here is a plain 500: its message may be unsafe to show.
STATUSES: dict[type[GatewayError], int] = {
    InvalidRequestError: 400,
    UnknownTermError: 400,
    UnknownPartnerError: 400,
    ReceiptError: 400,
    ReceiptOrderError: 409,
    NotPermittedError: 403,
    NotFoundError: 404,
    DuplicateRequestError: 409,
    TooManyRequestsError: 429,
    RequestError: 400,
    ConfigError: 500,
    PolicyError: 500,
    MinimisationError: 500,
    CryptoError: 503,
    LogError: 503,
    DeliveryError: 503,
}

AGAIN_AFTER: dict[type[GatewayError], int] = {NotWitnessedError: 60, UnwitnessedError: 120}
"""Seconds after which asking again makes sense (RFC 9110 section 10.2.3)."""

TITLES = {
    400: "The request is not in the agreed form",
    401: "Sign in first",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    409: "Changed in the meantime",
    413: "The request is too large",
    415: "This kind of content is not taken here",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Temporarily unavailable",
}

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


def status_of(error: GatewayError) -> int:
    """Return the HTTP status of an error: that of its nearest listed class, else 500."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def title_of(status: int) -> str:
    """Return a safe title for a status."""
    return TITLES.get(status, TITLES[500])


def install(
    app: Flask, *, rate_limit: str, metrics: Metrics, show: Callable[[int, GatewayError | None], Response]
) -> None:
    """Give the app its limits, headers, one telemetry event and count per request, and error answers made by `show`.

    `show(status, error)` makes a page or a problem document; it gets no error where the message is not safe to show.
    """
    limit = RateLimit(rate_limit)

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType  # what is small here could be large once unpacked
        if request.endpoint and not limit.admits(request.remote_addr or "", request.endpoint):
            raise TooManyRequests

    @app.after_request
    def _finish(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for name, value in HEADERS.items() if name.lower() not in given])
        seconds = round(time.perf_counter() - g.get("started", time.perf_counter()), 4)
        # Only the pattern in the source and a known method: a path, or a method made up, may hold a value.
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        method, status = known_method(request.method), response.status_code
        telemetry.event("request", method=method, route=route, status=status, seconds=seconds)
        metrics.answered(route=route, method=method, status=status, seconds=seconds)
        return response

    @app.errorhandler(GatewayError)
    def _known(error: GatewayError) -> Response:
        status = status_of(error)
        telemetry.event("refused" if status < 500 else "failed", code=error.code, status=status)
        response = show(status, error if status != 500 else None)
        if type(error) in AGAIN_AFTER:
            response.headers["Retry-After"] = str(AGAIN_AFTER[type(error)])
        return response

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        return show(error.code or 500, None)

    @app.errorhandler(Exception)
    def _unknown(error: Exception) -> Response:
        telemetry.failure("unexpected", error)
        return show(500, None)
