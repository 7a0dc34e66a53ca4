"""Tickets that came in while the desk was closed, apart from those of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.lib.moments import date_of, day, moment, time_of_day
from sla.business_hours import BusinessHours
from tickets.models import Ticket

#: No desk is closed longer than that and still wonders what came in since.
LONGEST = dt.timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Night:
    """The last time the desk was closed over midnight: from a closing to the next opening."""

    closed_at: dt.datetime
    opens_at: dt.datetime


def last_night(hours: BusinessHours, *, now: dt.datetime) -> Night | None:
    """The night before now, or the one that is going on. None for a desk that never closes."""
    spans = list(hours.open_spans(now - LONGEST, now + dt.timedelta(seconds=1)))
    following = hours.next_opening(now)
    if following and not hours.is_open(now):
        spans.append((following, following))
    gaps = ((before[1], after[0]) for before, after in pairwise(spans))
    nights = [Night(*gap) for gap in gaps if date_of(gap[0]) != date_of(gap[1])]
    return nights[-1] if nights else None


@dataclass
class Group:
    """Tickets that came in at the same part of the day, and how to call them."""

    title: str = ""
    note: str = ""
    tickets: list[Ticket] = field(default_factory=list)


def by_night(
    tickets: Iterable[Ticket], night: Night | None, *, now: dt.datetime, whole: bool = True
) -> list[Group]:
    """`tickets`, apart from those of the night; each group keeps the order, the first one first.

    One group without a title when nothing came in overnight. Groups are counted when `tickets`
    are the `whole` list, not a page of it.
    """
    tickets = list(tickets)
    if night is None or not any(_is_of(night, ticket) for ticket in tickets):
        return [Group(tickets=tickets)]
    groups: dict[str, Group] = {}
    for ticket in tickets:
        title = _title(ticket, night)
        groups.setdefault(title, Group(title)).tickets.append(ticket)
        if _is_of(night, ticket):
            groups[title].note = _clock(night, now)
    for group in groups.values() if whole else ():
        group.note = _counted(group)
    return list(groups.values())


def _is_of(night: Night, ticket: Ticket) -> bool:
    return night.closed_at <= ticket.created_at < night.opens_at


def _title(ticket: Ticket, night: Night) -> str:
    if ticket.created_at < night.closed_at:
        return _("Before")
    if _is_of(night, ticket):
        return _("Since %(moment)s") % {"moment": moment(night.closed_at)}
    return _("Today")


def _clock(night: Night, now: dt.datetime) -> str:
    if night.opens_at <= now:
        return _("clock started at %(time)s") % {"time": time_of_day(night.opens_at)}
    words = {"day": day(night.opens_at), "time": time_of_day(night.opens_at)}
    return _("clock starts %(day)s %(time)s") % words


def _counted(group: Group) -> str:
    count = len(group.tickets)
    words = ngettext("%(count)d ticket", "%(count)d tickets", count) % {"count": count}
    return f"{words}, {group.note}" if group.note else words
