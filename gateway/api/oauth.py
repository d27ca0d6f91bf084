"""The token endpoint: client_credentials with private_key_jwt (RFC 6749 section 4.4, RFC 7523), on Authlib's server.

Authlib's own client assertion is not used: it refuses Ed25519, takes a list as audience and an expiry ten years ahead,
and its jti example is a race (research/seal.md section 6).
"""

import datetime as dt
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from flask import Request, Response, request

from gateway.api.partner_desk import PartnerDeskProtocol
from gateway.crypto.commitments import digest
from gateway.crypto.encoding import unb64url
from gateway.crypto.jws import verify
from gateway.errors import ConfigError, SignatureInvalidError
from gateway.model.partner import Partner, PublicKey
from gateway.model.terms import Json

SCOPE = "inbox"
METHOD = "private_key_jwt"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_TYP = "JWT"  # RFC 7519 section 5.1
LARGEST_ASSERTION = 4096  # characters
LONGEST_ASSERTION = dt.timedelta(minutes=5)
AHEAD = dt.timedelta(seconds=10)  # how far a partner's clock may run ahead in iat and nbf; never used for exp
JTI_LENGTH = range(16, 129)
TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of so many bytes
TOKEN_LIFETIME = dt.timedelta(minutes=10)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PARAMETERS = {"grant_type", "scope", "client_id", "client_assertion", "client_assertion_type"}

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """A partner as Authlib's server sees it: one grant, one way to authenticate, one scope."""

    partner_id: str

    def get_client_id(self) -> str:
        """Return the partner's id."""
        return self.partner_id

    def get_allowed_scope(self, scope: object) -> str:
        """Return the only scope. Others were refused by the grant; this is the second lock."""
        if scope in {None, "", SCOPE}:
            return SCOPE
        return None  # type: ignore[return-value]  # BearerTokenGenerator turns None into invalid_scope; the stub forgot

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Accept private_key_jwt at the token endpoint only."""
        return method == METHOD and endpoint == "token"

    def check_grant_type(self, grant_type: str) -> bool:
        """Accept client_credentials only."""
        return grant_type == "client_credentials"


class Grant(ClientCredentialsGrant):
    """Client credentials where the credential is a signed assertion."""

    TOKEN_ENDPOINT_AUTH_METHODS = (METHOD,)


class TokenServer(AuthorizationServer):
    """Authlib's server, reading parameters from the form only: a URL with an assertion would end up in logs."""

    def __init__(self, desk: PartnerDeskProtocol, *, public_url: str, clock: Clock) -> None:
        """Issue tokens for the desk's partners; `public_url` is the address that partners know, without a final slash.

        :raises ConfigError: the address is neither https nor loopback.
        """
        super().__init__(query_client=self._client, save_token=self._keep)
        parts = urlsplit(public_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ConfigError("partners' programs need an https address", hint="set GATEWAY_PUBLIC_URL to it")
        self._desk = desk
        self._clock = clock
        self._public_url = public_url
        self.endpoint = f"{public_url}/oauth/token"
        # RFC 8414 wants a URL as issuer, and the gateway's own name is a host name; partners may use either.
        self._audiences = {desk.issuer, public_url, self.endpoint}
        self.scopes_supported = [SCOPE]
        self.register_client_auth_method(METHOD, self._authenticate)
        self.register_grant(Grant)
        lifetime = int(TOKEN_LIFETIME.total_seconds())
        # The stock generator, because it is the one that asks the client which scope it may have.
        self.register_token_generator(
            "default", BearerTokenGenerator(_new_token, None, lambda _client, _grant: lifetime)
        )

    def create_oauth2_request(self, request: object) -> OAuth2Request:  # type: ignore[override]  # the base, not Flask's
        """Return the request as Authlib reads it. Behind a proxy the URL as seen here is not the public one."""
        del request
        return _FormRequest(_flask_request(), self.endpoint)

    def answer(self) -> Response:
        """Answer POST /oauth/token."""
        sent = _flask_request()
        repeated = any(len(values) != 1 for _, values in sent.form.lists())
        if repeated or sent.args or not set(sent.form) <= PARAMETERS or "Authorization" in sent.headers:
            problem = InvalidRequestError("send each parameter once, in the form, and authenticate by client_assertion")
            return cast(Response, self.handle_error_response(self.create_oauth2_request(None), problem))
        return cast(Response, self.create_token_response())

    def metadata(self) -> dict[str, Json]:
        """Return the server's metadata (RFC 8414)."""
        return {
            "issuer": self._public_url,
            "token_endpoint": self.endpoint,
            "jwks_uri": self._public_url + "/.well-known/jwks.json",
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": [METHOD],
            "token_endpoint_auth_signing_alg_values_supported": ["Ed25519"],
            "scopes_supported": [SCOPE],
        }

    def _client(self, partner_id: str) -> Client | None:
        partner = self._desk.partner(partner_id)
        return Client(partner.id) if partner is not None and partner.active else None

    def _keep(self, token: Mapping[str, object], request: OAuth2Request) -> None:
        client = request.client
        if not isinstance(client, Client):
            raise InvalidClientError
        self._desk.store_token(
            digest(str(token["access_token"]).encode()), client.partner_id, expires=self._clock() + TOKEN_LIFETIME
        )

    def _authenticate(self, _query_client: object, request: OAuth2Request) -> Client:
        """Return the partner that signed the assertion.

        :raises InvalidClientError: always with the same words until the signature holds.
        """
        sent = request.payload.data if request.payload else {}
        assertion = sent.get("client_assertion", "")
        if sent.get("client_assertion_type") != ASSERTION_TYPE or not 0 < len(assertion) <= LARGEST_ASSERTION:
            raise _unknown()
        partner = self._desk.partner(_claimed_subject(assertion))
        key = partner.key("sig") if partner is not None and partner.active else None
        if partner is None or key is None:
            raise _unknown()
        claims = _verified(assertion, partner, key, sent.get("client_id", partner.id))
        now = self._clock()
        expires = self._check_claims(claims, now)
        jti = claims.get("jti")
        if not isinstance(jti, str) or len(jti) not in JTI_LENGTH:
            raise InvalidClientError("the jti of the assertion is not a text of 16 to 128 characters")
        # Last, so that only an assertion that is good in every other way uses its jti up.
        if not self._desk.remember_assertion(partner.id, jti, expires=expires):
            raise InvalidClientError("the assertion was used before: sign a new one for each token")
        return Client(partner.id)

    def _check_claims(self, claims: Mapping[str, Json], now: dt.datetime) -> dt.datetime:
        audience = claims.get("aud")
        if not isinstance(audience, str) or audience not in self._audiences:
            raise InvalidClientError("the aud of the assertion is not this issuer, as one string")
        for name in ("iat", "nbf"):
            if name in claims and _moment(claims[name]) > now + AHEAD:
                raise InvalidClientError(f"the {name} of the assertion lies ahead: set your clock")
        expires = _moment(claims.get("exp"))
        if not now < expires <= now + LONGEST_ASSERTION:
            raise InvalidClientError("the exp of the assertion is past, or more than 5 minutes ahead")
        return expires


class _FormRequest(OAuth2Request):
    def __init__(self, flask_request: Request, uri: str) -> None:
        super().__init__(flask_request.method, uri, headers=dict(flask_request.headers))
        self.payload = BasicOAuth2Payload(flask_request.form.to_dict())


def owner_of_request(desk: PartnerDeskProtocol, now: dt.datetime) -> Partner | None:
    """Return the active partner whose bearer token this request carries (RFC 6750 section 2.1), or None.

    DPoP (RFC 9449) goes here: the scheme becomes DPoP, and the proof is checked against the thumbprint kept with the
    token's digest. Routes need not change.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    # What is not of the form of our tokens is not looked up: it may be anything.
    owner = desk.token_owner(digest(token.encode()), now=now) if TOKEN.fullmatch(token) else None
    partner = desk.partner(owner) if owner is not None else None
    return partner if partner is not None and partner.active else None


def _flask_request() -> Request:
    return request


def _new_token(**_told: object) -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _claimed_subject(assertion: str) -> str:
    """Return whom the unverified assertion names: only to know which key must have signed it."""
    try:
        claims = json.loads(unb64url(assertion.split(".")[1]))
    except (IndexError, ValueError, RecursionError, SignatureInvalidError) as exc:
        raise _unknown() from exc
    subject = claims.get("sub") if isinstance(claims, dict) else None
    if not isinstance(subject, str):
        raise _unknown()
    return subject


def _verified(assertion: str, partner: Partner, key: PublicKey, client_id: str) -> Mapping[str, Json]:
    try:
        claims = verify(assertion, typ=ASSERTION_TYP, keys=[key])
    except SignatureInvalidError as exc:
        raise _unknown() from exc
    if not claims.get("iss") == claims.get("sub") == client_id == partner.id:
        raise _unknown()
    return claims


def _moment(value: Json) -> dt.datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidClientError("a time in the assertion is not a whole number of seconds")
    try:
        return dt.datetime.fromtimestamp(value, dt.UTC)
    except (OverflowError, ValueError, OSError) as exc:
        raise InvalidClientError("a time in the assertion is out of range") from exc


def _unknown() -> InvalidClientError:
    return InvalidClientError("the client is not known, not active, or did not sign this")
