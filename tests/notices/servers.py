"""Real servers on this machine: a mail server (aiosmtpd), a partner's receiver of events, and one that hangs."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateway.model.terms import Json, members


@dataclass
class Mailbox:
    """What arrived: bytes as they came in, and whether TLS was on. `refuse` is answered to every recipient instead."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    refuse: str = ""
    at_once: bool = False
    on_mail: Callable[[], None] | None = None  # done before a mail is answered for

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        self.mails.append(envelope.original_content or b"")
        self.recipients.append(list(envelope.rcpt_tos))
        self.secure.append(self.at_once or session.ssl is not None)
        if self.on_mail is not None:
            self.on_mail()
        return "250 OK"

    def parsed(self) -> list[Message]:
        """Return the mails as messages."""
        return [message_from_bytes(mail) for mail in self.mails]


@contextmanager
def mail_server(
    context: ssl.SSLContext | None = None, *, at_once: bool = False, login: tuple[str, str] | None = None
) -> Iterator[Mailbox]:
    """Run a mail server: plain, with STARTTLS (`context`), or with TLS from the start (`at_once`)."""
    box = Mailbox(at_once=at_once)

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: object) -> AuthResult:
        given = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode())
        box.users.append(str(given[0]) if given else "")
        return AuthResult(success=given == login, handled=False)  # the server answers: 535 when it is wrong

    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        ready_timeout=60,
        ssl_context=context if at_once else None,
        tls_context=None if at_once else context,
        require_starttls=context is not None and not at_once,
        authenticator=authenticate if login else None,
        auth_required=login is not None,
        auth_require_tls=not at_once,  # aiosmtpd knows of STARTTLS only
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Receiver:
    """A partner's address for events: what was asked of it. It answers `status`, with these fields and body."""

    port: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    fields: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def events(self) -> list[dict[str, Json]]:
        """Return the events."""
        return [members(json.loads(body)) for _, _, body in self.requests]


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run a receiver of events, over TLS with a `context`."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            kept.requests.append((self.path, dict(self.headers.items()), self.rfile.read(length)))
            self.send_response(kept.status)
            for name, value in kept.fields.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(kept.body)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    kept.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def hanging_server() -> Iterator[int]:
    """Run a server that takes connections, and never says a word; give its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]
