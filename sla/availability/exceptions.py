"""What a verb of availability says when it refuses."""

from tickets.exceptions import TicketError


class OutageError(TicketError):
    """A rule of the desk forbids this. Its text is a sentence for the user."""
