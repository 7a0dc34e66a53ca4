"""Spam and tests: out of queues, searches and figures, and back again if that was wrong."""

from __future__ import annotations

from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets import search
from tickets.actions.locking import guard, lock, save
from tickets.actions.merging import imported_or_counted
from tickets.events import record_event, verb
from tickets.models import Ticket
from tickets.permissions import may_work


@verb
def set_aside(ticket: Ticket, as_: str, *, by: User) -> Ticket:
    """It is spam or a test: nobody works on it, nothing is promised. Its status stays as it is.

    Saying so again changes nothing; of the other kind it becomes that. Raises TicketError.
    """
    guard(may_work(by))
    guard(as_ in Ticket.ASIDE, _("A ticket is set aside as spam or as a test."))
    ticket = lock(ticket)
    guard(ticket.merged_into_id is None, _("This ticket was merged. Set the other one aside."))
    if ticket.outside != as_:
        ticket.outside = as_
        save(ticket, "outside")
        record_event(ticket, "set_aside", by=by, why=as_)
        search.refresh(ticket)
    return ticket


@verb
def take_back(ticket: Ticket, *, by: User) -> Ticket:
    """It is a real question after all; its clocks have run on, for somebody waited.

    A ticket that was not set aside stays as it is.
    """
    guard(may_work(by))
    ticket = lock(ticket)
    if ticket.is_aside:
        was, ticket.outside = ticket.outside, imported_or_counted(ticket)
        save(ticket, "outside")
        record_event(ticket, "taken_back", by=by, why=was)
        search.refresh(ticket)
    return ticket
