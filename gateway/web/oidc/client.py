"""One sign-in with one provider, on Authlib's Flask client: authorization code, PKCE S256, state and nonce.

A client lives for one request, so a provider's new keys and addresses are known at the next sign-in. What must survive
between leaving and coming back travels in a cookie of its own (`gateway.web.oidc.transit`), not in the session.
"""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App

from gateway.config.settings import LOOPBACK
from gateway.crypto.id_token import read_id_token
from gateway.errors import InvalidRequestError, SignatureInvalidError, TemporaryDeliveryError
from gateway.model.identity import IdentityProvider
from gateway.model.terms import Json
from gateway.web.oidc.transit import Transit

TIMEOUT = 10  # seconds
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_STATE = 200  # characters
# What a provider may answer instead of what it should: Authlib takes the form of its answers for granted.
NONSENSE = (requests.RequestException, AuthlibBaseError, ValueError, KeyError, TypeError, AttributeError)


class _Integration(FlaskIntegration):
    """Where Authlib keeps the state: in what our own cookie brought back."""

    def __init__(self, name: str, transit: Transit | None) -> None:
        super().__init__(name)
        self.transit = transit

    def get_state_data(self, session: object, state: str | None) -> dict[str, str] | None:
        del session
        known = self.transit
        if known is None or not state or not hmac.compare_digest(known.state.encode(), state.encode()):
            return None
        return {"code_verifier": known.verifier, "nonce": known.nonce}

    def clear_state_data(self, session: object, state: str | None) -> None:
        """Leave it: the cookie is taken back with the answer."""


class _App(FlaskOAuth2App):
    """Authlib's client, with the checks that it leaves to the provider's own word."""

    def __init__(self, provider: IdentityProvider, transit: Transit | None, now: Callable[[], float]) -> None:
        method = "none" if provider.client_secret is None else "client_secret_basic"
        super().__init__(
            _Integration(provider.id, transit),
            name=provider.id,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=provider.issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join(provider.scopes),
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": method,
                "default_timeout": TIMEOUT,
            },
        )
        self._provider = provider
        self._now = now

    def load_server_metadata(self) -> dict[str, object]:
        """Return the provider's metadata, once it is this provider's own (OpenID Connect Discovery section 4.3)."""
        told: dict[str, object] = super().load_server_metadata()
        safe = all(_is_safe(told.get(name)) for name in ENDPOINTS)
        if told.get("issuer") != self._provider.issuer or not safe:
            raise _unusable()
        return told

    def claims_of(self, id_token: str, nonce: str) -> Mapping[str, object]:
        """Return the claims of the ID token, checked by our own rules instead of the algorithms the provider names."""
        jwks: Json = json.loads(json.dumps(self.fetch_jwk_set()))
        return read_id_token(
            id_token,
            jwks=jwks,
            issuer=self._provider.issuer,
            client_id=self._provider.client_id,
            nonce=nonce,
            now=self._now(),
        )


def start(
    provider: IdentityProvider, callback: str, *, strong: bool, now: Callable[[], float] = time.time
) -> tuple[str, Transit]:
    """Return where the person goes to sign in, and what must come back with them.

    :param callback: our own address that the provider sends them back to.
    :param strong: ask for a strong sign-in, done now.
    :raises TemporaryDeliveryError: the provider does not answer, or not as it should.
    """
    # Also where it hardly limits anything: whoever asks for an age is told when the sign-in was (Core section 2).
    asks: dict[str, object] = {"max_age": int(provider.session.total_seconds())}
    if strong:
        asks = {"prompt": "login", "max_age": 0}
        if provider.strong.acr:
            asks["acr_values"] = " ".join(sorted(provider.strong.acr))
    try:
        made = _App(provider, None, now).create_authorization_url(callback, **asks)
    except NONSENSE as exc:
        raise _unusable() from exc
    return made["url"], Transit(provider.id, made["state"], made["nonce"], made["code_verifier"], strong=strong)


def finish(
    provider: IdentityProvider,
    callback: str,
    answer: Mapping[str, str],
    transit: Transit | None,
    *,
    now: Callable[[], float] = time.time,
) -> Mapping[str, object]:
    """Return the claims about the person whom the provider sent back with this answer.

    :raises InvalidRequestError: the answer is not of a sign-in that this browser began, or says that there was none.
    :raises SignatureInvalidError: the ID token does not hold.
    :raises TemporaryDeliveryError: the provider does not answer, or not as it should.
    """
    state, code = answer.get("state", ""), answer.get("code", "")
    ours = transit is not None and transit.provider == provider.id and len(state) <= LONGEST_STATE
    app = _App(provider, transit if ours else None, now)
    kept = app.framework.get_state_data(None, state)
    if kept is None:
        raise _not_begun_here()
    if answer.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: another provider's answer was mixed in
        raise _not_begun_here()
    if not code or "error" in answer:
        raise InvalidRequestError("the provider did not sign anybody in", hint="try again, or ask the administrator")
    try:
        token = app.fetch_access_token(  # type: ignore[no-untyped-call]  # Authlib has no types, and its stubs forgot it
            callback, code=code, code_verifier=kept["code_verifier"]
        )
        if not isinstance(token, Mapping) or "id_token" not in token:
            raise SignatureInvalidError("the provider sent no ID token", hint="sign in again")
        return app.claims_of(str(token["id_token"]), kept["nonce"])
    except AuthlibBaseError as exc:
        raise InvalidRequestError("the provider does not know this sign-in", hint="sign in again") from exc
    except NONSENSE as exc:
        raise _unusable() from exc


def sign_out_address(provider: IdentityProvider, back: str, *, now: Callable[[], float] = time.time) -> str | None:
    """Return where the person also signs out of the provider (OpenID Connect RP-Initiated Logout), if it can be done.

    The ID token is not sent as a hint: an address is no place for what it holds.
    """
    try:
        told = _App(provider, None, now).load_server_metadata().get("end_session_endpoint")
    except (*NONSENSE, TemporaryDeliveryError):
        return None
    if not _is_safe(told):
        return None
    return f"{told}?" + urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})


def _is_safe(address: object) -> bool:
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _not_begun_here() -> InvalidRequestError:
    return InvalidRequestError("this sign-in was not begun in this browser", hint="begin at the sign-in page")


def _unusable() -> TemporaryDeliveryError:
    return TemporaryDeliveryError(
        "the identity provider does not answer, or not as it should", hint="try again; then call the administrator"
    )
