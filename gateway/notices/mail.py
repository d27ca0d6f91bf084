"""The notice for people: an e-mail whose words are always the same, in Dutch and English, without a link.

Whoever reads it on the way, in a shared mailbox or on a lock screen, learns that something waits, and nothing else.
There is no link because a real one would teach people to follow a false one.
"""

import datetime as dt
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

from gateway.errors import PermanentDeliveryError, TemporaryDeliveryError
from gateway.notices.deadline import deadline

TIMEOUT = 10.0  # seconds to connect, and between two bytes
LONGEST = 30.0  # seconds for the whole conversation
NO_SUCH_MAILBOX = range(550, 554)
SUBJECT = "Er staat iets voor u klaar / Something is waiting for you"
BODY = """\
Er staat iets voor u klaar. Meld u aan zoals u gewend bent om het te zien.
In deze e-mail staat met opzet geen link. Antwoorden kan niet.

Something is waiting for you. Sign in as you always do to see it.
This e-mail has no link, on purpose. You cannot reply to it.
"""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed in: `security` is "starttls", "tls" or "none" (only on this machine)."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


def compose(notice_id: str, at: dt.datetime, *, sender: str, to: str) -> EmailMessage:
    """Return the e-mail. Its Message-ID is the notice's random id, the same at each try."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = SUBJECT
    mail["Date"] = format_datetime(at.astimezone(dt.UTC).replace(second=0, microsecond=0))
    mail["Message-ID"] = f"<{notice_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(BODY)
    return mail


@dataclass(frozen=True, slots=True)
class MailSender:
    """Hands e-mails in at one server, one connection for each."""

    server: MailServer
    sender: str
    context: ssl.SSLContext | None = None
    timeout: float = TIMEOUT
    longest: float = LONGEST

    def send(self, notice_id: str, at: dt.datetime, to: str) -> None:
        """Hand one notice in.

        :raises TemporaryDeliveryError: the server does not take it now, or is not who it should be: try again later.
        :raises PermanentDeliveryError: it says that there is no such mailbox, or it is no address.
        """
        try:
            mail = compose(notice_id, at, sender=self.sender, to=to)
        except ValueError:
            raise PermanentDeliveryError(
                "the address for notices has not the form of one", hint="correct it in partners.yaml"
            ) from None
        try:
            self._hand_in(mail)
        except smtplib.SMTPRecipientsRefused as exc:
            codes = [code for code, _ in exc.recipients.values()]
            if all(code in NO_SUCH_MAILBOX for code in codes):
                raise PermanentDeliveryError(
                    "the mail server does not know the address for notices", hint="correct it in partners.yaml"
                ) from None  # the server's own words hold the address
            raise _busy() from None
        except (smtplib.SMTPException, OSError, ValueError):
            raise _busy() from None

    def _hand_in(self, mail: EmailMessage) -> None:
        context = self.context or ssl.create_default_context()
        tls = self.server.security == "tls"
        name = self.sender.rpartition("@")[2]  # given, or it would ask the network for this machine's own
        client = (
            smtplib.SMTP_SSL(local_hostname=name, timeout=self.timeout, context=context)
            if tls
            else smtplib.SMTP(local_hostname=name, timeout=self.timeout)
        )
        # smtplib checks a certificate against this name, which its constructor takes only together with connecting.
        client._host = self.server.host  # type: ignore[attr-defined]  # noqa: SLF001
        current: Callable[[], socket.socket | None] = lambda: client.sock  # noqa: E731
        with deadline(self.longest, current):
            try:
                client.connect(self.server.host, self.server.port)
                if self.server.security == "starttls":
                    client.starttls(context=context)
                if self.server.user:
                    client.login(self.server.user, self.server.password)
                client.send_message(mail)
            finally:
                client.close()


def _busy() -> TemporaryDeliveryError:
    return TemporaryDeliveryError("the mail server does not take notices", hint="look at GATEWAY_SMTP and the server")
