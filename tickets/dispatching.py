"""How fast tickets leave the dispatch queue."""

from __future__ import annotations

import datetime as dt
import statistics

from django.db.models import F, Min, OuterRef, Subquery

from tickets.models import Ticket, TicketEvent

#: More than a desk gets in a day; the figure costs the same everywhere.
AT_MOST = 500


def dispatched_within(start: dt.datetime, end: dt.datetime) -> dt.timedelta | None:
    """The median time from creation to first assignment of tickets created in [start, end).

    None when none of them was assigned. One query; of very many tickets the newest count.
    """
    events = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind="assigned").order_by()
    first = events.values("ticket").annotate(first=Min("at")).values("first")
    tickets = Ticket.objects.created_between(start, end).exclude(status="new")
    waits = (
        tickets.annotate(wait=Subquery(first) - F("created_at"))
        .filter(wait__isnull=False)
        .order_by("-created_at")
        .values_list("wait", flat=True)[:AT_MOST]
    )
    seconds = [wait.total_seconds() for wait in waits]
    return dt.timedelta(seconds=statistics.median(seconds)) if seconds else None
