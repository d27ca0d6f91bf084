"""How a partner wants to be told: what partners.yaml takes, and what it refuses."""

import pytest

from gateway.config.notice_settings import read_smtp
from gateway.config.partner_notices import read_notices
from gateway.model.notices import NoticeWishes
from gateway.model.terms import Json

REFUSED = [
    *("https://user@partner.example/", "https://user:pw@partner.example/", "https://partner.example/#part"),
    *("http://partner.example/", "ftp://partner.example/", "partner.example", "https:///path", "https://partner/"),
    *("https://127.0.0.2/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "https://0/"),
    *("https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://0x7f000001/", "https://017700000001/"),
    *("https://127.1/", "https://partner.example:0/", "https://partner.example:99999/", "https://partner.example\\@x/"),
    *("https://partner.example/a b", "https://partner.example/\r\nX: y", "https://pärtner.example/", ""),
    "https://partner.example/" + "a" * 300,
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_could_lead_elsewhere_is_refused(url: str) -> None:
    """Only https to a host name: no number in any spelling, no user, no fragment, nothing read in two ways."""
    with pytest.raises(ValueError, match="webhook"):
        read_notices({"webhook": url})


@pytest.mark.parametrize("value", [{"phone": True}, [], "yes", {"email": "yes"}, {"webhook": 1}])
def test_another_form_is_refused(value: Json) -> None:
    """Unknown members too: a wish that is not understood is not half fulfilled."""
    with pytest.raises(ValueError, match="notices"):
        read_notices(value)


def test_what_is_wished_is_read() -> None:
    """By default an e-mail to the desk."""
    url = "https://events.partner.example:8443/in?gateway=1"
    assert read_notices(None) == NoticeWishes(by_email=True, webhook=None)
    assert read_notices({"email": False, "webhook": url}) == NoticeWishes(by_email=False, webhook=url)
    assert read_notices({"webhook": "http://127.0.0.1:8099/"}).webhook == "http://127.0.0.1:8099/"


@pytest.mark.parametrize(
    "text", ["smtp://mail.example", "http://mail.example", "mail.example", "smtps://u:pw@mail.example", "smtps://a/b"]
)
def test_a_mail_server_without_tls_is_of_this_machine_only(text: str) -> None:
    """And a password is no part of an address: addresses are printed."""
    with pytest.raises(ValueError):  # noqa: PT011  # the settings say which one it is
        read_smtp(text)


def test_a_mail_server_is_read() -> None:
    """The port follows from the way."""
    starttls, tls, here = map(
        read_smtp, ("smtp+starttls://gw@mail.example", "smtps://mail.example:4650", "smtp://127.0.0.1:1025")
    )
    assert (starttls.security, starttls.port, starttls.user) == ("starttls", 587, "gw")
    assert (tls.security, tls.port, here.security, here.host) == ("tls", 4650, "none", "127.0.0.1")
