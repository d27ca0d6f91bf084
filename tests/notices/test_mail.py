"""E-mails, handed in at a real mail server: over TLS, or not at all; and always the same words."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.errors import PermanentDeliveryError, TemporaryDeliveryError
from gateway.model.notices import SUBSTITUTE, Channel, NoticeKind
from gateway.notices.mail import BODY, SUBJECT, MailSender, MailServer, compose
from gateway.notices.senders import Senders
from gateway.store.notice_ports import StoredNotice
from tests.conftest import NOON
from tests.notices.certificates import Certificates
from tests.notices.servers import hanging_server, mail_server

ID = "5f0c3c9e-6b0f-4c55-9d0e-6f3a1f1a2b3c"
FROM, TO = "gateway@hilversum.example", "balie@partner.example"


def sender(port: int, security: str, certificates: Certificates, user: str = "", password: str = "") -> MailSender:
    """Return a sender that trusts the tests' authority."""
    server = MailServer("localhost", port, security, user, password)
    return MailSender(server, FROM, certificates.for_client(), timeout=20, longest=40)


def test_a_server_with_a_strangers_certificate_gets_nothing(
    certificates: Certificates, strangers: Certificates
) -> None:
    """Neither after STARTTLS nor with TLS from the start: not even the recipient is told to it."""
    for at_once, security in ((False, "starttls"), (True, "tls")):
        with mail_server(strangers.for_server(), at_once=at_once) as box:
            with pytest.raises(TemporaryDeliveryError) as caught:
                sender(box.port, security, certificates).send(ID, NOON, TO)
            assert (box.mails, box.recipients) == ([], [])
            assert TO not in f"{caught.value} {caught.value.hint}"


def test_a_server_without_starttls_gets_nothing_when_it_is_asked_for(certificates: Certificates) -> None:
    """Whoever stands between cannot make us hand it in in clear."""
    with mail_server() as box:
        with pytest.raises(TemporaryDeliveryError):
            sender(box.port, "starttls", certificates).send(ID, NOON, TO)
        assert box.mails == []


def test_a_mailbox_that_does_not_exist_is_told_to_people_and_a_full_one_is_tried_again(
    certificates: Certificates,
) -> None:
    """550 stays so; 452 passes. The server's own words, which hold the address, go nowhere."""
    with mail_server() as box:
        for answer, error in (
            (f"550 no <{TO}> here", PermanentDeliveryError),
            (f"452 <{TO}> is full", TemporaryDeliveryError),
        ):
            box.refuse = answer
            with pytest.raises(error) as caught:
                sender(box.port, "none", certificates).send(ID, NOON, TO)
            assert caught.value.__cause__ is None
            assert TO not in f"{caught.value} {caught.value.hint}"


def test_a_server_that_never_says_a_word_is_left() -> None:
    """The whole conversation has an end, whatever the timeouts of its parts."""
    with hanging_server() as port, pytest.raises(TemporaryDeliveryError):
        MailSender(MailServer("127.0.0.1", port, "none"), FROM, timeout=60, longest=0.2).send(ID, NOON, TO)


def test_an_address_with_a_line_break_sends_nothing(certificates: Certificates) -> None:
    """partners.yaml does not have one; this is the second lock."""
    with mail_server() as box:
        with pytest.raises(PermanentDeliveryError):
            sender(box.port, "none", certificates).send(ID, NOON, "a@b.example\r\nBcc: c@d.example")
        assert box.mails == []


@pytest.mark.control("DPIA-04")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while")  # aiosmtpd does not count TLS from the start
@pytest.mark.parametrize(("at_once", "security"), [(False, "starttls"), (True, "tls")])
def test_a_notice_arrives_over_tls_with_the_agreed_words(
    certificates: Certificates, at_once: bool, security: str
) -> None:
    """With user and password, which go over TLS only."""
    with mail_server(certificates.for_server(), at_once=at_once, login=("gateway", "geheim")) as box:
        sender(box.port, security, certificates, "gateway", "geheim").send(ID, NOON, TO)
        (mail,) = box.parsed()
        assert (box.secure, box.recipients, box.users) == ([True], [[TO]], ["gateway"])
        payload = mail.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode().replace("\r\n", "\n") == BODY
        assert sorted(mail.keys()) == sorted(
            [
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding",
            ]
        )


def test_a_wrong_password_is_tried_again_later(certificates: Certificates) -> None:
    """Somebody may be changing it."""
    with mail_server(certificates.for_server(), login=("gateway", "geheim")) as box:
        with pytest.raises(TemporaryDeliveryError):
            sender(box.port, "starttls", certificates, "gateway", "fout").send(ID, NOON, TO)
        assert (box.users[:1], box.mails) == (["gateway"], [])


@pytest.mark.control("DPIA-04")
def test_all_notices_have_the_same_bytes_but_for_the_address_the_random_id_and_the_minute() -> None:
    """Golden: no subject line that tells more, no link, no number that means something."""
    mail = compose(ID, NOON + dt.timedelta(seconds=42), sender=FROM, to=TO)
    assert mail["Subject"] == SUBJECT == "Er staat iets voor u klaar / Something is waiting for you"
    assert mail["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert mail["Message-ID"] == f"<{ID}@hilversum.example>"
    assert "://" not in mail.as_string()


def test_while_a_desk_is_away_its_substitute_gets_the_same_mail_at_its_own_address(
    gateway: Gateway, settings: Settings, certificates: Certificates
) -> None:
    """The address stands in partners.yaml alone; a partner without a substitute has nowhere to send it."""
    tools = gateway.tools
    notice = StoredNotice(ID, NoticeKind.MESSAGE, Channel.EMAIL, f"dudok-wonen{SUBSTITUTE}", None, False, NOON, NOON)
    with mail_server(certificates.for_server(), at_once=True) as box:
        made = Senders.of(settings, tools.partners, tools.issuer_key, tools.clock)
        senders = replace(made, mail=sender(box.port, "tls", certificates))
        senders.send(notice)
        assert box.recipients == [["klantcentrum@dudok-wonen.example"]]
        with pytest.raises(PermanentDeliveryError):
            senders.send(replace(notice, recipient=f"avim{SUBSTITUTE}"))
        assert len(box.mails) == 1
