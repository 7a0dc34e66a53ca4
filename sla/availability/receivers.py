"""What follows from a row in the log of outages, in the transaction of its verb."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from servicedesk.lib.waking import wake
from sla.availability.models import AvailabilityEvent
from sla.availability.monitors.intake import follow_alert
from sla.availability.signals import availability_changed
from sla.availability.status.serving import outdate
from sla.availability.tasks import tell_outage_updates
from tickets.models import TicketEvent
from tickets.signals import events_recorded

#: Kinds that may have written an update.
SPEAKING = frozenset({"opened", "update_posted"})


@receiver(availability_changed, dispatch_uid="availability.tell")
def wake_teller(sender: type, event: AvailabilityEvent, **_kwargs: Any) -> None:
    """A worker tells people right after the commit; the timetable finds what it missed."""
    if event.kind in SPEAKING:
        wake(tell_outage_updates)


@receiver(availability_changed, dispatch_uid="availability.status")
def renew_status(sender: type, event: AvailabilityEvent, **_kwargs: Any) -> None:
    """The next reader of the status page sees it."""
    transaction.on_commit(outdate)


@receiver(events_recorded, dispatch_uid="availability.alerts")
def read_monitoring_mail(
    sender: type, ticket_id: int, events: list[TicketEvent], **_kwargs: Any
) -> None:
    """A ticket made of a mail may be the alert of a monitoring system."""
    if any(event.kind == "opened" and event.data["channel"] == "mail" for event in events):
        follow_alert(ticket_id)
