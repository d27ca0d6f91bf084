"""Sends an event to a partner's own address: signed, to the very address that was looked at, and without redirects."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateway.crypto.http_signature import sign_request
from gateway.crypto.jwk import PrivateJwk
from gateway.errors import PermanentDeliveryError, TemporaryDeliveryError
from gateway.notices.address import resolve
from gateway.notices.deadline import deadline
from gateway.notices.event import CONTENT_TYPE

TIMEOUT = 5.0  # seconds to connect, and between two bytes
LONGEST = 15.0  # seconds for the whole conversation
GONE = 410  # the address was given up by its owner
USER_AGENT = "disclosure-gateway"


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's address, taken apart."""

    url: str
    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> "Target":
        """Return the parts of an address that partners.yaml accepted."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(url, secure, parts.hostname or "", parts.port or (443 if secure else 80), path)


@dataclass(frozen=True, slots=True)
class WebhookSender:
    """What it takes to send events. `loopback` allows this machine, and http there: for demonstrations and tests.

    `context` says which certificates are trusted; None: those of the system. `timeout` and `longest` are in seconds.
    """

    key: PrivateJwk = field(repr=False)
    loopback: bool = False
    context: ssl.SSLContext | None = None
    timeout: float = TIMEOUT
    longest: float = LONGEST

    def send(self, url: str, body: bytes, *, created: int) -> None:
        """Post the event once; its answer is read no further than its status.

        :raises TemporaryDeliveryError: it did not answer with success: try again later.
        :raises PermanentDeliveryError: the address is not one to send to: a person must look.
        """
        target = Target.of(url)
        if not target.secure and not self.loopback:
            raise PermanentDeliveryError(
                "a notice leaves over https only",
                hint="ask the partner for an https address, and correct partners.yaml",
            )
        addresses = resolve(target.host, target.port, loopback=self.loopback)
        signed = sign_request(
            method="POST", url=url, content_type=CONTENT_TYPE, body=body, created=created, key=self.key
        )
        try:
            status = self._post(target, addresses[0], body, signed)
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise TemporaryDeliveryError("the partner's address for notices does not answer", hint="wait") from exc
        if status == GONE:
            raise PermanentDeliveryError(
                "the partner's address for notices is gone", hint="ask the partner for its new one"
            )
        if not 200 <= status <= 299:
            raise TemporaryDeliveryError("the partner's address for notices refused it", hint="wait")

    def _post(self, target: Target, address: str, body: bytes, signed: Mapping[str, str]) -> int:
        held: list[socket.socket] = []
        with deadline(self.longest, lambda: held[-1] if held else None):
            connection = _Pinned(target, address, self)
            try:
                connection.connect()
                held.append(connection.sock)
                headers = {"Content-Type": CONTENT_TYPE, "User-Agent": USER_AGENT, "Connection": "close", **signed}
                connection.request("POST", target.path, body=body, headers=headers)
                return connection.getresponse().status
            finally:
                connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one numeric address, whose certificate must be of the host's name."""

    def __init__(self, target: Target, address: str, sender: WebhookSender) -> None:
        super().__init__(target.host, target.port, timeout=sender.timeout)
        self.default_port = 443 if target.secure else 80  # so that Host names the port only when it is another
        self._target = target
        self._address = address
        self._sender = sender

    def connect(self) -> None:
        """Connect to the address that was looked at; the name is for the certificate alone."""
        plain = socket.create_connection((self._address, self._target.port), self._sender.timeout)
        if not self._target.secure:
            self.sock = plain
            return
        context = self._sender.context or ssl.create_default_context()
        try:
            self.sock = context.wrap_socket(plain, server_hostname=self._target.host)
        except BaseException:
            plain.close()
            raise
