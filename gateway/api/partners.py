"""The partners' interface: inbox, envelopes, receipts, checkpoint and public keys (CONTRACT, HTTP)."""

import datetime as dt
import json
from collections.abc import Callable, Sequence

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from gateway.api.door import Clock, Door
from gateway.api.oauth import TokenServer
from gateway.api.openapi import VERSION, openapi
from gateway.api.partner_desk import InboxItem, PartnerDeskProtocol
from gateway.api.problem import problem_response
from gateway.api.proofs import ProofReader
from gateway.api.signals import add_signal_route
from gateway.errors import InvalidRequestError, NotFoundError
from gateway.model.partner import Partner

PARTNER = frozenset({"partner"})
PUBLIC = frozenset({"public"})


def create_partner_blueprint(
    desk: PartnerDeskProtocol, *, public_url: str, clock: Clock, rate_limit: str, certificates: bool = False
) -> Blueprint:
    """Return the routes for partners' programs. Each partner sees its own messages only.

    `public_url` is this gateway's address as partners know it; `clock` gives the present moment in UTC; `rate_limit` is
    for each partner at each route; `certificates` says whether a proxy tells us TLS client certificates.

    :raises ConfigError: the address is neither https nor of this machine.
    """
    blueprint = Blueprint("partners_api", __name__)
    public_url = public_url.rstrip("/")
    proofs = ProofReader(desk, public_url=public_url, clock=clock)
    server = TokenServer(desk, proofs, public_url=public_url, clock=clock, certificates=certificates)
    _add_public_routes(blueprint, desk, server, public_url)
    door = Door(desk, proofs, clock=clock, rate_limit=rate_limit)
    _add_partner_routes(blueprint, desk, door, clock)
    add_signal_route(blueprint, desk, door, clock, roles=PARTNER)

    @blueprint.after_request
    def version(response: Response) -> Response:
        response.headers["API-Version"] = VERSION
        return response

    return blueprint


def _add_public_routes(blueprint: Blueprint, desk: PartnerDeskProtocol, server: TokenServer, public_url: str) -> None:
    document = json.dumps(openapi(public_url))

    @blueprint.post("/oauth/token")
    def token() -> Response:
        return server.answer()

    @blueprint.get("/.well-known/oauth-authorization-server")
    def metadata() -> Response:
        return jsonify(server.metadata())

    @blueprint.get("/.well-known/jwks.json")
    def jwks() -> Response:
        return Response(json.dumps(desk.issuer_jwks()), content_type="application/jwk-set+json")

    @blueprint.get("/openapi.json")
    def described() -> Response:
        return Response(document, content_type="application/json")

    for view in (token, metadata, jwks, described):
        _open_to(view, PUBLIC)


def _add_partner_routes(blueprint: Blueprint, desk: PartnerDeskProtocol, door: Door, clock: Clock) -> None:
    @blueprint.get("/api/v1/inbox")
    def inbox() -> ResponseReturnValue:
        return door.open("inbox", lambda partner: jsonify({"messages": _lines(desk.inbox(partner.id, now=clock()))}))

    @blueprint.get("/api/v1/inbox/<message_id>")
    def envelope(message_id: str) -> ResponseReturnValue:
        def handed(partner: Partner) -> Response:
            found = desk.envelope(partner.id, message_id, now=clock())
            return Response(found.to_json(), content_type="application/json")

        return door.open("inbox", handed)

    @blueprint.post("/api/v1/inbox/<message_id>/receipts")
    def receipt(message_id: str) -> ResponseReturnValue:
        def logged(partner: Partner) -> tuple[Response, int]:
            index = desk.acknowledge(partner.id, message_id, _sent_receipt(), now=clock())
            return jsonify({"leaf_index": index}), 201

        return door.open("receipts", logged)

    @blueprint.get("/log/checkpoint")
    def checkpoint() -> ResponseReturnValue:
        if "Authorization" not in request.headers:  # the public: how the log grows within a day is not for everybody
            return _note(desk.public_checkpoint(now=clock()))
        return door.open("inbox", lambda _partner: _note(desk.checkpoint()))

    for view in (inbox, envelope, receipt):
        _open_to(view, PARTNER)
    _open_to(checkpoint, PARTNER | PUBLIC)


def _open_to(view: Callable[..., ResponseReturnValue], roles: frozenset[str]) -> None:
    view.roles = roles  # type: ignore[attr-defined]  # read by the house rule that every route names roles


def _lines(items: Sequence[InboxItem]) -> list[dict[str, str]]:
    return [{"id": item.message_id, "sent_at": _rfc3339(item.sent_at), "state": item.state} for item in items]


def _sent_receipt() -> str:
    sent = request.get_json(silent=True)
    receipt = sent.get("receipt") if isinstance(sent, dict) and len(sent) == 1 else None
    if not isinstance(receipt, str):
        raise InvalidRequestError(
            "a receipt is a JSON object with only `receipt`, a compact JWS", hint="use `gateway partner receipt`"
        )
    return receipt


def _rfc3339(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _note(text: str) -> Response:
    if not text:
        return problem_response(
            404, title="Not found", detail="the log is empty", code=NotFoundError.code, hint="ask again later"
        )
    return Response(text, content_type="text/plain; charset=utf-8")
