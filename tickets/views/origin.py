"""The queue from which an agent came to a ticket: `?queue=` in the address of its page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpRequest

from servicedesk.lib.http import where_next
from tickets.models import Ticket

_slug = re.compile(r"[a-z0-9-]{1,80}")


def come_from(request: HttpRequest) -> str:
    """The short name of that queue, '' when there is none. Survives the forms of the page."""
    address = where_next(request, otherwise="home") if request.method == "POST" else ""
    given = parse_qs(urlsplit(address).query).get("queue", [""])[0]
    name = request.GET.get("queue") or given
    return name if _slug.fullmatch(name) else ""


def page_of(ticket: Ticket, origin: str) -> str:
    """The address of the ticket that keeps the queue in mind."""
    address = ticket.get_absolute_url()
    return f"{address}?{urlencode({'queue': origin})}" if origin else address
