"""What a verb says when it refuses."""


class TicketError(Exception):
    """A rule of the desk forbids this. Its text is a sentence for the user."""


class ChangedMeanwhile(TicketError):
    """Somebody else changed the ticket first; nothing was lost, look and decide again."""
