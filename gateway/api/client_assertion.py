"""Who signed the client assertion of a token request (private_key_jwt: RFC 7523, FAPI 2.0 section 5.3.3.1).

Authlib's own check is not used: it refuses Ed25519, takes a list as audience and an expiry ten years ahead, and its jti
example is a race (research/seal.md section 6).
"""

import datetime as dt
from collections.abc import Mapping

from authlib.oauth2.rfc6749 import InvalidClientError

from gateway.api.partner_desk import PartnerDeskProtocol
from gateway.crypto.assertions import verify_assertion
from gateway.crypto.compact import ED25519, PS256, RS256, read_compact
from gateway.errors import SignatureInvalidError
from gateway.model.partner import Partner
from gateway.model.terms import Json
from gateway.model.tokens import STANDARD, TokenProfile

LONGEST = dt.timedelta(minutes=5)
AHEAD = dt.timedelta(seconds=10)  # how far a partner's clock may run ahead in iat and nbf; never used for exp
JTI_LENGTH = range(22, 129)  # 128 bits in base64url are 22 characters
ALGORITHMS: Mapping[TokenProfile, frozenset[str]] = {
    TokenProfile.FAPI2: ED25519 | {PS256},
    TokenProfile.NLGOV: ED25519 | {PS256, RS256},
}


class AssertionReader:
    """Reads assertions; `audiences` says for each profile what `aud` must be: this gateway, in that profile's words."""

    def __init__(self, desk: PartnerDeskProtocol, audiences: Mapping[TokenProfile, str]) -> None:
        """Know the partners by their desk."""
        self._desk = desk
        self._audiences = audiences

    def read(self, text: str, client_id: str | None, now: dt.datetime) -> Partner:
        """Return the partner that signed the assertion, and note that it was used.

        :raises InvalidClientError: with the same words until the signature holds; afterwards it says what was wrong.
        """
        try:
            assertion = read_compact(text)
        except SignatureInvalidError as exc:
            raise unknown_client() from exc
        named = assertion.payload.get("sub")
        partner = self._desk.partner(named) if isinstance(named, str) else None
        # Who is unknown has no keys, and is refused where a known partner's unknown key is.
        keys = partner.keys if partner is not None and partner.active else ()
        rules = partner.tokens if partner is not None else STANDARD
        try:
            claims = verify_assertion(assertion, keys=keys, algorithms=ALGORITHMS[rules.profile])
        except SignatureInvalidError as exc:
            raise unknown_client() from exc
        if partner is None or not claims.get("iss") == claims.get("sub") == (client_id or partner.id) == partner.id:
            raise unknown_client()
        expires = self._check_claims(claims, rules.profile, now)
        jti = claims.get("jti")
        if not isinstance(jti, str) or len(jti) not in JTI_LENGTH:
            raise InvalidClientError("the jti of the assertion is not a text of 22 to 128 characters")
        # Last, so that only an assertion that is good in every other way uses its jti up.
        if not self._desk.remember_assertion(partner.id, jti, expires=expires):
            raise InvalidClientError("the assertion was used before: sign a new one for each token")
        return partner

    def _check_claims(self, claims: Mapping[str, Json], profile: TokenProfile, now: dt.datetime) -> dt.datetime:
        if claims.get("aud") != self._audiences[profile]:  # also a list with the right one in it
            raise InvalidClientError(
                "the aud of the assertion is not the token endpoint, as one string"
                if profile is TokenProfile.NLGOV
                else "the aud of the assertion is not this issuer, as one string"
            )
        for name in ("iat", "nbf"):
            if name in claims and _moment(claims[name]) > now + AHEAD:
                raise InvalidClientError(f"the {name} of the assertion lies ahead: set your clock")
        expires = _moment(claims.get("exp"))
        if not now < expires <= now + LONGEST:
            raise InvalidClientError("the exp of the assertion is past, or more than 5 minutes ahead")
        return expires


def unknown_client() -> InvalidClientError:
    """Return the one error that tells nothing."""
    return InvalidClientError("the client is not known, not active, or did not sign this")


def _moment(value: Json) -> dt.datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidClientError("a time in the assertion is not a whole number of seconds")
    try:
        return dt.datetime.fromtimestamp(value, dt.UTC)
    except (OverflowError, ValueError, OSError) as exc:
        raise InvalidClientError("a time in the assertion is out of range") from exc
