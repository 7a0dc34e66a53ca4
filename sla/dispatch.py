"""How a ticket found who works on it: its first assignment, its final one, and the hops between.

A hop is an assignment after the first that gave the ticket to another person or team.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sla.business_hours import BusinessHours
from tickets.models import Ticket, TicketEvent

GIVEN = ("assigned", "handed_over")


@dataclass(frozen=True, slots=True)
class Dispatch:
    """When it was first and last assigned, in business seconds since its creation, and the hops."""

    first_at: dt.datetime
    first_seconds: int
    last_at: dt.datetime
    last_seconds: int
    hops: int

    def as_json(self) -> dict[str, Any]:
        """For `show_ticket`."""
        return {
            "first_assigned_at": self.first_at.isoformat(),
            "first_assigned_seconds": self.first_seconds,
            "last_assigned_at": self.last_at.isoformat(),
            "last_assigned_seconds": self.last_seconds,
            "hops": self.hops,
        }


def dispatch_of(ticket: Ticket, *, hours: BusinessHours) -> Dispatch | None:
    """How the ticket was dispatched so far; None while nobody assigned it. One query."""
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=GIVEN).order_by("pk")
    return _dispatch(ticket.created_at, list(events.values_list("at", "data")), hours)


def _dispatch(
    created_at: dt.datetime, given: list[tuple[dt.datetime, dict[str, Any]]], hours: BusinessHours
) -> Dispatch | None:
    if not given:
        return None
    moments = list(_moves(given))
    first, last = moments[0], moments[-1]
    return Dispatch(
        first_at=first,
        first_seconds=hours.elapsed(created_at, first),
        last_at=last,
        last_seconds=hours.elapsed(created_at, last),
        hops=len(moments) - 1,
    )


def _moves(given: Iterable[tuple[dt.datetime, dict[str, Any]]]) -> Iterable[dt.datetime]:
    """The first assignment, then each that changed to whom the ticket belongs."""
    holder: tuple[int | None, int | None] | None = None
    for at, data in given:
        now = data["to_team"], data["to_assignee"]
        if now != holder:
            yield at
        holder = now
