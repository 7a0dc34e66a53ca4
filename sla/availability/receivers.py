"""What follows from a row in the log of outages, in the transaction of its verb."""

from typing import Any

from django.dispatch import receiver

from servicedesk.lib.waking import wake
from sla.availability.models import AvailabilityEvent
from sla.availability.signals import availability_changed
from sla.availability.tasks import tell_outage_updates

#: Kinds that may have written an update.
SPEAKING = frozenset({"opened", "update_posted"})


@receiver(availability_changed, dispatch_uid="availability.tell")
def wake_teller(sender: type, event: AvailabilityEvent, **_kwargs: Any) -> None:
    """A worker tells people right after the commit; the timetable finds what it missed."""
    if event.kind in SPEAKING:
        wake(tell_outage_updates)
