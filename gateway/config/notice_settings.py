"""The settings of notices and of the receipts that are owed, read apart from the others (docs/settings.md)."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
SOURCE = re.compile(r"urn:nld:[a-z]+:[A-Za-z0-9.:-]{1,150}\Z")
RECEIPTS_DUE = re.compile(r"([1-9][0-9]{0,4}) minutes urgent, ([1-9][0-9]{0,2}) days otherwise\Z")
SECURITY = {"smtp+starttls": ("starttls", 587), "smtps": ("tls", 465), "smtp": ("none", 25)}


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """Where e-mail is handed in: `security` is starttls, tls or none."""

    host: str
    port: int
    security: str
    user: str = ""


def read_smtp(text: str) -> SmtpAddress:
    """Return the parts of GATEWAY_SMTP.

    :raises ValueError: it is not `smtp+starttls://`, `smtps://`, or `smtp://` to this machine.
    """
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme not in SECURITY or not host or parts.password or parts.query or parts.fragment:
        raise ValueError("no address of a mail server")
    if parts.path not in {"", "/"} or (parts.scheme == "smtp" and host not in LOOPBACK):
        raise ValueError("e-mail leaves this machine over TLS only")
    security, port = SECURITY[parts.scheme]
    return SmtpAddress(host, parts.port or port, security, parts.username or "")


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What notices need. Without `smtp` no e-mail is sent, without `source` no webhook is told.

    `ca` is a file with certificates that are trusted beside those of the system. `receipts_due` is as RECEIPTS_DUE.
    `deputies` is told beside `approvers` while somebody has a deputy; both again after `remind_hours`.
    """

    smtp: SmtpAddress | None = None
    password_file: Path | None = None
    sender: str = ""
    team: str | None = None
    approvers: str | None = None
    officer: str | None = None
    deputies: str | None = None
    remind_hours: int = 24
    source: str | None = None
    ca: Path | None = None
    receipts_due: str = "60 minutes urgent, 3 days otherwise"
