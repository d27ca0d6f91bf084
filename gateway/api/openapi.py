"""The OpenAPI document of the interfaces for programs: kept by hand, and compared by tests with routes and answers."""

from collections.abc import Iterable

from gateway.api.door import ALGS
from gateway.api.openapi_schemas import ID, SCHEMAS, TEXT, named
from gateway.model.terms import Json

VERSION = "1.0.0"
JSON = "application/json"
PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
WORDS = {
    "inbox": "list and fetch the partner's own messages",
    "receipts": "send signed receipts for them",
    "signals": "send closed-code signals",
}
REFUSED = {
    400: "not in the agreed form",
    401: f"no good token, or no good proof for it; WWW-Authenticate names which of the two, and {ALGS}",
    403: "not permitted, or a token without the scope",
    404: "not there, or not yours: the answer does not tell which",
    409: "used before, or changed in the meantime",
    413: "the body is too large",
    415: "packed, or of another kind",
    429: "too often; counted for each partner and each address",
    503: "not now: Retry-After says when, where it is known",
}
PROOF: dict[str, Json] = {
    "name": "DPoP",
    "in": "header",
    "required": False,
    "schema": TEXT,
    "description": "a proof for this very request (RFC 9449); required unless tokens are bound to a TLS certificate",
}
MESSAGE: dict[str, Json] = {"name": "message_id", "in": "path", "required": True, "schema": ID}
DISCLOSURE: dict[str, Json] = {"name": "disclosure_id", "in": "path", "required": True, "schema": ID}


def openapi(public_url: str) -> dict[str, Json]:
    """Return the document for a gateway at this address (OpenAPI 3.1)."""
    schemas: dict[str, Json] = {**SCHEMAS}
    scopes: dict[str, Json] = {**WORDS}
    token_url = f"{public_url}/oauth/token"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Disclosure gateway",
            "version": VERSION,
            "description": "docs/partner-api.md explains how to sign in. Answers to partners carry API-Version.",
        },
        "servers": [{"url": public_url}],
        "paths": {**_public(), **_partners(), **_staff()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "partner": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": scopes}},
                },
                "staff": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def _public() -> dict[str, Json]:
    return {
        "/oauth/token": {
            "post": {
                **_operation(
                    "getToken", "Get a token, bound to a key or certificate of the sender", parameters=[PROOF]
                ),
                "requestBody": _body("TokenRequest", FORM),
                "responses": {
                    **_given(200, "Token"),
                    "400": _answer("refused (RFC 6749 section 5.2, RFC 9449 section 5)", "TokenError"),
                    **_refused(413, 415, 429),
                },
            }
        },
        "/.well-known/oauth-authorization-server": {"get": _get("getMetadata", "How to sign in", "ServerMetadata")},
        "/.well-known/jwks.json": {
            "get": _get("getKeys", "The keys that verify messages", "KeySet", kind="application/jwk-set+json")
        },
        "/openapi.json": {"get": _get("getOpenapi", "This document", None)},
    }


def _partners() -> dict[str, Json]:
    return {
        "/api/v1/inbox": {
            "get": {
                **_operation("listMessages", "List the partner's own messages, oldest first", scope="inbox"),
                "responses": {**_given(200, "Inbox"), **_refused(401, 403, 415, 429, 503)},
            }
        },
        "/api/v1/inbox/{message_id}": {
            "get": {
                **_operation("getMessage", "Fetch a message with its proof", scope="inbox", parameters=[MESSAGE]),
                "responses": {**_given(200, "Envelope"), **_refused(401, 403, 404, 415, 429, 503)},
            }
        },
        "/api/v1/inbox/{message_id}/receipts": {
            "post": {
                **_operation("sendReceipt", "Send a signed receipt", scope="receipts", parameters=[MESSAGE]),
                "requestBody": _body("Receipt", JSON),
                "responses": {
                    **_given(201, "Logged"),
                    **_refused(400, 401, 403, 404, 409, 413, 415, 429, 503),
                },
            }
        },
        "/api/v1/signals": {
            "post": {
                **_operation("sendSignal", "Send a signal; it is always received", scope="signals"),
                "requestBody": _body("Signal", JSON),
                "responses": {**_given(202, "Received"), **_refused(400, 401, 403, 409, 413, 415, 429, 503)},
            }
        },
        "/log/checkpoint": {
            "get": {
                **_operation("getCheckpoint", "The log's newest signed note; without a token that of before today"),
                "security": [{}, {"partner": ["inbox"]}],
                "parameters": [PROOF],
                "responses": {
                    "200": {"description": "a signed note", "content": {"text/plain": {"schema": TEXT}}},
                    **_refused(401, 403, 404, 415, 429, 503),
                },
            }
        },
    }


