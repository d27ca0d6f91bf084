"""Problem documents: how the interfaces tell what went wrong (RFC 9457)."""

import json

from flask import Response


def problem_response(status: int, *, title: str, detail: str, code: str, hint: str = "") -> Response:
    """Return an application/problem+json answer. No member may hold a personal value.

    `code` is the stable slug of `gateway.errors`; `hint` says what to do now and is left out when empty.
    """
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    if hint:
        body["hint"] = hint
    return Response(json.dumps(body), status=status, content_type="application/problem+json")
