"""Which addresses a monitor may ask. Names are resolved first, every address is looked at, and the
connection goes to the very address that was looked at.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: (family, address as `connect` takes it)
Endpoint = tuple[int, Any]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """The target may not be asked, or there is no such host. The text is a code of `wording`."""


def endpoints(host: str, port: int) -> list[Endpoint]:
    """Where to connect for this host. Raises Refused when one of its addresses is private.

    With DESK_MONITORS_PRIVATE private addresses are allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("unknown_host") from error
    if not settings.DESK_MONITORS_PRIVATE:
        for _family, _type, _protocol, _name, address in found:
            if not is_public(str(address[0])):
                raise Refused("private")
    return [(family, address) for family, _type, _protocol, _name, address in found]


def is_public(text: str) -> bool:
    """A unicast address of the internet, also after what an IPv6 address may wrap."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_global(one) for one in [address, *_wrapped(address)])


def _is_global(address: Address) -> bool:
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or getattr(address, "is_site_local", False)
    )


def _wrapped(address: Address) -> list[Address]:
    """The IPv4 addresses inside an IPv6 one: mapped, 6to4, Teredo, NAT64."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    inside: list[Address] = []
    if address.ipv4_mapped:
        inside.append(address.ipv4_mapped)
    if address.sixtofour:
        inside.append(address.sixtofour)
    if address.teredo:
        inside.extend(address.teredo)
    if address in _NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return inside
