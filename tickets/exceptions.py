"""What a verb says when it refuses."""


class TicketError(Exception):
    """A rule of the desk forbids this. Its text is a sentence for the user."""


class MoreIsTaken(TicketError):
    """Nobody agreed yet to what would become of `count` tickets, which cannot be undone."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


class ChangedMeanwhile(TicketError):
    """Somebody else changed the ticket first; nothing was lost, look and decide again."""
