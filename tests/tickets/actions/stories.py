"""A second ticket, in one line."""

from servicedesk.accounts.models import User
from tickets.actions.opening import NewTicket, open_ticket
from tickets.models import Ticket


def another(requester: User, body: str = "Hij print niet.", **fields) -> Ticket:
    """A ticket that this person asks now."""
    return open_ticket(NewTicket(requester, "Printer", body, **fields), by=requester)
