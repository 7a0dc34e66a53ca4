"""The tickets before and after one, in the queue from which somebody came to it."""

from __future__ import annotations

from dataclasses import dataclass

from servicedesk.accounts.models import User
from servicedesk.lib.pagination import Keyset
from tickets.models import Ticket, urgency
from tickets.querysets import TicketQuerySet
from tickets.queues import Board

#: As far as a queue is read to say where in it the ticket stands.
LISTED = 100


@dataclass(frozen=True)
class Neighbours:
    """Numbers of tickets, None at an end. `position` is 0 where counting would cost too much."""

    previous: int | None
    next: int | None
    position: int = 0
    count: int = 0


def neighbours(ticket: Ticket, *, queue: str, reader: User) -> Neighbours | None:
    """None without a queue of that short name. Two to five queries, however long it is.

    A ticket that has left the queue since keeps the place it would have there.
    """
    found = Board(reader).find(queue) if queue else None
    if found is None:
        return None
    rows = found.tickets(reader).annotate(urgency=urgency())
    ids = list(rows.order_by(*found.order.order).values_list("pk", flat=True)[: LISTED + 1])
    if ticket.pk in ids[:LISTED]:
        return _among(ids, ids.index(ticket.pk))
    return _around(ticket, rows, found.order)


def _among(ids: list[int], at: int) -> Neighbours:
    before = ids[at - 1] if at else None
    after = ids[at + 1] if at + 1 < len(ids) else None
    if len(ids) > LISTED:
        return Neighbours(before, after)
    return Neighbours(before, after, position=at + 1, count=len(ids))


def _around(ticket: Ticket, rows: TicketQuerySet, order: Keyset) -> Neighbours | None:
    if ticket.solved_at is None and "-solved_at" in order.order:
        return None
    here = order.cursor(Ticket.objects.annotate(urgency=urgency()).get(pk=ticket.pk))
    before = order.page(rows, before=here, size=1).rows
    after = order.page(rows, after=here, size=1).rows
    return Neighbours(_number(before), _number(after))


def _number(rows: list[Ticket]) -> int | None:
    return rows[0].pk if rows else None
