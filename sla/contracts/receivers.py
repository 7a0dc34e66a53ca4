"""What the clocks of suppliers do when something was written into the log of a ticket."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from sla.contracts.clocks import FOLDED_AFTER, refresh
from tickets.models import TicketEvent
from tickets.signals import events_recorded


@receiver(events_recorded, dispatch_uid="sla.contracts.refresh")
def refresh_supplier_clocks(
    sender: type, ticket_id: int, events: list[TicketEvent], **_kwargs: Any
) -> None:
    """Clocks in the transaction of the verb, which holds the lock of the ticket."""
    if any(_tells(event) for event in events):
        refresh([ticket_id])


def _tells(event: TicketEvent) -> bool:
    held = event.kind == "status_changed" and event.data["to"] == "on_hold"
    return held or event.kind in FOLDED_AFTER
