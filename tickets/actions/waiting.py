"""What the desk does by itself when a requester does not answer. When is for sla to say."""

from __future__ import annotations

from tickets.actions.locking import lock, save
from tickets.actions.transitions import move
from tickets.events import record_event, verb
from tickets.models import Ticket


@verb
def remind(ticket: Ticket, *, step: int, since: int) -> bool:
    """Reminds the requester's side that the desk waits for them; False when it was done already,
    or the ticket waits no more. `since` is the event with which this wait began.
    """
    ticket = lock(ticket)
    if not _waits_since(ticket, since) or _was_reminded(ticket, step, since):
        return False
    record_event(ticket, "reminded", by=None, step=step, since=since)
    save(ticket)
    return True


@verb
def solve_unanswered(ticket: Ticket, *, since: int) -> bool:
    """Solves the ticket by rule. It keeps the category it has, which may be none.

    False when it waits no more. The requester may reopen it as any other.
    """
    ticket = lock(ticket)
    if not _waits_since(ticket, since):
        return False
    move(ticket, Ticket.Status.SOLVED, by=None, cause="rule")
    return True


def _waits_since(ticket: Ticket, since: int) -> bool:
    if ticket.status != Ticket.Status.PENDING or ticket.outside:
        return False
    began = ticket.events.filter(kind="status_changed").order_by("-pk").values_list("pk", flat=True)
    return began.first() == since


def _was_reminded(ticket: Ticket, step: int, since: int) -> bool:
    return ticket.events.filter(kind="reminded", data__step=step, data__since=since).exists()
