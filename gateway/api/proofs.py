"""Checks that a request comes with a fresh DPoP proof of its own (RFC 9449 section 4.3)."""

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import request

from gateway.api.partner_desk import PartnerDeskProtocol
from gateway.crypto.dpop import Proof, access_token_hash, read_proof
from gateway.errors import SignatureInvalidError
from gateway.model.terms import Json

HEADER = "DPoP"
AHEAD = dt.timedelta(seconds=10)  # how far a program's clock may run ahead
BEHIND = dt.timedelta(seconds=60)  # how old a proof may be
JTI_LENGTH = range(16, 129)
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")  # two headers arrive with a comma between them
PORTS = {"https": 443, "http": 80}

Clock = Callable[[], dt.datetime]


class ProofRefusedError(Exception):
    """There is no proof, or it is not for this request, or it was used before. The partner is not told which."""


class ProofReader:
    """Reads the proof of the request at hand."""

    def __init__(self, desk: PartnerDeskProtocol, *, public_url: str, clock: Clock) -> None:
        """Check against this gateway's address as partners know it; behind a proxy the one seen here is another."""
        self._desk = desk
        self._origin = _origin(public_url)
        self._clock = clock

    def read(self, *, token: str | None = None) -> Proof:
        """Return this request's proof; with a token the proof must be made for it.

        :raises ProofRefusedError: there is none, or it is for another method, address, token or time.
        """
        text = request.headers.get(HEADER, "")
        if not COMPACT.fullmatch(text):
            raise ProofRefusedError
        try:
            proof = read_proof(text)
        except SignatureInvalidError as exc:
            raise ProofRefusedError from exc
        claims, now = proof.claims, self._clock()
        made = _moment(claims.get("iat"))
        if claims.get("htm") != request.method or not self._is_here(claims.get("htu")):
            raise ProofRefusedError
        if not now - BEHIND <= made <= now + AHEAD:
            raise ProofRefusedError
        if token is not None and claims.get("ath") != access_token_hash(token):
            raise ProofRefusedError
        jti = claims.get("jti")
        if not isinstance(jti, str) or len(jti) not in JTI_LENGTH:
            raise ProofRefusedError
        return proof

    def use_up(self, proof: Proof) -> None:
        """Note that a proof was used; last, so that only one that is good in every other way is kept.

        :raises ProofRefusedError: it was used before.
        """
        over = _moment(proof.claims.get("iat")) + BEHIND + dt.timedelta(seconds=1)
        if not self._desk.remember_proof(proof.jkt, str(proof.claims.get("jti")), expires=over):
            raise ProofRefusedError

    def _is_here(self, address: Json) -> bool:
        """Compare without query and fragment, as section 4.3 has it."""
        try:
            return (
                isinstance(address, str) and urlsplit(address).path == request.path and _origin(address) == self._origin
            )
        except ValueError:
            return False


def _origin(address: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port of an address; raise ValueError when it has a user name or is none."""
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address of ours has no user name")
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)


def _moment(value: Json) -> dt.datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProofRefusedError
    try:
        return dt.datetime.fromtimestamp(value, dt.UTC)
    except (OverflowError, ValueError, OSError) as exc:
        raise ProofRefusedError from exc
