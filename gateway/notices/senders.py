"""The ways out of this gateway, made from its settings; an address is looked up at the moment of sending."""

import datetime as dt
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gateway.config.settings import Settings
from gateway.crypto.jwk import PrivateJwk
from gateway.errors import ConfigError, PermanentDeliveryError
from gateway.model.notices import APPROVERS, DEPUTIES, OFFICER, SUBSTITUTE, TEAM, Channel, Channels
from gateway.model.partner import Partner
from gateway.notices.event import event
from gateway.notices.mail import MailSender, MailServer
from gateway.notices.webhook import Target, WebhookSender
from gateway.store.notice_ports import StoredNotice


def channels_of(settings: Settings, partners: Mapping[str, Partner]) -> Channels:
    """Return the ways that the settings open.

    :raises ConfigError: a partner's address for notices is of this machine, which only a demo may use.
    """
    if not settings.demo and any(_is_here(partner.notices.webhook) for partner in partners.values()):
        raise ConfigError(
            "partners.yaml has an address for notices without https, or on this machine",
            hint="ask the partner for an https address; GATEWAY_DEMO=1 allows it for a demonstration",
        )
    told = settings.notices
    email = told.smtp is not None
    return Channels(
        email=email,
        webhook=told.source is not None,
        team=email and told.team is not None,
        approvers=email and told.approvers is not None,
        officer=email and told.officer is not None,
        deputies=email and told.deputies is not None,
        remind_after=dt.timedelta(hours=told.remind_hours),
    )


def _is_here(url: str | None) -> bool:
    return url is not None and (not Target.of(url).secure or Target.of(url).host in {"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True)
class Senders:
    """Finds the address of a notice's recipient, and sends it there."""

    partners: Mapping[str, Partner]
    public_url: str
    source: str
    team: Mapping[str, str]
    mail: MailSender | None
    webhook: WebhookSender = field(repr=False)
    clock: Callable[[], dt.datetime]

    @classmethod
    def of(
        cls,
        settings: Settings,
        partners: Mapping[str, Partner],
        key: PrivateJwk,
        clock: Callable[[], dt.datetime],
    ) -> "Senders":
        """Return the senders that the settings describe.

        :raises ConfigError: a file that they name cannot be read.
        """
        told = settings.notices
        context = ssl.create_default_context()
        mail, password = None, ""
        try:
            if told.ca is not None:
                context.load_verify_locations(cafile=told.ca)
            if told.password_file is not None:
                password = told.password_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as exc:
            raise ConfigError(
                "the password or the certificates for notices cannot be read",
                hint="look at GATEWAY_SMTP_PASSWORD_FILE and GATEWAY_NOTICE_CA",
            ) from exc
        if told.smtp is not None:
            server = MailServer(told.smtp.host, told.smtp.port, told.smtp.security, told.smtp.user, password)
            mail = MailSender(server, told.sender, context)
        addresses = {TEAM: told.team, APPROVERS: told.approvers, OFFICER: told.officer, DEPUTIES: told.deputies}
        return cls(
            partners=partners,
            public_url=settings.public_url,
            source=told.source or "",
            team={name: address for name, address in addresses.items() if address is not None},
            mail=mail,
            webhook=WebhookSender(key, loopback=settings.demo, context=context),
            clock=clock,
        )

    def send(self, notice: StoredNotice) -> None:
        """Send a notice once.

        :raises TemporaryDeliveryError: it did not arrive: try again later.
        :raises PermanentDeliveryError: there is no address for it (any more), or none that may be used.
        """
        partner = self.partners.get(notice.recipient.removesuffix(SUBSTITUTE))
        if notice.channel is Channel.EMAIL:
            contact = partner.contact if partner else None
            if partner is not None and notice.recipient.endswith(SUBSTITUTE):
                contact = partner.substitute  # while the desk is away
            to = self.team.get(notice.recipient) or (contact.email if contact else None)
            if to is None or self.mail is None:
                raise _nowhere()
            self.mail.send(notice.id, notice.created_at, to)
            return
        url = partner.notices.webhook if partner else None
        if url is None or not self.source:
            raise _nowhere()
        body = event(notice.id, notice.created_at, source=self.source, public_url=self.public_url)
        self.webhook.send(url, body, created=int(self.clock().timestamp()))


def _nowhere() -> PermanentDeliveryError:
    return PermanentDeliveryError(
        "there is no address for this notice any more", hint="look at partners.yaml and the settings of notices"
    )
