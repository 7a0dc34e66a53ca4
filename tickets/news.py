"""What changed in a queue while somebody looks at it, read from the end of the event log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from servicedesk.accounts.models import User
from tickets.models import Ticket, TicketEvent
from tickets.querysets import TicketQuerySet

#: Events by which a ticket can come into a queue.
ENTRANCES = frozenset(
    {
        "opened",
        "assigned",
        "handed_over",
        "status_changed",
        "callback_requested",
        "merge_undone",
        "taken_back",
    }
)
#: A verb that takes long writes its events before others that are seen first.
SETTLED = dt.timedelta(seconds=10)
MOST_EVENTS = 500


@dataclass(frozen=True)
class News:
    """Rows to show anew. `left` are ids of those that no longer stand in the queue; `fresh` ids
    of those that may have come into it. `since` is where to go on."""

    rows: list[Ticket]
    left: frozenset[int]
    fresh: frozenset[int]
    since: int


def newest() -> int:
    """The end of the log."""
    return TicketEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def since(
    event: int, tickets: TicketQuerySet, *, reader: User, shown: Iterable[int], again: bool = False
) -> News | None:
    """What happened after that event to `tickets`, a queue, or to the rows on screen (`shown`).

    None when nothing did; that takes one query. With `again` all rows on screen come anew.
    """
    events = list(
        TicketEvent.objects.filter(pk__gt=event)
        .order_by("pk")
        .values_list("pk", "ticket_id", "kind", "at")[:MOST_EVENTS]
    )
    if not events and not again:
        return None
    shown = frozenset(shown)
    changed = {ticket for _pk, ticket, _kind, _at in events}
    entered = {ticket for _pk, ticket, kind, _at in events if kind in ENTRANCES}
    wanted = (changed | shown) if again else changed
    here = set(tickets.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    left = (wanted & shown) - here
    rows = _rows((here & (shown | entered)) | left, reader)
    return News(rows, frozenset(left), frozenset(here & entered - shown), _settled(events, event))


def _rows(ids: set[int], reader: User) -> list[Ticket]:
    if not ids:
        return []
    seen = Ticket.objects.visible_to(reader).filter(pk__in=ids)
    return list(seen.for_queue().with_unread(reader).order_by("pk"))


def _settled(events: list[tuple[int, int, str, dt.datetime]], otherwise: int) -> int:
    """The last event that no earlier one can still slip in before. Others are told twice."""
    before = timezone.now() - SETTLED
    return max((pk for pk, _ticket, _kind, at in events if at < before), default=otherwise)
