"""What somebody chooses behind the link of a solved mail, while the ticket is solved.

They act as the person whom the mail was to; the log says that it came by the link.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets.actions.locking import guard, lock
from tickets.actions.rating import rate
from tickets.actions.replying import Text, reply, thank
from tickets.actions.transitions import confirm, reopen
from tickets.events import record_event, verb
from tickets.models import Rating, Ticket


@verb
def solved_by_link(ticket: Ticket, *, by: User) -> Ticket:
    """It works."""
    ticket = _noted(ticket, "solved")
    return confirm(ticket, by=by)


@verb
def not_yet_by_link(ticket: Ticket, words: str, *, by: User) -> Ticket:
    """It does not: with words it is a reply, without them the ticket is only reopened."""
    ticket = _noted(ticket, "not_yet")
    if words.strip():
        reply(ticket, Text(body=words), by=by)
    return reopen(ticket, by=by)


@verb
def thanks_by_link(ticket: Ticket, *, by: User) -> Ticket:
    """Only thanks: nothing is set in motion."""
    ticket = _noted(ticket, "thanks")
    thank(ticket, Text(body=_("Thank you.")), by=by)
    return ticket


def rate_by_link(ticket: Ticket, verdict: str, comment: str, *, by: User) -> Rating:
    """Satisfied or not."""
    return rate(ticket, verdict, by=by, comment=comment, via=Rating.Via.LINK)


def _noted(ticket: Ticket, choice: str) -> Ticket:
    """The ticket, locked; the mail asked about its solution, so there must be one."""
    ticket = lock(ticket)
    sentence = _("This ticket is no longer solved: answer our mail, or write on the portal.")
    guard(ticket.status == Ticket.Status.SOLVED, sentence)
    record_event(ticket, "answered_by_link", by=None, choice=choice)
    return ticket
