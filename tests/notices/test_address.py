"""Where notices may go: no address that leads inwards, in whatever spelling."""

import socket

import pytest

from gateway.errors import PermanentDeliveryError, TemporaryDeliveryError
from gateway.notices.address import is_public, resolve

INNER = [
    *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),  # noqa: S104
    *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::", "2001::1"),
    *("2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "127.0.0.1 ", "", "localhost", "fe80::1%eth0"),
]


@pytest.mark.parametrize("address", INNER)
def test_an_address_that_leads_inwards_is_refused(address: str) -> None:
    """This machine, inner networks, metadata services, what is embedded in IPv6, and what is no address at all."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    """The twin of the refusals."""
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "127.1", "0", "::1", "[::1]", "169.254.169.254"]
)
def test_a_host_that_resolves_to_an_inner_address_is_refused(host: str) -> None:
    """Looked at after the resolver: it, not we, says what a number in another spelling means."""
    with pytest.raises((PermanentDeliveryError, TemporaryDeliveryError)):
        resolve(host, 443)


def test_a_name_with_one_inner_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that has both could be answered with either."""

    def answer(*_args: object, **_kwargs: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("93.184.216.34", 443)), (*kind, ("10.0.0.7", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(PermanentDeliveryError, match="not public"):
        resolve("partner.example", 443)


def test_a_name_without_an_address_is_tried_again_later() -> None:
    """A name server that fails for a moment must not end a notice."""
    with pytest.raises(TemporaryDeliveryError):
        resolve("does-not-exist.invalid", 443)


def test_this_machine_is_allowed_in_a_demonstration_only() -> None:
    """And nothing else with it."""
    assert "127.0.0.1" in resolve("127.0.0.1", 443, loopback=True)
    with pytest.raises(PermanentDeliveryError):
        resolve("169.254.169.254", 443, loopback=True)
