"""How a ticket found who works on it: its first assignment, its final one, and the hops between.

A hop is an assignment after the first that gave the ticket to another person or team.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from sla.business_hours import BusinessHours
from sla.querysets import PromiseQuerySet
from tickets.models import Ticket, TicketEvent

GIVEN = ("assigned", "handed_over")

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """When it was first and last assigned, in business seconds since its creation, and the hops."""

    first_assigned_at: dt.datetime
    first_assigned_seconds: int
    last_assigned_at: dt.datetime
    last_assigned_seconds: int
    hops: int

    def as_json(self) -> dict[str, Any]:
        """For `show_ticket`."""
        told = asdict(self)
        return {
            name: value.isoformat() if isinstance(value, dt.datetime) else value
            for name, value in told.items()
        }


def with_assignments(promises: PromiseQuerySet) -> PromiseQuerySet:
    """Each promise with `given`, the assignments of its ticket, in the same query."""
    events = TicketEvent.objects.filter(ticket=OuterRef("ticket"), kind__in=GIVEN).order_by("pk")
    rows = events.values(row=JSONObject(at="at", data="data"))
    annotated: PromiseQuerySet = promises.annotate(given=ArraySubquery(rows))
    return annotated


def dispatch_of(ticket: Ticket, given: Iterable[Given], *, hours: BusinessHours) -> Dispatch | None:
    """How the ticket was dispatched so far; None while nobody assigned it."""
    moments = list(_moves(given))
    if not moments:
        return None
    first, last = moments[0], moments[-1]
    return Dispatch(
        first_assigned_at=first,
        first_assigned_seconds=hours.elapsed(ticket.created_at, first),
        last_assigned_at=last,
        last_assigned_seconds=hours.elapsed(ticket.created_at, last),
        hops=len(moments) - 1,
    )


def _moves(given: Iterable[Given]) -> Iterator[dt.datetime]:
    """The first assignment, then each that changed to whom the ticket belongs."""
    holder: tuple[int | None, int | None] | None = None
    for row in given:
        now = row["data"]["to_team"], row["data"]["to_assignee"]
        if now != holder:
            yield dt.datetime.fromisoformat(row["at"]).astimezone(dt.UTC)
        holder = now
