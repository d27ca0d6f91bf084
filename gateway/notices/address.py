"""Where a notice may go: a public address, looked up once and then connected to.

A partner's host name is the partner's to change, so each time it could lead inwards: to this machine, to the network
of the municipality, or to a cloud's metadata service. Every address that it has must be public, and the connection
goes to one of those that were looked at, never to what a second look-up might say (DNS rebinding).
"""

import ipaddress
import socket
from collections.abc import Sequence

from gateway.errors import PermanentDeliveryError, TemporaryDeliveryError

NAT64 = ipaddress.ip_network("64:ff9b::/96")
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(text: str) -> bool:
    """Say whether a numeric address is one that anybody on the internet may reach; what is no address is not."""
    try:
        address = _unwrapped(ipaddress.ip_address(text))
    except ValueError:
        return False
    inner = address.is_private or address.is_loopback or address.is_link_local or address.is_reserved
    return address.is_global and not (inner or address.is_multicast or address.is_unspecified)


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one leads to: mapped, 6to4 or NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in SIX_TO_FOUR and address.sixtofour is not None:
        return address.sixtofour
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.is_site_local:
        raise ValueError("an address of a site of before 2004")
    return address


def resolve(host: str, port: int, *, loopback: bool = False) -> Sequence[str]:
    """Return the numeric addresses of a host, every one of which may be connected to.

    `loopback` also allows this machine: for demonstrations and tests.

    :raises TemporaryDeliveryError: the name has no address at the moment.
    :raises PermanentDeliveryError: one of its addresses is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise TemporaryDeliveryError(
            "the partner's address for notices has no address on the network", hint="ask the partner to look at it"
        ) from exc
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = all(is_public(address) or (loopback and _is_loopback(address)) for address in addresses)
    if not addresses or not allowed:
        raise PermanentDeliveryError(
            "the partner's address for notices leads to a network that is not public, so nothing was sent",
            hint="ask the partner for an address on the internet, and look who changed it",
        )
    return addresses


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False
