"""The door to every route for partners' programs: who shows a good token of their own for this scope comes in.

A token is bound to its sender: to a key by a DPoP proof with each request (RFC 9449), or to a TLS client certificate
(RFC 8705). A token alone opens nothing. A refusal says which of the two was not good, and nothing more.
"""

import datetime as dt
import re
from collections.abc import Callable

from flask import Response, request
from flask.typing import ResponseReturnValue

from gateway.api.client_certificate import thumbprint_of_request
from gateway.api.partner_desk import PartnerDeskProtocol
from gateway.api.problem import problem_response
from gateway.api.proofs import ProofReader, ProofRefusedError
from gateway.counters import RateLimit
from gateway.crypto.commitments import digest
from gateway.crypto.dpop import ALGORITHMS
from gateway.errors import NotFoundError, TooManyRequestsError
from gateway.model.partner import Partner
from gateway.model.tokens import AccessGrant, Binding

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of 32 bytes
SCHEMES = {"dpop": Binding.DPOP, "bearer": Binding.MTLS}
ALGS = f'algs="{" ".join(ALGORITHMS)}"'

Clock = Callable[[], dt.datetime]


class Door:
    """Lets partners in, each to what is its own."""

    def __init__(self, desk: PartnerDeskProtocol, proofs: ProofReader, *, clock: Clock, rate_limit: str) -> None:
        """`rate_limit` is for each partner at each route, such as "300 per minute"."""
        self._desk = desk
        self._proofs = proofs
        self._clock = clock
        self._limit = RateLimit(rate_limit)

    def open(self, scope: str, view: Callable[[Partner], ResponseReturnValue]) -> ResponseReturnValue:
        """Answer with the view of the partner that this request's token is of, or with a refusal."""
        try:
            grant = self._granted()
        except ProofRefusedError:
            return _unauthorized("invalid_dpop_proof")
        if grant is None:
            return _unauthorized("invalid_token" if "Authorization" in request.headers else "")
        partner = self._desk.partner(grant.partner)
        if partner is None or not partner.active or partner.tokens.binding is not grant.binding:
            return _unauthorized("invalid_token")
        if scope not in grant.scopes & partner.tokens.scopes:
            return _forbidden(scope)
        # By partner: behind a proxy many share one address, and none may feel how busy another is.
        if not self._limit.admits(partner.id, request.endpoint or ""):
            raise TooManyRequestsError("too many requests", hint="wait a minute and try again")
        try:
            return view(partner)
        except NotFoundError:
            return _not_found()  # the desk's own words could differ between absent and another partner's

    def _granted(self) -> AccessGrant | None:
        """Return what the token of this request stands for, when its sender is the one it was given to.

        :raises ProofRefusedError: there is no good proof for it.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        binding = SCHEMES.get(scheme.lower())
        # What is not of the form of our tokens is not looked up: it may be anything.
        if binding is None or not TOKEN.fullmatch(token):
            return None
        proof = self._proofs.read(token=token) if binding is Binding.DPOP else None
        sender = proof.jkt if proof is not None else thumbprint_of_request()
        grant = self._desk.token_grant(digest(token.encode()), now=self._clock())
        if grant is None or sender is None or (grant.binding, grant.bound_to) != (binding, sender):
            return None
        if proof is not None:
            self._proofs.use_up(proof)
        return grant


def _unauthorized(error: str) -> Response:
    response = problem_response(
        401,
        title="Show an access token first",
        detail="this address needs a valid access token of an active partner, with proof of who holds it",
        code="no_access_token",
        hint="get one at /oauth/token; it is good for 10 minutes",
    )
    response.headers["WWW-Authenticate"] = f'DPoP error="{error}", {ALGS}' if error else f"DPoP {ALGS}"
    return response


def _forbidden(scope: str) -> Response:
    response = problem_response(
        403,
        title="Not permitted",
        detail="this access token is not for this",
        code="insufficient_scope",
        hint=f"ask for a token with the scope {scope}; the gateway's administrator says which you may have",
    )
    response.headers["WWW-Authenticate"] = f'DPoP error="insufficient_scope", scope="{scope}", {ALGS}'
    return response


def _not_found() -> Response:
    return problem_response(
        404,
        title="Not found",
        detail="there is no such message",
        code=NotFoundError.code,
        hint="list the inbox for the messages that wait for you",
    )
