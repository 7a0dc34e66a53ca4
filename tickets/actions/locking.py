"""One change of a ticket at a time."""

from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.exceptions import ChangedMeanwhile, TicketError
from tickets.models import Ticket


def lock(ticket: Ticket) -> Ticket:
    """The ticket as it is now, locked until the transaction ends."""
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def save(ticket: Ticket, *fields: str) -> None:
    """Writes these columns, and that the ticket changed now."""
    ticket.updated_at = timezone.now()
    ticket.save(update_fields=[*fields, "updated_at"])


def guard(allowed: bool, sentence: str = "") -> None:
    """Raises TicketError with `sentence` unless `allowed`."""
    if not allowed:
        raise TicketError(sentence or _("You may not do this."))


def expect(ticket: Ticket, **seen: object) -> None:
    """Compare-and-set: raises ChangedMeanwhile when a column is not what the user saw.

    `seen` names columns; a value of None is compared too. Leave out what does not matter.
    """
    for column, value in seen.items():
        if getattr(ticket, column) != value:
            raise ChangedMeanwhile(
                _("Somebody else changed this ticket meanwhile. Look and decide again.")
            )
