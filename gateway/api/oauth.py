"""The token endpoint: client_credentials with private_key_jwt (RFC 6749 section 4.4, RFC 7523), on Authlib's server.

Every token is short and bound to its sender: to the key of a DPoP proof (RFC 9449 section 5) or, where partners.yaml
says so, to a TLS client certificate (RFC 8705 section 3). There is no other kind.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from flask import Request, Response, request

from gateway.api.client_assertion import ALGORITHMS, AssertionReader, unknown_client
from gateway.api.client_certificate import thumbprint_of_request
from gateway.api.partner_desk import PartnerDeskProtocol
from gateway.api.proofs import HEADER, ProofReader, ProofRefusedError
from gateway.crypto.commitments import digest
from gateway.crypto.dpop import ALGORITHMS as PROOF_ALGORITHMS
from gateway.errors import ConfigError
from gateway.model.partner import Partner
from gateway.model.terms import Json
from gateway.model.tokens import SCOPES, AccessGrant, Binding, TokenProfile

METHOD = "private_key_jwt"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_BYTES = 32
TOKEN_LIFETIME = dt.timedelta(minutes=10)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PARAMETERS = {"grant_type", "scope", "client_id", "client_assertion", "client_assertion_type"}
TOKEN_TYPES = {Binding.DPOP: "DPoP", Binding.MTLS: "Bearer"}

Clock = Callable[[], dt.datetime]


class InvalidDpopProofError(OAuth2Error):
    """The proof is missing or not good (RFC 9449 section 5)."""

    error = "invalid_dpop_proof"


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """A partner as Authlib's server sees it: one grant, one way to authenticate, its own scopes, and who asks now."""

    partner_id: str
    scopes: frozenset[str]
    binding: Binding
    bound_to: str
    signers: frozenset[str]  # kids of the partner's signing keys, as they counted when the assertion was verified

    def get_client_id(self) -> str:
        """Return the partner's id."""
        return self.partner_id

    def get_allowed_scope(self, scope: object) -> str:
        """Return the scopes that were asked for when each is this partner's; all of its own when none was named."""
        asked = scope.split() if isinstance(scope, str) and scope else sorted(self.scopes)
        if asked and len(set(asked)) == len(asked) and self.scopes.issuperset(asked):
            return " ".join(asked)
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


class BoundTokenGenerator(BearerTokenGenerator):
    """The stock generator, because it asks the client which scope it may have; one of ours once gave `admin` away."""

    def __call__(
        self,
        grant_type: str,
        client: ClientMixin,
        user: object = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = False,
    ) -> dict[str, str | int]:
        """Return a new token, named after what holds it to its sender."""
        if not isinstance(client, Client):
            raise InvalidClientError
        token = super().__call__(grant_type, client, user, scope, expires_in, include_refresh_token)
        return token | {"token_type": TOKEN_TYPES[client.binding]}


class TokenServer(AuthorizationServer):
    """Authlib's server, reading parameters from the form only: a URL with an assertion would end up in logs."""

    def __init__(
        self, desk: PartnerDeskProtocol, proofs: ProofReader, *, public_url: str, clock: Clock, certificates: bool
    ) -> None:
        """Issue tokens for the desk's partners; `public_url` is the address that partners know, without a final slash.

        `certificates` says whether a proxy tells us client certificates.

        :raises ConfigError: the address is neither https nor loopback.
        """
        super().__init__(query_client=self._client, save_token=self._keep)
        parts = urlsplit(public_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ConfigError("partners' programs need an https address", hint="set GATEWAY_PUBLIC_URL to it")
        self._desk = desk
        self._proofs = proofs
        self._clock = clock
        self._certificates = certificates
        self._issuer = public_url  # RFC 8414 wants a URL; the gateway's own name in messages is a host name
        self.endpoint = f"{public_url}/oauth/token"
        self._assertions = AssertionReader(desk, {TokenProfile.FAPI2: self._issuer, TokenProfile.NLGOV: self.endpoint})
        self.scopes_supported = [*SCOPES]
        self.register_client_auth_method(METHOD, self._authenticate)
        self.register_grant(Grant)
        lifetime = int(TOKEN_LIFETIME.total_seconds())
        self.register_token_generator(
            "default", BoundTokenGenerator(_new_token, None, lambda _client, _grant: lifetime)
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
        algorithms = sorted(set().union(*ALGORITHMS.values()))
        return {
            "issuer": self._issuer,
            "token_endpoint": self.endpoint,
            "jwks_uri": self._issuer + "/.well-known/jwks.json",
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": [METHOD],
            "token_endpoint_auth_signing_alg_values_supported": [*algorithms],
            "dpop_signing_alg_values_supported": [*PROOF_ALGORITHMS],
            "tls_client_certificate_bound_access_tokens": self._certificates,
            "scopes_supported": [*SCOPES],
        }

    def _client(self, partner_id: str) -> None:
        """Return nobody: who a client is comes from its assertion alone."""
        return

    def _keep(self, token: Mapping[str, object], request: OAuth2Request) -> None:
        client = request.client
        if not isinstance(client, Client):
            raise InvalidClientError
        grant = AccessGrant(
            client.partner_id,
            frozenset(str(token["scope"]).split()),
            client.binding,
            client.bound_to,
            self._clock() + TOKEN_LIFETIME,
        )
        kept = digest(str(token["access_token"]).encode())
        if not self._desk.store_token(kept, grant, signers=client.signers):
            raise unknown_client()  # a key was revoked while this was under way

    def _authenticate(self, _query_client: object, request: OAuth2Request) -> Client:
        """Return the partner that signed the assertion, with the key or certificate of this request.

        :raises InvalidDpopProofError: the proof is missing or not good.
        :raises InvalidClientError: always with the same words until the signature holds.
        """
        sent = request.payload.data if request.payload else {}
        if sent.get("client_assertion_type") != ASSERTION_TYPE:
            raise unknown_client()
        try:
            # Before the assertion is used up, and before it is known who asks: a bad proof tells nothing.
            proof = self._proofs.read() if HEADER in _flask_request().headers else None
            partner = self._assertions.read(sent.get("client_assertion", ""), sent.get("client_id"), self._clock())
            if partner.tokens.binding is Binding.MTLS:
                return _client_of(partner, self._certificate())
            if proof is None:
                raise ProofRefusedError  # noqa: TRY301  # a missing proof and a bad one get the same answer
            self._proofs.use_up(proof)
        except ProofRefusedError as exc:
            raise InvalidDpopProofError("the DPoP proof is missing, or not good for this request") from exc
        return _client_of(partner, proof.jkt)

    def _certificate(self) -> str:
        shown = thumbprint_of_request() if self._certificates else None
        if shown is None:
            raise InvalidClientError("the tokens of this client are bound to a TLS certificate, and none was shown")
        return shown


class _FormRequest(OAuth2Request):
    def __init__(self, flask_request: Request, uri: str) -> None:
        super().__init__(flask_request.method, uri, headers=dict(flask_request.headers))
        self.payload = BasicOAuth2Payload(flask_request.form.to_dict())


def _client_of(partner: Partner, bound_to: str) -> Client:
    signers = frozenset(key.kid for key in partner.keys if key.use == "sig")
    return Client(partner.id, partner.tokens.scopes, partner.tokens.binding, bound_to, signers)


def _flask_request() -> Request:
    return request


def _new_token(**_told: object) -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
