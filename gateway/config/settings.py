"""The settings of one process: read once from GATEWAY_* variables, checked together, then frozen.

Secrets are paths without a default; no value is ever repeated in a message, because a value may be a secret.
"""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from gateway.config.notice_settings import EMAIL, RECEIPTS_DUE, SOURCE, NoticeSettings, read_smtp
from gateway.errors import ConfigError

PREFIX = "GATEWAY_"
NOT_OURS = frozenset({"GATEWAY_REQUIRE_ALL"})  # read by the tests and the Makefile, never by the program
PROJECT = Path(__file__).resolve().parents[2]
LEVELS = ("debug", "info", "warning", "error")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+\Z")
MUNICIPALITY = re.compile(r"[a-z][a-z0-9-]*\Z")
RATE = re.compile(r"[1-9][0-9]* per ([1-9][0-9]* )?(second|minute|hour|day)\Z")
UNWITNESSED = re.compile(r"[1-9][0-9]{0,5} entries, [1-9][0-9]{0,4} minutes\Z")
PHONE = re.compile(r"[+0-9][0-9 ()-]{2,24}\Z")
DRAFT_HOURS = range(1, 7 * 24 + 1)
BODY_LIMITS = range(1024, 16 * 1024 * 1024 + 1)


class Setting(NamedTuple):
    """One row of docs/settings.md: the variable, its default as written there, and what it means."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("GATEWAY_HOME", "./var", "the folder of everything that this process keeps"),
    Setting("GATEWAY_DATABASE_URL", "sqlite:///<home>/gateway.sqlite", "SQLite in a file, or PostgreSQL"),
    Setting("GATEWAY_KEYS", "<home>/keys", "the folder with the sealed keyring and the public documents beside it"),
    Setting("GATEWAY_POLICIES", "policies/ beside the package", "the folder with the policy bundle"),
    Setting("GATEWAY_MUNICIPALITY", "hilversum", "whose own rules restrict the policy: a folder under municipal/"),
    Setting(
        "GATEWAY_POLICY_APPROVERS",
        "<keys>/policy.approvers",
        "the verifier keys of those who may approve a policy, one on a line",
    ),
    Setting("GATEWAY_PARTNERS", "partners.yaml beside the package", "the file that names the partners and their keys"),
    Setting("GATEWAY_PASSPHRASE_FILE", "none", "a file, readable by the gateway alone, that opens the keyring"),
    Setting(
        "GATEWAY_BACKUP_PASSPHRASE_FILE", "none", "another such file, that seals backups; without it there are none"
    ),
    Setting(
        "GATEWAY_METRICS_TOKEN_FILE",
        "none",
        "a file with the bearer token for /metrics; without it there is no /metrics",
    ),
    Setting(
        "GATEWAY_WITNESSES",
        "none",
        "a C2SP trust policy: the log's key, its witnesses with their addresses, and the quorum it asks for",
    ),
    Setting(
        "GATEWAY_MAX_UNWITNESSED",
        "50 entries, 15 minutes",
        "how far and how long the log may be ahead of its witnesses before nothing but the urgent is released",
    ),
    Setting("GATEWAY_ISSUER", "disclosure-gateway.hilversum.example", "the name that signs, as partners know it"),
    Setting("GATEWAY_PUBLIC_URL", "http://127.0.0.1:8080", "where partners reach it; https except on this machine"),
    Setting(
        "GATEWAY_OIDC",
        "none",
        "a YAML file: the identity providers that people sign in with, and which claims give which role",
    ),
    Setting(
        "GATEWAY_PROXY",
        "none",
        "the address from which the proxy in front connects: only it may tell a sender's address and certificate",
    ),
    Setting("GATEWAY_DEMO", "0", "1 = invented data and weak demo keys; never with real cases"),
    Setting(
        "GATEWAY_SMTP",
        "none",
        "where e-mail is handed in: smtp+starttls://user@host:587 or smtps://; without it no e-mail is sent",
    ),
    Setting("GATEWAY_SMTP_PASSWORD_FILE", "none", "a file with the password of the user in GATEWAY_SMTP"),
    Setting("GATEWAY_MAIL_FROM", "none", "the address that notices come from; needed with GATEWAY_SMTP"),
    Setting("GATEWAY_TEAM_EMAIL", "none", "the team's own mailbox: told when a receipt is missing or refused"),
    Setting("GATEWAY_APPROVERS_EMAIL", "none", "the approvers' mailbox: told when something waits for an approval"),
    Setting("GATEWAY_OFFICER_EMAIL", "none", "the privacy officer's mailbox: told when the team asks for a rule"),
    Setting("GATEWAY_DEPUTIES_EMAIL", "none", "the deputies' mailbox: told as well while somebody has a deputy"),
    Setting("GATEWAY_APPROVALS_REMIND", "24", "hours (1 to 720) after which approvers and deputies are told again"),
    Setting(
        "GATEWAY_EVENT_SOURCE",
        "none",
        "the `source` of CloudEvents, as urn:nld:oin:<OIN>:systeem:<name>; without it no webhook is told",
    ),
    Setting("GATEWAY_NOTICE_CA", "none", "certificates (PEM) to trust as well, for the mail server and webhooks"),
    Setting(
        "GATEWAY_RECEIPTS_DUE",
        "60 minutes urgent, 3 days otherwise",
        "when a message without any receipt is chased, and again after as long",
    ),
    Setting("GATEWAY_DRAFT_HOURS", "24", "how long a request that somebody is still typing is kept (1 to 168)"),
    Setting("GATEWAY_BODY_LIMIT", "65536", "the largest request body, in bytes (1024 to 16777216)"),
    Setting("GATEWAY_RATE_LIMIT", "300 per minute", "requests per address: a number per second, minute, hour or day"),
    Setting("GATEWAY_LETTER_PHONE", "14 035", "the number in letters to private persons, whom they may call"),
    Setting("GATEWAY_FG_PHONE", "14 035", "the FG's number, shown to staff beside every refusal"),
    Setting("GATEWAY_LOG_LEVEL", "info", "debug, info, warning or error"),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and how far callers may go.

    `body_limit` is in bytes, `rate_limit` as RATE says, `max_unwitnessed` as UNWITNESSED says.
    """

    home: Path
    database_url: str = field(repr=False)  # a PostgreSQL URL may hold a password
    keys: Path
    policies: Path
    municipality: str
    policy_approvers: Path
    partners: Path
    passphrase_file: Path | None
    backup_passphrase_file: Path | None
    metrics_token_file: Path | None
    witnesses: Path | None
    max_unwitnessed: str
    issuer: str
    public_url: str
    oidc: Path | None
    proxy: str | None
    demo: bool
    draft_hours: int
    body_limit: int
    rate_limit: str
    letter_phone: str
    fg_phone: str
    log_level: str
    notices: NoticeSettings = field(default=NoticeSettings())

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings, or raise one ConfigError that lists every problem at once."""
        reader = _Reader(environ)
        home = reader.path("GATEWAY_HOME", Path(_DEFAULTS["GATEWAY_HOME"]))
        keys = reader.path("GATEWAY_KEYS", home / "keys")
        settings = cls(
            home=home,
            database_url=reader.database_url(home),
            keys=keys,
            policies=reader.path("GATEWAY_POLICIES", PROJECT / "policies"),
            municipality=reader.matching("GATEWAY_MUNICIPALITY", MUNICIPALITY, "a name in lower case"),
            policy_approvers=reader.path("GATEWAY_POLICY_APPROVERS", keys / "policy.approvers"),
            partners=reader.path("GATEWAY_PARTNERS", PROJECT / "partners.yaml"),
            passphrase_file=reader.optional_path("GATEWAY_PASSPHRASE_FILE"),
            metrics_token_file=reader.optional_path("GATEWAY_METRICS_TOKEN_FILE"),
            backup_passphrase_file=reader.optional_path("GATEWAY_BACKUP_PASSPHRASE_FILE"),
            witnesses=reader.optional_path("GATEWAY_WITNESSES"),
            max_unwitnessed=reader.matching("GATEWAY_MAX_UNWITNESSED", UNWITNESSED, 'like "50 entries, 15 minutes"'),
            issuer=reader.matching("GATEWAY_ISSUER", HOST_NAME, "a host name in lower case"),
            public_url=reader.public_url(),
            oidc=reader.optional_path("GATEWAY_OIDC"),
            proxy=reader.address("GATEWAY_PROXY"),
            demo=reader.one_of("GATEWAY_DEMO", ("0", "1")) == "1",
            draft_hours=reader.number("GATEWAY_DRAFT_HOURS", DRAFT_HOURS),
            body_limit=reader.number("GATEWAY_BODY_LIMIT", BODY_LIMITS),
            rate_limit=reader.matching("GATEWAY_RATE_LIMIT", RATE, 'like "300 per minute"'),
            letter_phone=reader.matching("GATEWAY_LETTER_PHONE", PHONE, "a telephone number"),
            fg_phone=reader.matching("GATEWAY_FG_PHONE", PHONE, "a telephone number"),
            log_level=reader.one_of("GATEWAY_LOG_LEVEL", LEVELS),
            notices=reader.notices(),
        )
        reader.finish()
        return settings


class _Reader:
    """Reads one variable after another and remembers what is wrong instead of stopping at the first fault."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
        self._problems: list[str] = []
        for name in sorted(self._given.keys() - _DEFAULTS.keys() - NOT_OURS):
            near = difflib.get_close_matches(name, _DEFAULTS, n=1)
            self._problems.append(f"{name} is not a setting" + (f" (did you mean {near[0]}?)" if near else ""))
        for name in sorted(self._given.keys() & _DEFAULTS.keys()):
            if not self._given[name].strip():
                # An empty value is more often a forgotten one than a wish for the default.
                self._problems.append(f"{name} is empty")
                del self._given[name]

    def text(self, name: str) -> str:
        return self._given.get(name, _DEFAULTS[name])

    def path(self, name: str, default: Path) -> Path:
        return self.optional_path(name) or default

    def optional_path(self, name: str) -> Path | None:
        value = self._given.get(name)
        if value is None:
            return None
        if "\0" in value:
            self._problems.append(f"{name} must be a path")
            return None
        return Path(value)

    def matching(self, name: str, pattern: re.Pattern[str], wanted: str) -> str:
        value = self.text(name)
        if pattern.match(value) is None:
            self._problems.append(f"{name} must be {wanted}")
        return value

    def optional_matching(self, name: str, pattern: re.Pattern[str], wanted: str) -> str | None:
        return self.matching(name, pattern, wanted) if name in self._given else None

    def notices(self) -> NoticeSettings:
        smtp = None
        if "GATEWAY_SMTP" in self._given:
            try:
                smtp = read_smtp(self._given["GATEWAY_SMTP"])
            except ValueError:
                self._problems.append("GATEWAY_SMTP must be smtp+starttls:// or smtps:// and a host")
            if "GATEWAY_MAIL_FROM" not in self._given:
                self._problems.append("GATEWAY_SMTP needs GATEWAY_MAIL_FROM")
        address = "an e-mail address"
        return NoticeSettings(
            smtp=smtp,
            password_file=self.optional_path("GATEWAY_SMTP_PASSWORD_FILE"),
            sender=self.optional_matching("GATEWAY_MAIL_FROM", EMAIL, address) or "",
            team=self.optional_matching("GATEWAY_TEAM_EMAIL", EMAIL, address),
            approvers=self.optional_matching("GATEWAY_APPROVERS_EMAIL", EMAIL, address),
            officer=self.optional_matching("GATEWAY_OFFICER_EMAIL", EMAIL, address),
            deputies=self.optional_matching("GATEWAY_DEPUTIES_EMAIL", EMAIL, address),
            remind_hours=self.number("GATEWAY_APPROVALS_REMIND", range(1, 721)),
            source=self.optional_matching("GATEWAY_EVENT_SOURCE", SOURCE, "like urn:nld:oin:<OIN>:systeem:<name>"),
            ca=self.optional_path("GATEWAY_NOTICE_CA"),
            receipts_due=self.matching(
                "GATEWAY_RECEIPTS_DUE", RECEIPTS_DUE, 'like "60 minutes urgent, 3 days otherwise"'
            ),
        )

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in choices:
            self._problems.append(f"{name} must be one of {', '.join(choices)}")
        return value

    def number(self, name: str, allowed: range) -> int:
        value = self.text(name)
        if re.fullmatch(r"[0-9]{1,9}", value) and int(value) in allowed:
            return int(value)
        self._problems.append(f"{name} must be a whole number from {allowed.start} to {allowed.stop - 1}")
        return allowed.start

    def address(self, name: str) -> str | None:
        value = self._given.get(name)
        if value is None:
            return None
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            self._problems.append(f"{name} must be an IP address")
            return None

    def database_url(self, home: Path) -> str:
        value = self._given.get("GATEWAY_DATABASE_URL")
        if value is None:
            return f"sqlite:///{home / 'gateway.sqlite'}"
        scheme, colon, rest = value.partition("://")
        in_file = scheme == "sqlite" and rest.strip("/") not in {"", ":memory:"}
        served = scheme in {"postgresql", "postgresql+psycopg"} and rest != ""
        if not colon or not (in_file or served):
            self._problems.append("GATEWAY_DATABASE_URL must be sqlite:///<file> or postgresql://<server>/<database>")
        return value

    def public_url(self) -> str:
        name = "GATEWAY_PUBLIC_URL"
        value = self.text(name)
        try:
            parts = urlsplit(value)
            host, _port = parts.hostname, parts.port  # reading the port checks it
        except ValueError:
            self._problems.append(f"{name} must be an http or https address")
            return value
        if parts.scheme not in {"http", "https"} or not host:
            self._problems.append(f"{name} must be an http or https address")
        elif parts.scheme == "http" and host not in LOOPBACK:
            self._problems.append(f"{name} must use https, except on this machine")
        if parts.username or parts.password or parts.query or parts.fragment or parts.path not in {"", "/"}:
            self._problems.append(f"{name} must hold no more than scheme, host and port")
        return value.rstrip("/")

    def finish(self) -> None:
        if self._problems:
            raise ConfigError("; ".join(self._problems), hint="docs/settings.md lists every setting and its default")
