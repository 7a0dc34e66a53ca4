"""One change of a ticket at a time."""

from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.exceptions import ChangedMeanwhile, TicketError
from tickets.models import Ticket


def lock(ticket: Ticket) -> Ticket:
    """The ticket as it is now, locked until the transaction ends."""
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def lock_both(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Two tickets as they are now, locked in the order of their numbers, so that nobody waits
    for somebody who waits for him."""
    numbers = [one.pk, other.pk]
    rows = Ticket.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    found = {ticket.pk: ticket for ticket in rows}
    return found[one.pk], found[other.pk]


def lock_surviving(ticket: Ticket) -> Ticket:
    """Like `lock`; of a merged ticket the one in which its conversation goes on.

    Only that one is locked, unless it is merged in this very instant.
    """
    while True:
        ticket = lock(surviving(ticket))
        if ticket.merged_into_id is None:
            return ticket


def surviving(ticket: Ticket) -> Ticket:
    """The ticket itself, or the one into which it was merged in the end."""
    seen = {ticket.pk}
    into = Ticket.objects.filter(pk=ticket.pk).values_list("merged_into", flat=True).get()
    while into and into not in seen:
        seen.add(into)
        ticket = Ticket.objects.get(pk=into)
        into = ticket.merged_into_id
    return ticket


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
