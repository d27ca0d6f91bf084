"""The member `notices` of a partner in partners.yaml: how it wants to be told that something waits."""

import ipaddress
import re
from urllib.parse import urlsplit

from gateway.model.notices import NoticeWishes
from gateway.model.terms import Json

LONGEST = 300  # characters of an address
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
# The last label has a letter: a number in any spelling (decimal, octal, hexadecimal) is an address, and no name.
_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?\Z")
_PRINTABLE = re.compile(r"[!-~]+\Z")


def read_notices(value: Json) -> NoticeWishes:
    """Return a partner's wishes; None: an e-mail to the desk of its contact.

    :raises ValueError: anything is unknown or malformed; the message holds no value.
    """
    if value is None:
        return NoticeWishes()
    if not isinstance(value, dict) or not set(value) <= {"email", "webhook"}:
        raise ValueError("notices: only `email` and `webhook` are expected")
    by_email, webhook = value.get("email", True), value.get("webhook")
    if not isinstance(by_email, bool):
        raise ValueError("notices.email: true or false is expected")  # noqa: TRY004  # one kind of fault for the caller
    if webhook is not None and not (isinstance(webhook, str) and _is_address(webhook)):
        raise ValueError("notices.webhook: an https address with a host name is expected, without user or fragment")
    return NoticeWishes(by_email, webhook)


def _is_address(url: str) -> bool:
    """Say whether notices may ever go there. What its name leads to is looked at each time one is sent."""
    if len(url) > LONGEST or not _PRINTABLE.match(url):
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.fragment or "\\" in url or port == 0:
        return False
    if parts.scheme == "http":  # of this machine, for a demonstration; the gateway refuses it otherwise
        return host in LOOPBACK
    if parts.scheme != "https" or _is_number(host):
        return False
    return host in LOOPBACK or _NAME.match(host) is not None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return host not in LOOPBACK