def _staff() -> dict[str, Json]:
    path = "/api/v1/disclosure-requests"
    body = _body("DisclosureRequest", JSON)
    refused = _refused(400, 403, 404, 409, 413, 415, 429, 503)
    return {
        path: {
            "post": {
                **_operation("submit", "Submit a disclosure request", staff=True),
                "requestBody": body,
                "responses": {**_given(201, "Disclosure"), **refused},
            }
        },
        f"{path}/preview": {
            "post": {
                **_operation("preview", "Show what a request would do; nothing is stored", staff=True),
                "requestBody": body,
                "responses": {**_given(200, "Disclosure"), **refused},
            }
        },
        f"{path}/{{disclosure_id}}": {
            "get": {
                **_operation("follow", "Show a request as it stands", staff=True, parameters=[DISCLOSURE]),
                "responses": {**_given(200, "Disclosure"), **refused},
            }
        },
        f"{path}/{{disclosure_id}}/approval": {
            "post": {
                **_operation("approve", "Approve exactly what the digest covers", staff=True, parameters=[DISCLOSURE]),
                "requestBody": _body("Approval", JSON),
                "responses": {**_given(200, "Disclosure"), **refused},
            }
        },
        f"{path}/{{disclosure_id}}/link": {
            "post": {
                **_operation("makeLink", "Make the pick-up link of a part, once", staff=True, parameters=[DISCLOSURE]),
                "requestBody": _body("Part", JSON),
                "responses": {**_given(201, "Link"), **refused},
            }
        },
        f"{path}/{{disclosure_id}}/code": {
            "post": {
                **_operation("makeCode", "Make a new code for a link", staff=True, parameters=[DISCLOSURE]),
                "requestBody": _body("Part", JSON),
                "responses": {**_given(201, "Code"), **refused},
            }
        },
    }


def _operation(
    name: str, summary: str, *, scope: str = "", staff: bool = False, parameters: Iterable[Json] = ()
) -> dict[str, Json]:
    security: list[Json] = [{"partner": [scope]}] if scope else [{"staff": []}] if staff else []
    told: list[Json] = [*([PROOF] if scope else []), *parameters]
    return {"operationId": name, "summary": summary, "security": security, "parameters": told}


def _get(name: str, summary: str, schema: str | None, *, kind: str = JSON) -> dict[str, Json]:
    return {**_operation(name, summary), "responses": {**_given(200, schema, kind=kind), **_refused(415, 429)}}


def _body(schema: str, kind: str) -> dict[str, Json]:
    return {"required": True, "content": {kind: {"schema": named(schema)}}}


def _given(status: int, schema: str | None, *, kind: str = JSON) -> dict[str, Json]:
    return {str(status): _answer("done", schema, kind=kind)}


def _refused(*statuses: int) -> dict[str, Json]:
    return {str(status): _answer(REFUSED[status], "Problem", kind=PROBLEM) for status in statuses}


def _answer(description: str, schema: str | None, *, kind: str = JSON) -> dict[str, Json]:
    return {
        "description": description,
        "content": {kind: {"schema": named(schema) if schema else {"type": "object"}}},
    }
