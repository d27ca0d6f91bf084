"""`POST /api/v1/signals`: a partner's closed-code signal, always answered "received" (CONTRACT, HTTP)."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from gateway.api.door import Clock, Door
from gateway.api.partner_desk import PartnerDeskProtocol
from gateway.counters import RateLimit
from gateway.errors import InvalidRequestError, TooManyRequestsError
from gateway.model.partner import Partner

SCOPE = "signals"
RATE = "30 per minute"
"""For each partner, so that nobody fills the log or tries out addresses."""
RECEIVED = b'{"status":"received"}'


def add_signal_route(
    blueprint: Blueprint, desk: PartnerDeskProtocol, door: Door, clock: Clock, *, roles: frozenset[str]
) -> None:
    """Add the route for partners' programs."""
    limit = RateLimit(RATE)

    @blueprint.post("/api/v1/signals")
    def signal() -> ResponseReturnValue:
        def received(partner: Partner) -> Response:
            if not limit.admits(partner.id, SCOPE):
                raise TooManyRequestsError("too many signals in a minute", hint="wait a minute; nothing was lost")
            if request.mimetype != "application/json" or request.args:
                raise InvalidRequestError("send the signal as application/json", hint="set the Content-Type header")
            desk.signal(partner, request.get_data(cache=False), now=clock())
            return Response(RECEIVED, status=202, content_type="application/json")

        return door.open(SCOPE, received)

    signal.roles = roles  # type: ignore[attr-defined]  # read by the house rule that every route names roles
