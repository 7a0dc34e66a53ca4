"""Suppliers on pages: `{% load suppliers %}`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.db.models import Min
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from servicedesk.catalogue.models import Supplier
from servicedesk.lib.moments import work_duration
from servicedesk.lib.numbers import NO_BREAK, number
from servicedesk.lib.templatetags.ui import chip
from sla.availability.models import Outage
from sla.contracts.attainment import month_page, terms_in
from sla.contracts.book import Book, key_of
from sla.contracts.levels import Level, level_for
from sla.contracts.models import Compensation, Contract, SupplierClock, Terms
from sla.contracts.overview import faces_of
from sla.contracts.permissions import may_see_contracts
from sla.reports.months import Month
from tickets.models import Forwarding, Ticket

register = template.Library()

STATES = {
    "proposed": ("warn", "hourglass-split"),
    "sent": ("info", "send"),
    "accepted": ("ok", "check-circle-fill"),
    "refused": ("hold", "x-octagon-fill"),
}


@register.inclusion_tag("contracts/_panel.html")
def supplier_panel(forwardings: Sequence[Forwarding]) -> dict[str, Any]:
    """`{% supplier_panel forwardings %}`: the clocks of suppliers beside ours, for agents.

    In the order that is given. One query; none for a ticket that was never forwarded.
    """
    faces = faces_of(forwardings) if forwardings else {}
    return {"told": [(one, faces.get(one.pk, [])) for one in forwardings]}


@dataclass(frozen=True)
class Due:
    """By when the supplier who has a ticket must act next."""

    at: dt.datetime
    is_late: bool


@register.simple_tag
def supplier_dues(tickets: Iterable[Ticket]) -> dict[int, Due]:
    """`{% supplier_dues tickets as dues %}`: for a list, the earliest running clock of a supplier
    by ticket; see `due_of`. One query.
    """
    running = SupplierClock.objects.filter(ticket__in=[one.pk for one in tickets], state="running")
    earliest = running.order_by().values_list("ticket").annotate(Min("due_at"))
    now = timezone.now()
    return {ticket: Due(at, at < now) for ticket, at in earliest if at is not None}


@register.filter
def due_of(dues: dict[int, Due] | str, ticket: Ticket) -> Due | None:
    """`{{ dues|due_of:ticket }}`: of one ticket of the list; nothing where none were asked."""
    return dues.get(ticket.pk) if isinstance(dues, dict) else None


@dataclass(frozen=True)
class Choice:
    """A level that an agent may choose while forwarding; `holds` is that of the priority."""

    key: str
    words: str
    holds: bool


@register.simple_tag
def supplier_promises(ticket: Ticket, supplier: Supplier) -> list[Choice]:
    """`{% supplier_promises ticket supplier as promises %}`: what that supplier promises now about
    the service of a ticket, level by level; nothing without a contract. A constant number of
    queries.
    """
    book = Book.load([supplier.pk])
    terms = book.terms(supplier.pk, ticket.service_id, timezone.localdate())
    if terms is None:
        return []
    own = level_for(terms.levels, ticket.priority)
    return [
        Choice(key_of(terms.contract_id, level), level_words(level), level == own)
        for level in terms.levels
    ]


@register.simple_tag
def outage_contracts(outage: Outage, user) -> list[dict[str, Any]]:
    """`{% outage_contracts outage user as pages %}`: the months of contracts that it counts in.

    For managers; others get none.
    """
    if not may_see_contracts(user):
        return []
    first, last = Month.of(outage.started_at), Month.of(outage.ended_at or timezone.now())
    hit = {outage.service_id, *(part.pk for part in outage.components.all())}
    versions = Terms.objects.of_services(list(hit)).filter(availability_percent__isnull=False)
    found = Contract.objects.filter(pk__in=versions.values("contract"))
    pages = []
    for contract in found.in_force(first.first_day, last.before(-1).first_day).with_versions():
        month = first
        while month <= last:
            terms = terms_in(contract, month)
            if terms and hit & {service.pk for service in terms.services.all()}:
                pages.append(
                    {"contract": contract, "month": month, "url": month_page(contract, month)}
                )
            month = month.before(-1)
    return pages


@register.filter
def level_words(level: Level) -> str:
    """ "Normaal: reactie 4 u., oplossing 24 u."."""
    parts = []
    if level.response is not None:
        parts.append(_("answer %(time)s") % {"time": work_duration(level.response * 60)})
    if level.resolution is not None:
        parts.append(_("solution %(time)s") % {"time": work_duration(level.resolution * 60)})
    return f"{level.name}: {', '.join(parts)}"


@register.simple_tag
def compensation_chip(state: str) -> SafeString:
    """`{% compensation_chip one.state %}`."""
    tone, icon = STATES[state]
    return chip(tone, icon, Compensation.State(state).label)


@register.filter
def euro(value: Decimal | None) -> str:
    """ "€ 1 250,00"."""
    return f"€{NO_BREAK}{number(value, 2)}"
