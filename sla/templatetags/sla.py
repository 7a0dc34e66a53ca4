"""Promises on pages: `{% load sla %}`."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from servicedesk.lib.templatetags.ui import promise_chip
from sla.business_hours import BusinessHours, CalendarError
from sla.calendars import desk_hours
from sla.models import TicketPromise
from sla.panel import panel
from sla.promises import NextPromise, expected_answer, next_promise, next_promises
from sla.wording import ticket_chip
from tickets.models import Ticket

register = template.Library()


@register.inclusion_tag("sla/_panel.html")
def sla_panel(ticket: Ticket) -> dict[str, Any]:
    """`{% sla_panel ticket %}`: the clocks of a ticket, for agents. Three queries."""
    return {"panel": panel(ticket, now=timezone.now()), "ticket": ticket}


@register.simple_tag(takes_context=True)
def sla_chip(context: Context, ticket: Ticket, now: dt.datetime | None = None) -> SafeString:
    """`{% sla_chip ticket %}`: the time left of a row in a queue, in a word and an icon.

    From the ticket's own columns, counted in the hours of its promise when that was selected with
    it (`select_related("promise__calendar_version")`), else in those of the desk: one query a page.
    """
    hours = _own_hours(ticket) or hours_here(context)
    if hours is None:
        return SafeString("")
    chip = ticket_chip(ticket, hours=hours, now=now or timezone.now())
    return promise_chip(chip.state, chip.text)


@register.simple_tag(name="expected_answer")
def expected_answer_tag(service: Any = None, priority: str = "normal") -> dt.datetime | None:
    """`{% expected_answer as at %}`: by when a question asked now is answered."""
    return expected_answer(now=timezone.now(), service=service or None, priority=priority)


@register.simple_tag
def pauses_on_hold(ticket: Ticket) -> bool:
    """`{% pauses_on_hold ticket as pauses %}`: its clock waits while a supplier acts. One query."""
    promises = TicketPromise.objects.select_related("policy_version").filter(ticket=ticket.pk)
    return any(one.policy_version and one.policy_version.pauses.on_hold for one in promises)


@register.simple_tag(name="next_promise")
def next_promise_tag(ticket: Ticket) -> NextPromise | None:
    """`{% next_promise ticket as promise %}`: promise.at, .is_answer, .is_late; or nothing."""
    return next_promise(ticket, now=timezone.now())


@register.simple_tag(name="next_promises")
def next_promises_tag(tickets: Iterable[Ticket]) -> dict[int, NextPromise]:
    """`{% next_promises tickets as promises %}`: for a list, in one query; see `promise_of`."""
    return next_promises(tickets, now=timezone.now())


@register.filter
def promise_of(promises: dict[int, NextPromise], ticket: Ticket) -> NextPromise | None:
    """`{{ promises|promise_of:ticket }}`: the next promised moment of one ticket of the list."""
    return promises.get(ticket.pk) if promises else None


def _own_hours(ticket: Ticket) -> BusinessHours | None:
    promise = ticket._state.fields_cache.get("promise")
    if not isinstance(promise, TicketPromise) or promise.calendar_version is None:
        return None
    return promise.calendar_version.business_hours


def hours_here(context: Context) -> BusinessHours | None:
    """The hours of the desk, looked up once for each request."""
    request = context.get("request")
    if request is None:
        return _hours_or_none()
    if not hasattr(request, "_desk_hours"):
        request._desk_hours = _hours_or_none()
    kept: BusinessHours | None = request._desk_hours
    return kept


def _hours_or_none() -> BusinessHours | None:
    try:
        return desk_hours()
    except CalendarError:
        return None
