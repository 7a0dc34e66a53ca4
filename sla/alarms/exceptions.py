"""What a verb of alarms refuses to do."""

from tickets.exceptions import TicketError


class AlarmError(TicketError):
    """A sentence for who asked."""
