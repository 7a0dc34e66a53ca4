"""Where a request comes from, behind however many proxies of ours (`DESK_PROXIES`)."""

import ipaddress

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

#: How much of an address the audit trail keeps: a house or a provider, not a machine.
KEPT = {4: 24, 6: 48}


def address_of(request: HttpRequest) -> str | None:
    """The IP address of who asks; None when there is none to be known."""
    try:
        return get_client_ip(request)
    except ImproperlyConfigured:  # fewer proxies than we were told of: trust nothing they say
        return request.META.get("REMOTE_ADDR")


def network_of(request: HttpRequest) -> str:
    """The network of who asks, such as "203.0.113.0/24"; '' when unknown."""
    try:
        address = ipaddress.ip_address(address_of(request) or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{address}/{KEPT[address.version]}", strict=False))
