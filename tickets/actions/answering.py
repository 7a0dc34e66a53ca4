"""What somebody chooses behind the link of a solved mail, on behalf of the requester's side.

They act as the requester, for whom the link was made; the log says that it came by the link.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tickets.actions.rating import rate
from tickets.actions.replying import Text, reply, thank
from tickets.actions.transitions import confirm, reopen
from tickets.events import record_event, verb
from tickets.models import Rating, Ticket


@verb
def solved_by_link(ticket: Ticket) -> Ticket:
    """It works."""
    record_event(ticket, "answered_by_link", by=None, choice="solved")
    return confirm(ticket, by=ticket.requester)


@verb
def not_yet_by_link(ticket: Ticket, words: str) -> Ticket:
    """It does not: with words it is a reply, without them the ticket is only reopened."""
    record_event(ticket, "answered_by_link", by=None, choice="not_yet")
    if words.strip():
        reply(ticket, Text(body=words), by=ticket.requester)
    return reopen(ticket, by=ticket.requester)


@verb
def thanks_by_link(ticket: Ticket) -> Ticket:
    """Only thanks: nothing is set in motion."""
    record_event(ticket, "answered_by_link", by=None, choice="thanks")
    thank(ticket, Text(body=_("Thank you.")), by=ticket.requester)
    return ticket


def rate_by_link(ticket: Ticket, verdict: str, comment: str) -> Rating:
    """Satisfied or not."""
    return rate(ticket, verdict, by=ticket.requester, comment=comment, via=Rating.Via.LINK)
