"""How far somebody has read. No event: it is nobody's business but the reader's."""

from servicedesk.accounts.models import User
from tickets.models import ReadMark, Ticket


def mark_read(ticket: Ticket, newest: int, *, by: User) -> None:
    """This person has seen the messages up to `newest`. A mark never goes back."""
    if ReadMark.objects.filter(ticket=ticket, user=by, message__gte=newest).exists():
        return
    ReadMark.objects.bulk_create(
        [ReadMark(ticket=ticket, user=by, message=newest)],
        update_conflicts=True,
        unique_fields=["ticket", "user"],
        update_fields=["message"],
    )
