"""What the rest of tickets does when something was written into the log."""

from typing import Any

from django.dispatch import receiver

from tickets.models import TicketEvent
from tickets.notifications import tell
from tickets.signals import events_recorded


@receiver(events_recorded, dispatch_uid="tickets.tell")
def tell_people(sender: type, ticket_id: int, events: list[TicketEvent], **_kwargs: Any) -> None:
    """Mail and bell, in the transaction of the verb."""
    tell(ticket_id, events)
