"""The HTTP side of the kit: a token, the inbox, an envelope, a receipt."""

import datetime as dt
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import requests
from requests.auth import AuthBase

from gateway.crypto.dpop import access_token_hash, sign_proof
from gateway.crypto.jwk import PrivateJwk, generate_signing_key
from gateway.crypto.jws import sign
from gateway.errors import (
    NotFoundError,
    NotWitnessedError,
    PermanentDeliveryError,
    SignatureInvalidError,
    TemporaryDeliveryError,
)
from gateway.log.envelope import Envelope
from gateway.model.terms import Json
from gateway.partner.config import KitConfig

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME = dt.timedelta(minutes=1)
TIMEOUTS = (5.0, 30.0)  # seconds to connect, and between two bytes of the answer
LARGEST = 4 * 1024 * 1024  # bytes of an answer
MESSAGE_ID = re.compile(r"[0-9a-f]{32}")
STATE = re.compile(r"[a-z_]{1,32}")
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,4096}=*")  # RFC 9449 section 7.1
SCOPE = "inbox receipts"
CODE = re.compile(r"[a-z_]{1,40}")
TEMPORARY = 500  # this status and above; 429 as well
TOO_MANY, ABSENT, UNAVAILABLE = 429, 404, 503

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in the inbox. The id is 32 hex digits, so it is safe as a file name."""

    id: str
    state: str


class GatewayClient:
    """Speaks to one gateway as one partner. Every answer is checked and of limited size; redirects are not followed."""

    def __init__(self, config: KitConfig, key: PrivateJwk, *, clock: Clock) -> None:
        """Sign in with the partner's signing key when the first call needs it."""
        self._config = config
        self._key = key
        self._clock = clock
        self._session = requests.Session()
        # A key of this run alone holds the token: it is never written, so a token that leaks is of no use.
        self._holder = generate_signing_key()
        self._token: str | None = None

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def inbox(self) -> Sequence[Listed]:
        """Return this partner's messages, oldest first.

        :raises TemporaryDeliveryError: the gateway cannot be reached or is busy.
        :raises PermanentDeliveryError: it refused, or its answer has not the agreed form.
        """
        told = self._call("GET", "/api/v1/inbox", token=self._signed_in())
        messages = told.get("messages")
        if not isinstance(messages, list):
            raise _odd()
        return [_listed(message) for message in messages]

    def envelope(self, message_id: str) -> Envelope:
        """Return one message with its proof, unverified.

        :raises NotFoundError: it is not there (any more).
        :raises NotWitnessedError: the log's witnesses have not seen it yet: fetch again later.
        """
        told = self._call("GET", f"/api/v1/inbox/{_checked(message_id)}", token=self._signed_in())
        try:
            return Envelope.from_json(json.dumps(told))
        except SignatureInvalidError as exc:
            raise _odd() from exc

    def send_receipt(self, message_id: str, receipt: str) -> int:
        """Hand a signed receipt over and return the index of the log entry that records it."""
        told = self._call(
            "POST", f"/api/v1/inbox/{_checked(message_id)}/receipts", token=self._signed_in(), body={"receipt": receipt}
        )
        index = told.get("leaf_index")
        if isinstance(index, bool) or not isinstance(index, int) or index < 0:
            raise _odd()
        return index

    def _signed_in(self) -> str:
        if self._token is None:
            form = {
                "grant_type": "client_credentials",
                "scope": SCOPE,
                "client_id": self._config.id,
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self._assertion(),
            }
            told = self._call("POST", "/oauth/token", form=form)
            token = told.get("access_token")
            if not isinstance(token, str) or not TOKEN.fullmatch(token) or told.get("token_type") != "DPoP":
                raise _odd()
            self._token = token
        return self._token

    def _assertion(self) -> str:
        now = int(self._clock().timestamp())
        claims: dict[str, Json] = {
            "iss": self._config.id,
            "sub": self._config.id,
            "aud": self._config.gateway,
            "jti": secrets.token_hex(16),
            "iat": now,
            "exp": now + int(ASSERTION_LIFETIME.total_seconds()),
        }
        return sign(json.dumps(claims).encode(), typ="JWT", key=self._key)

    def _proof(self, method: str, path: str, token: str | None) -> str:
        """Return a proof for this one request (RFC 9449 section 4.2)."""
        claims: dict[str, Json] = {
            "jti": secrets.token_hex(16),
            "htm": method,
            "htu": self._config.gateway + path,
            "iat": int(self._clock().timestamp()),
        }
        return sign_proof(claims if token is None else {**claims, "ath": access_token_hash(token)}, self._holder)

    def _call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        form: dict[str, str] | None = None,
        body: dict[str, Json] | None = None,
    ) -> dict[str, Json]:
        headers = {"Accept": "application/json", "DPoP": self._proof(method, path, token)}
        try:
            with self._session.request(
                method,
                self._config.gateway + path,
                data=form,
                json=body,
                auth=_Token(token),
                timeout=TIMEOUTS,
                allow_redirects=False,
                stream=True,
                headers=headers,
            ) as answer:
                content = _limited(answer)
                status = answer.status_code
        except requests.RequestException as exc:
            raise TemporaryDeliveryError(
                "the gateway cannot be reached", hint="look at `gateway` in partner.yaml and try again later"
            ) from exc
        return _read(status, content)


class _Token(AuthBase):
    """Keeps requests from putting a password of ~/.netrc in the place of the token, or where there is none yet."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            prepared.headers["Authorization"] = f"DPoP {self._token}"
        return prepared


def _limited(answer: requests.Response) -> bytes:
    content = b""
    for chunk in answer.iter_content(65536):
        content += chunk
        if len(content) > LARGEST:
            raise PermanentDeliveryError("the gateway's answer is too large", hint="ask its administrator to look")
    return content


def _read(status: int, content: bytes) -> dict[str, Json]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if status in {200, 201}:
        if not isinstance(told, dict):
            raise _odd()
        return told
    code = told.get("code", told.get("error")) if isinstance(told, dict) else None
    if status == UNAVAILABLE and code == NotWitnessedError.code:
        raise NotWitnessedError(
            "the witnesses of the log have not seen this message yet", hint="fetch it again in a few minutes"
        )
    reason = f" ({code})" if isinstance(code, str) and CODE.fullmatch(code) else ""
    if status >= TEMPORARY or status == TOO_MANY:
        raise TemporaryDeliveryError(f"the gateway answered {status}{reason}", hint="try again later")
    if status == ABSENT:
        raise NotFoundError("there is no such message", hint="fetch again for the messages that wait for you")
    raise PermanentDeliveryError(
        f"the gateway refused with {status}{reason}", hint="look at the id and keys in partner.yaml and at your clock"
    )


def _listed(message: Json) -> Listed:
    told = message if isinstance(message, dict) else {}
    found, state = told.get("id"), told.get("state")
    if not isinstance(found, str) or not isinstance(state, str) or not STATE.fullmatch(state):
        raise _odd()
    return Listed(_checked(found), state)


def _checked(message_id: str) -> str:
    # It becomes part of a URL and of a file name.
    if not MESSAGE_ID.fullmatch(message_id):
        raise PermanentDeliveryError(
            "a message id is not 32 hex digits", hint="ask the gateway's administrator to look"
        )
    return message_id


def _odd() -> PermanentDeliveryError:
    return PermanentDeliveryError(
        "the gateway's answer has not the agreed form", hint="look whether `gateway` in partner.yaml is right"
    )
