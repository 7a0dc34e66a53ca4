"""What the clocks do when something was written into the log of a ticket."""

from typing import Any

from django.dispatch import receiver

from sla.clocks import refresh
from sla.logs import TOLD_BY
from tickets.models import TicketEvent
from tickets.signals import events_recorded


@receiver(events_recorded, dispatch_uid="sla.refresh")
def refresh_clocks(sender: type, ticket_id: int, events: list[TicketEvent], **_kwargs: Any) -> None:
    """Clocks in the transaction of the verb, which holds the lock of the ticket."""
    if any(event.kind in TOLD_BY for event in events):
        refresh(ticket_id)
